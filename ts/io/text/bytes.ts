/**
 * What the readers read from: bytes in memory, or any stream of pieces of them, cut anywhere: a
 * file, standard input, a `ReadableStream` of a browser. A piece must keep its bytes until the next
 * one is asked for, not longer.
 */
export type ByteSource = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * A piece without bytes that a source gives where nothing more is there for now, but may come: of a
 * file that is being written.
 */
export const REST: Uint8Array = new Uint8Array(0);

/**
 * Longest stretch of work, in ms, between two visits to the event loop: keeps signals and user
 * interfaces alive.
 */
const BREATH = 20;

/**
 * Bytes in memory are handed out in pieces of this size, so that long files can be interrupted too.
 */
const PIECE = 1 << 18;

/**
 * The pieces of a source, one after the other; lets the event loop turn now and then, and stops
 * when the signal says so.
 *
 * @throws the signal's reason when cancelled
 */
export async function* pieces(
  source: ByteSource,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  signal?.throwIfAborted();
  if (source instanceof Uint8Array && source.length <= PIECE) {
    // Without an iterator of pieces: there may be 100,000 small files.
    if (source.length > 0) yield source;
    return;
  }
  let lastBreath = performance.now();
  for await (const piece of source instanceof Uint8Array ? cut(source) : source) {
    signal?.throwIfAborted();
    yield piece;
    // A stream that has bytes at hand settles in microtasks only and would keep signals waiting.
    if (performance.now() - lastBreath >= BREATH) {
      await new Promise((resolve) => setTimeout(resolve));
      lastBreath = performance.now();
    }
  }
}

/** A stream of which the first bytes are known. */
export interface Peeked {
  readonly head: Uint8Array;
  /** The whole stream, `head` included. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * The first bytes of a stream, at least `length` where there are as many for now, and the whole
 * stream, those included. They are as they were until the stream is read on.
 */
export async function peek(source: AsyncIterable<Uint8Array>, length: number): Promise<Peeked> {
  const iterator = source[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < length) {
    const next = await iterator.next();
    if (next.done === true || (next.value === REST && head.length > 0)) break;
    const piece = next.value;
    if (head.length > 0) head = joined(head, piece);
    // A piece that is enough is not copied: there may be 100,000 small files of one each.
    else head = piece.length < length ? piece.slice() : piece;
  }
  return { head, bytes: resumed(head, iterator) };
}

/** A stream that goes on after its first bytes; whoever lets go of it, before the first, too. */
function resumed(
  head: Uint8Array,
  iterator: AsyncIterator<Uint8Array>,
): AsyncIterable<Uint8Array> & AsyncIterator<Uint8Array, undefined> {
  let isNew = head.length > 0;
  const end = { done: true, value: undefined } as const;
  return {
    async next() {
      if (isNew) {
        isNew = false;
        return { done: false, value: head };
      }
      const next = await iterator.next();
      return next.done === true ? end : next;
    },
    async return() {
      await iterator.return?.();
      return end;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function* cut(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let start = 0; start < bytes.length; start += PIECE) yield bytes.subarray(start, start + PIECE);
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(a.length + b.length);
  result.set(a);
  result.set(b, a.length);
  return result;
}
