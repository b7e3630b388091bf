import { type ByteSource, peek } from '../text/bytes.js';
import type { OpenRanges } from '../text/folder.js';
import { inWindows } from '../text/ranges.js';
import { compressionOf, MAGIC_BYTES } from './compressed.js';
import type { Decompress, Input, InputOptions } from './contents.js';
import {
  type Address,
  bodyOf,
  Broken,
  changed,
  IS_PAGE,
  isAbsent,
  notRead,
  request,
  retried,
  urlName,
} from './http-request.js';

/** What the first answer says of what is at an address. */
interface Served {
  /** Bytes in it; undefined where the server does not say. */
  readonly size: number | undefined;
  /** Whether the server sends ranges. */
  readonly hasRanges: boolean;
  /**
   * What tells it from what it may be later, as `If-Range` takes it; undefined where nothing does.
   */
  readonly mark: string | undefined;
}

/**
 * Bytes that are asked for first: enough to tell the format, and to open what is read in ranges.
 * The rest is asked for once it is needed.
 */
const FIRST_BYTES = 1 << 16;

/** Bytes that arrived from an address. */
interface Moved {
  bytes: number;
}

/** The ending of a compressed file. */
const COMPRESSED = /\.(gz|bz2|xz|zst)$/i;

const NO_RANGES = 'the server sends no ranges: all of it is read into memory';

/**
 * Opens what is at an address, `http://` or `https://`: ranges of it where the server sends them,
 * else all of it. A connection that breaks off is taken up again where it broke.
 *
 * @throws {QuestsError} FILE_ACCESS for an address that cannot be read, with what the server
 *   answers, and, while it is read, for other than as many bytes as it promised, and for what has
 *   changed meanwhile. The signal's reason when cancelled
 */
export async function openHttp(
  url: string,
  decompress: Decompress,
  options: InputOptions,
  name = urlName(url),
): Promise<Input> {
  const address = { url, name, signal: options.signal };
  const moved = { bytes: 0 };
  const { response, served } = await firstAnswer(address);
  const first = served.hasRanges ? await firstBytes(response, address, moved) : response;
  const stream = pieces(address, served, first, moved, options);
  const { head, bytes } = await peek(stream, MAGIC_BYTES);
  const close = (): void => void stream.return();
  const compression = compressionOf(head);
  const isCompressed = compression !== undefined;
  const { size, hasRanges } = served;
  const isRanged = !isCompressed && hasRanges && size !== undefined;
  return {
    file: name,
    size: isCompressed ? undefined : size,
    bytes: isCompressed ? decompress(bytes, compression, name) : bytes,
    ranges:
      isRanged && first instanceof Uint8Array
        ? () => Promise.resolve(rangesAt(address, served, size, first, moved, options))
        : undefined,
    ...(!hasRanges && { memoryNote: NO_RANGES }),
    beside: (other) => besideOf(url, other, decompress, options),
    decompress,
    close,
  };
}

/**
 * The answer to a request for the first bytes: it says whether there are ranges, and how large all
 * is. Where it does not say so, as to pages of other hosts, all is asked for: the length is then
 * that of the answer.
 */
async function firstAnswer(address: Address): Promise<{ response: Response; served: Served }> {
  const response = await retried(address, () => request(address, { Range: `bytes=0-${FIRST_BYTES - 1}` }));
  const served = servedBy(response);
  if (response.status !== 206 || (served.hasRanges && totalIn(response) !== undefined)) {
    return { response, served };
  }
  await response.body?.cancel();
  const whole = await retried(address, () => request(address, { Range: 'bytes=0-' }));
  return { response: whole, served: servedBy(whole) };
}

/** The first bytes, as many as arrive before they end or the connection breaks. */
async function firstBytes(response: Response, { signal }: Address, moved: Moved): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of bodyOf(response)) {
      signal?.throwIfAborted();
      parts.push(piece);
      length += piece.length;
      moved.bytes += piece.length;
      if (length >= FIRST_BYTES) break;
    }
  } catch (error) {
    signal?.throwIfAborted();
    // The rest is asked for when it is needed.
    if (!(error instanceof Broken) && !(error instanceof TypeError)) throw error;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * What lies beside an address under another name, compressed as that is or not at all; undefined
 * where there is nothing.
 */
async function besideOf(
  url: string,
  other: string,
  decompress: Decompress,
  { signal }: InputOptions,
): Promise<ByteSource | undefined> {
  const { pathname, search } = new URL(url);
  for (const ending of new Set([COMPRESSED.exec(pathname)?.[0] ?? '', ''])) {
    // A login or a token in the address is that of all that lies there.
    const place = new URL(`${encodeURIComponent(other)}${ending}`, url);
    place.search = search;
    try {
      return (await openHttp(place.href, decompress, { signal })).bytes;
    } catch (thrown) {
      if (!isAbsent(thrown)) throw thrown;
    }
  }
  return undefined;
}

function servedBy(response: Response): Served {
  const { headers, status } = response;
  const encoding = headers.get('content-encoding') ?? 'identity';
  // What arrives is then decompressed: neither its length nor its ranges are those of the file.
  if (encoding !== 'identity') return { size: undefined, hasRanges: false, mark: undefined };
  const total = totalIn(response) ?? headers.get('content-length');
  return {
    size: total === null ? undefined : Number(total),
    hasRanges: status === 206,
    mark: markOf(headers),
  };
}

/** Bytes of all, of which a range was sent; undefined where the answer does not say. */
function totalIn({ headers }: Response): string | undefined {
  return /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1];
}

function markOf(headers: Headers): string | undefined {
  const etag = headers.get('etag');
  return (etag !== null && !etag.startsWith('W/') ? etag : headers.get('last-modified')) ?? undefined;
}

/**
 * A page asks other hosts for ranges only, since further headers must be allowed by them. What has
 * changed is then seen by what tells it alone.
 */
function headersOf(range: string, { mark }: Served): Record<string, string> {
  return { Range: range, ...(mark !== undefined && !IS_PAGE && { 'If-Range': mark }) };
}

/**
 * All bytes, from the first; where the connection breaks, the rest is asked for.
 *
 * @param first what arrived so far, or the answer that all of it comes with
 */
async function* pieces(
  address: Address,
  served: Served,
  first: Uint8Array | Response,
  moved: Moved,
  { onProgress }: InputOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { name, signal } = address;
  const { size } = served;
  let done = 0;
  let response = first;
  for (;;) {
    const before = done;
    let problem: unknown;
    try {
      for await (const piece of response instanceof Uint8Array ? once(response) : bodyOf(response)) {
        signal?.throwIfAborted();
        done += piece.length;
        if (response !== first || first instanceof Response) moved.bytes += piece.length;
        if (size !== undefined && done > size) throw wrongLength(name, `more than ${size}`, size);
        yield piece;
        onProgress?.({ done, total: size ?? 0, phase: 'reading' });
      }
      if (size === undefined || done === size) return;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Broken) && !(error instanceof TypeError)) throw error;
      problem = error;
    }
    if (!served.hasRanges) {
      if (problem === undefined && size !== undefined) throw wrongLength(name, String(done), size);
      throw notRead(
        name,
        `the connection broke off after ${done} bytes, and the server sends no ranges`,
        problem,
      );
    }
    // A server that breaks off again and again gets nothing more.
    if (done === before && before > 0)
      throw notRead(name, `the connection broke off after ${done} bytes`, problem);
    response = await retried(address, async () => {
      const next = await request(address, headersOf(`bytes=${done}-`, served));
      await checkRange(next, done, served, name);
      return next;
    });
  }
}

/** Bytes that are there. */
function once(bytes: Uint8Array): Uint8Array[] {
  return bytes.length === 0 ? [] : [bytes];
}

function rangesAt(
  address: Address,
  served: Served,
  size: number,
  first: Uint8Array,
  moved: Moved,
  { onProgress }: InputOptions,
): OpenRanges {
  const { name } = address;
  let done = 0;
  const read = async (start: number, length: number): Promise<Uint8Array> => {
    const end = Math.min(size, start + length);
    if (end <= start) return new Uint8Array(0);
    const bytes = await retried(address, async () => {
      const response = await request(address, headersOf(`bytes=${start}-${end - 1}`, served));
      await checkRange(response, start, served, name);
      return wholeBody(response, end - start, moved);
    });
    done = Math.min(size, done + bytes.length);
    onProgress?.({ done, total: size, phase: 'reading' });
    return bytes;
  };
  const ranges = inWindows({ size, read }, first);
  return { ...ranges, moved: () => moved.bytes, close: () => Promise.resolve() };
}

/** Refuses an answer with anything but the range of the same file that was asked for. */
async function checkRange(
  response: Response,
  start: number,
  { size, mark }: Served,
  name: string,
): Promise<void> {
  const [, from, total] =
    /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '') ?? [];
  const own = markOf(response.headers);
  const isMarked = own === undefined || mark === undefined || own === mark;
  const isSame = isMarked && (total === undefined || total === '*' || Number(total) === size);
  // Pages see the header only where the server lets them.
  const isAsked = from === undefined || Number(from) === start;
  if (response.status === 206 && isSame && isAsked) return;
  await response.body?.cancel();
  if (response.status !== 206 || !isSame) throw changed(name);
  throw notRead(name, `bytes from ${from} arrived, but those from ${start} were asked for`);
}

async function wholeBody(response: Response, length: number, moved: Moved): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  for await (const piece of bodyOf(response)) {
    moved.bytes += piece.length;
    if (filled + piece.length > length) throw new Broken(`more than the ${length} bytes that were asked for`);
    bytes.set(piece, filled);
    filled += piece.length;
  }
  if (filled === length) return bytes;
  throw new Broken(`the connection broke off after ${filled} of ${length} bytes`);
}

function wrongLength(name: string, found: string, size: number): Error {
  return notRead(name, `${found} bytes arrived, but the server promised ${size}`);
}
