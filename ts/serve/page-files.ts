import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { QuestsError } from '../base/error.js';
import type { RunOptions } from '../run/run-options.js';
import type { PageContents } from '../report/living/linked-files.js';
import { html } from '../report/html.js';
import { SERVED_META, type ServedPage } from './protocol.js';

/** Where the build puts the page. */
const PAGE = new URL('../page/', import.meta.url);

/** LAMMPS, where the build found it: no part of the page itself. */
export const LAMMPS = 'lammps/';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.xyz': 'text/plain; charset=utf-8',
};

/**
 * The files of the built page, for reports that stay alive.
 *
 * @param options a signal that ends it
 * @throws {QuestsError} FILE_ACCESS where the page was not built
 */
export async function pageContents({ signal }: Pick<RunOptions, 'signal'> = {}): Promise<PageContents> {
  const contents = new Map<string, Uint8Array>();
  for (const [name, path] of await pagePaths()) {
    if (!name.startsWith(LAMMPS)) contents.set(name, await readFile(path, { signal }));
  }
  return contents;
}

/** Paths of the files of the page, by their names relative to it. */
async function pagePaths(): Promise<ReadonlyMap<string, string>> {
  const folder = fileURLToPath(PAGE);
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = new Map<string, string>();
  for (const entry of found) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    paths.set(path.slice(folder.length).split(sep).join('/'), path);
  }
  if (paths.has('index.html')) return paths;
  throw new QuestsError('FILE_ACCESS', 'the page is missing: run npm run build');
}

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly content: Uint8Array | string;
}

/**
 * The files of the page. Only what is in its folder has a name here, so no path leads out of it.
 */
export class PageFiles {
  readonly #paths: ReadonlyMap<string, string>;
  readonly #served: ServedPage;

  private constructor(paths: ReadonlyMap<string, string>, served: ServedPage) {
    this.#paths = paths;
    this.#served = served;
  }

  /** @throws {QuestsError} FILE_ACCESS where the page was not built */
  static async find(served: ServedPage): Promise<PageFiles> {
    return new PageFiles(await pagePaths(), served);
  }

  /** @param name as in addresses, relative to the page; empty for the page itself */
  async get(name: string): Promise<PageFile | undefined> {
    const path = this.#paths.get(name === '' ? 'index.html' : name);
    if (path === undefined) return undefined;
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    if (!path.endsWith('.html')) return { type, content: await readFile(path) };
    const meta = html`<meta name="${SERVED_META}" content="${JSON.stringify(this.#served)}" />`;
    const text = await readFile(path, 'utf8');
    return { type, content: text.replace('</title>', () => `</title>${meta.text}`) };
  }
}
