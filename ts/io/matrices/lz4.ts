/** A block of LZ4 makes at most this many bytes of one. */
const MOST_PER_BYTE = 255;

/** Bytes before each block that Hadoop writes: how many it makes, and how many it has. */
const HADOOP_HEADER = 8;

/**
 * Undoes a block of LZ4, as Parquet's `LZ4_RAW` has it.
 *
 * @throws {Error} for anything but a block that makes so many bytes
 */
export function undoneLz4(input: Uint8Array, size: number): Uint8Array {
  if (size > MOST_PER_BYTE * input.length) throw new Error(`${size} bytes of ${input.length}`);
  const output = new Uint8Array(size);
  undo(input, output);
  return output;
}

/**
 * The same for Parquet's old `LZ4`: blocks as Hadoop writes them, or one without anything around.
 *
 * @throws {Error} as {@link undoneLz4}
 */
export function undoneHadoopLz4(input: Uint8Array, size: number): Uint8Array {
  const blocks = hadoopBlocks(input, size);
  if (blocks === undefined) return undoneLz4(input, size);
  if (size > MOST_PER_BYTE * input.length) throw new Error(`${size} bytes of ${input.length}`);
  const output = new Uint8Array(size);
  for (const { start, end, from, to } of blocks) undo(input.subarray(start, end), output.subarray(from, to));
  return output;
}

interface Block {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

/** Blocks whose lengths fill the input and the output; undefined where they do not. */
function hadoopBlocks(input: Uint8Array, size: number): Block[] | undefined {
  const view = new DataView(input.buffer, input.byteOffset, input.length);
  const blocks: Block[] = [];
  let [at, from] = [0, 0];
  while (at + HADOOP_HEADER <= input.length) {
    const start = at + HADOOP_HEADER;
    const [to, end] = [from + view.getUint32(at), start + view.getUint32(at + 4)];
    if (end > input.length || to > size) return undefined;
    blocks.push({ start, end, from, to });
    [at, from] = [end, to];
  }
  return at === input.length && from === size ? blocks : undefined;
}

function undo(input: Uint8Array, output: Uint8Array): void {
  const damaged = (): Error => new Error('a damaged block of LZ4');
  let [at, filled] = [0, 0];
  const lengthOf = (first: number): number => {
    let length = first;
    if (first < 15) return length;
    for (;;) {
      const byte = input[at++];
      if (byte === undefined) throw damaged();
      length += byte;
      if (byte < 255) return length;
    }
  };
  while (at < input.length) {
    const token = input[at++] as number;
    const literals = lengthOf(token >> 4);
    if (at + literals > input.length || filled + literals > output.length) throw damaged();
    output.set(input.subarray(at, at + literals), filled);
    at += literals;
    filled += literals;
    // The last sequence has no match.
    if (at === input.length) break;
    const distance = (input[at] as number) | ((input[at + 1] ?? 0) << 8);
    at += 2;
    const length = 4 + lengthOf(token & 15);
    if (distance === 0 || distance > filled || filled + length > output.length) throw damaged();
    for (const end = filled + length; filled < end; filled++) {
      output[filled] = output[filled - distance] as number;
    }
  }
  if (filled !== output.length) throw damaged();
}
