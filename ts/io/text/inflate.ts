/** Makes bytes of what zlib compressed. */
export interface Inflater {
  /**
   * The bytes that zlib compressed; they hold until the next call.
   *
   * @throws {Error} for anything else, and for more than `most` bytes
   */
  inflate(compressed: Uint8Array, most: number): Uint8Array;
}

/** Bytes that deflate makes of one, usually at most. */
const USUAL_RATIO = 8;

/** Room that is made at first. */
const FIRST_ROOM = 1 << 16;

/** Room that Node makes for each call, at least. */
const FIRST_CHUNK = 1 << 14;

/** Compressed bytes of which more is made at once: some 16 MB at worst. */
const PIECE = 1 << 14;

/** An {@link Inflater}: of Node where it runs there, which is faster, else of JavaScript. */
export async function inflater(): Promise<Inflater> {
  const { process } = globalThis as { process?: Partial<Pick<NodeJS.Process, 'getBuiltinModule'>> };
  const zlib = process?.getBuiltinModule?.('node:zlib');
  return zlib === undefined ? scriptInflater() : nodeInflater(zlib);
}

function nodeInflater({ inflateSync }: typeof import('node:zlib')): Inflater {
  return {
    inflate(compressed, most) {
      const chunkSize = Math.max(FIRST_CHUNK, Math.min(most, 3 * compressed.length));
      try {
        return inflateSync(compressed, { maxOutputLength: Math.max(1, most), chunkSize });
      } catch (error) {
        const isTooLong = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
        throw isTooLong ? tooLong(most) : damaged(error);
      }
    },
  };
}

/** An {@link Inflater} for where there is no other. */
export async function scriptInflater(): Promise<Inflater> {
  const { Unzlib, unzlibSync } = await import('fflate');
  let room = new Uint8Array(FIRST_ROOM);

  /** In pieces, so that what is more than expected takes no more memory than `most`. */
  const inPieces = (compressed: Uint8Array, most: number): Uint8Array => {
    const pieces: Uint8Array[] = [];
    let length = 0;
    const stream = new Unzlib((piece) => {
      length += piece.length;
      if (length > most) throw tooLong(most);
      pieces.push(piece);
    });
    try {
      for (let at = 0; at < compressed.length; at += PIECE) {
        stream.push(compressed.subarray(at, at + PIECE), at + PIECE >= compressed.length);
      }
    } catch (error) {
      throw length > most ? error : damaged(error);
    }
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const piece of pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  };

  return {
    inflate(compressed, most) {
      const needed = Math.min(most, USUAL_RATIO * compressed.length) + 1;
      if (room.length < needed) room = new Uint8Array(needed);
      let bytes = inflated(() => unzlibSync(compressed, { out: room }), room);
      // What does not fit is dropped, so that bytes that fill the room may be some of more.
      if (bytes.length === room.length) bytes = inPieces(compressed, most);
      if (bytes.length > most) throw tooLong(most);
      checkSum(bytes, compressed);
      return bytes;
    },
  };
}

function damaged(cause?: unknown): Error {
  return new Error('not what zlib writes, or damaged', { cause });
}

function tooLong(most: number): Error {
  return new Error(`more than ${most} bytes`);
}

/** All of `room` where a stored block does not fit it, of which fflate makes a RangeError. */
function inflated(inflate: () => Uint8Array, room: Uint8Array): Uint8Array {
  try {
    return inflate();
  } catch (error) {
    if (error instanceof RangeError) return room;
    throw damaged(error);
  }
}

/** Compares bytes with the sum that zlib puts at the end: Adler-32. */
function checkSum(bytes: Uint8Array, compressed: Uint8Array): void {
  let a = 1;
  let b = 0;
  for (let at = 0; at < bytes.length;) {
    // As many as can be added before a sum no longer fits 32 bits.
    const end = Math.min(bytes.length, at + 3800);
    for (; at < end; at++) {
      a += bytes[at] as number;
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  const view = new DataView(compressed.buffer, compressed.byteOffset, compressed.length);
  const sum = compressed.length < 6 ? -1 : view.getUint32(compressed.length - 4);
  if (sum !== b * 65536 + a) throw damaged();
}
