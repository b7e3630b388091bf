import { errorAt, QuestsError } from '../../base/error.js';

/** Whether this runs in a page, where servers of others say what may be asked for and seen. */
export const IS_PAGE = 'document' in globalThis || 'WorkerGlobalScope' in globalThis;

/** Times that a request is made again, after what may pass. */
const RETRIES = 3;

/** Wait before the first of them, in ms; each further one waits longer by this factor. */
const FIRST_WAIT = 200;
const LONGER = 3;

/** Longest that a server may send nothing, in ms. */
const SILENCE = 60_000;

/** Answers of a server that is busy, or out of order for now. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** What answers mean, for messages. */
const MEANINGS: Readonly<Record<number, string>> = {
  401: 'not allowed without a login',
  403: 'not allowed',
  404: 'not found',
  410: 'no longer there',
};

/** What else a failed connection of a browser can be, and what to do then. */
const FOREIGN =
  ', or the host does not let pages of other sites read it (no Access-Control-Allow-Origin header, CORS); ' +
  'download the file and drop it here, or use quests serve, which reads any address';

/**
 * Answers to a request for what is not there; some servers do not tell that from what is secret.
 */
const ABSENT: ReadonlySet<number> = new Set([403, 404, 410]);

/** Something at an address. */
export interface Address {
  readonly url: string;
  /** What messages call it: the address without login, query and fragment. */
  readonly name: string;
  readonly signal: AbortSignal | undefined;
}

/** Whether an argument is an address, not a path. */
export function isUrl(path: string): boolean {
  return /^https?:\/\//i.test(path);
}

/** An address as messages and `source.file` have it: without login, query and fragment. */
export function urlName(url: string): string {
  return url.replace(/[?#].*$/s, '').replace(/^(https?:\/\/)[^/@]*@/i, '$1');
}

/** Why an address cannot be read: what its server answered. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}

/** Whether nothing is at an address that could not be opened, as far as can be known. */
export function isAbsent(thrown: unknown): boolean {
  const cause = thrown instanceof QuestsError ? thrown.cause : undefined;
  if (cause instanceof Refusal) return ABSENT.has(cause.status);
  // A page is not told the answer of a server that lets it read only what is there.
  return IS_PAGE && cause instanceof TypeError;
}

/** Something that was sent and is not good: it may be the next time. */
export class Broken extends Error {}

/**
 * Does something with an address, again after a pause where the connection breaks or the server is
 * busy.
 *
 * @throws {QuestsError} FILE_ACCESS once that has failed as often as it may. The signal's reason
 *   when cancelled
 */
export async function retried<T>({ name, signal }: Address, work: () => Promise<T>): Promise<T> {
  let wait = FIRST_WAIT;
  for (let retry = 0; ; retry++) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof QuestsError) throw error;
      if (retry === RETRIES) throw unreachable(name, error);
      await pause(wait, signal);
      wait *= LONGER;
    }
  }
}

/**
 * One request.
 *
 * @param headers beside those that always go with it
 * @throws {QuestsError} FILE_ACCESS for an answer that another request would not change
 * @throws {Broken} for one that it may
 */
export async function request({ url, name, signal }: Address, headers: HeadersInit): Promise<Response> {
  const response = await fetch(url, { headers, redirect: 'follow', ...(signal && { signal }) });
  const { status } = response;
  if (status === 200 || status === 206) return response;
  await response.body?.cancel();
  const answer = `${MEANINGS[status] ?? (response.statusText || 'the server refuses')} (${status})`;
  if (PASSING.has(status)) throw new Broken(answer);
  throw notRead(name, answer, new Refusal(status, answer));
}

/** The pieces of a body as they come. */
export async function* bodyOf(response: Response): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await notSilent(reader.read());
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** An address that cannot be read. */
export function notRead(name: string, problem: string, cause?: unknown): QuestsError {
  return new QuestsError('FILE_ACCESS', `cannot read ${name}: ${problem}`, { file: name, problem, cause });
}

/** An address whose contents are others than when it was opened. */
export function changed(name: string): QuestsError {
  return errorAt('FILE_ACCESS', { file: name }, 'changed on the server while it was read; read it again');
}

async function notSilent<T>(reading: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Broken(`the server sent nothing for ${SILENCE / 1000} s`));
    }, SILENCE);
  });
  try {
    return await Promise.race([reading, silence]);
  } finally {
    clearTimeout(timer);
  }
}

function unreachable(name: string, error: unknown): QuestsError {
  if (error instanceof Broken) return notRead(name, error.message, error);
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  // Browsers do not say why: to them it is the same.
  const isBrowser = error instanceof TypeError && cause === undefined;
  const foreign = isBrowser ? FOREIGN : '';
  return notRead(name, `the connection failed${code}${foreign}`, error);
}

function pause(time: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, time);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
