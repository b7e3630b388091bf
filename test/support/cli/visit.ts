import { parse, stringify } from 'devalue';
import { expect } from 'vitest';
import type { ExploreRequest, ServedFile, ServedReply } from '../../../ts/faces/node/explore.js';

type Said<Is extends ServedReply['is']> = Extract<ServedReply, { is: Is }>;

/** A page of `quests serve` without its looks. */
export class Visit {
  readonly #url: URL;
  readonly #replies: AsyncGenerator<ServedReply, undefined>;
  #visitor = '';

  private constructor(url: URL, body: ReadableStream<Uint8Array>) {
    this.#url = url;
    this.#replies = lines(body);
  }

  static async to(url: URL): Promise<Visit> {
    const { body } = await fetch(new URL('api/replies', url));
    const visit = new Visit(url, body as ReadableStream<Uint8Array>);
    visit.#visitor = (await visit.next('welcome')).visitor;
    return visit;
  }

  route(name: string, query: Record<string, string> = {}): URL {
    const url = new URL(`api/${name}`, this.#url);
    url.search = new URLSearchParams({ visitor: this.#visitor, ...query }).toString();
    return url;
  }

  post(name: string, body: string, query: Record<string, string> = {}): Promise<Response> {
    return fetch(this.route(name, query), { method: 'POST', body });
  }

  async ask(asked: ExploreRequest<ServedFile>): Promise<void> {
    expect((await this.post('ask', stringify(asked))).status).toBe(204);
  }

  /**
   * The next reply that is one of some, and nothing of work under way but where that is asked for.
   */
  async next<Is extends ServedReply['is']>(...kinds: readonly Is[]): Promise<Said<Is>> {
    for (;;) {
      const value = await this.#reply();
      if ((kinds as readonly string[]).includes(value.is)) return value as Said<Is>;
      expect(['progress', 'preview', 'early']).toContain(value.is);
    }
  }

  /** The next reply of a kind; others are passed over. */
  async until<Is extends ServedReply['is']>(is: Is): Promise<Said<Is>> {
    for (;;) {
      const value = await this.#reply();
      if (value.is === is) return value as Said<Is>;
    }
  }

  async #reply(): Promise<ServedReply> {
    const { value } = await this.#replies.next();
    if (value === undefined) throw new Error('the replies have ended');
    return value;
  }
}

async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<ServedReply, undefined> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const piece of body as unknown as AsyncIterable<Uint8Array>) {
    const all = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = all.pop() ?? '';
    for (const line of all) yield parse(line) as ServedReply;
  }
  return undefined;
}
