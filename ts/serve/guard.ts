import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The only address that is listened on: nothing comes from another machine. */
export const LOOPBACK = '127.0.0.1';

/** Bytes of a token. */
const TOKEN = 32;

/**
 * Tells requests of the page from all others. The token is the first part of every path, so that
 * files of the page, which a browser asks for by addresses relative to it, have it as well. `Host`
 * is that of the server and nothing else, lest a name that another site lets point here makes this
 * one of its pages; so is `Origin`, where there is one.
 */
export class Guard {
  readonly #token = randomBytes(TOKEN).toString('base64url');
  readonly #hosts: ReadonlySet<string>;

  constructor(port: number) {
    this.#hosts = new Set([`${LOOPBACK}:${port}`, `localhost:${port}`]);
  }

  /** What paths of the page begin with: `/TOKEN/`. */
  get root(): string {
    return `/${this.#token}/`;
  }

  /**
   * The path behind the token, without a slash before it, and the query; `undefined` for whoever is
   * to be refused.
   */
  admitted({ url = '/', headers }: IncomingMessage): { path: string; query: URLSearchParams } | undefined {
    const { host, origin } = headers;
    if (host === undefined || !this.#hosts.has(host)) return undefined;
    if (origin !== undefined && !this.#isOwn(origin)) return undefined;
    const [, token = '', path = ''] = /^\/([^/?]*)\/([^?]*)/.exec(url) ?? [];
    if (!isSame(token, this.#token)) return undefined;
    const at = url.indexOf('?');
    return { path, query: new URLSearchParams(at < 0 ? '' : url.slice(at)) };
  }

  #isOwn(origin: string): boolean {
    return origin.startsWith('http://') && this.#hosts.has(origin.slice('http://'.length));
  }
}

/** Compares in a time that tells nothing of where texts differ, nor of their lengths. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
