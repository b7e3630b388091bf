/**
 * Undoes LZF, as h5py's filter `lzf` has it.
 *
 * @throws {Error} for damaged bytes, and for more than `most` bytes
 */
export function undoneLzf(bytes: Uint8Array, most: number): Uint8Array {
  const output = new Uint8Array(most);
  let [at, filled] = [0, 0];
  const next = (): number => {
    const byte = bytes[at++];
    if (byte === undefined) throw new Error('damaged LZF');
    return byte;
  };
  while (at < bytes.length) {
    const control = next();
    if (control < 32) {
      const length = control + 1;
      if (at + length > bytes.length || filled + length > most) throw new Error('damaged LZF');
      output.set(bytes.subarray(at, at + length), filled);
      at += length;
      filled += length;
      continue;
    }
    const length = 2 + (control >> 5 === 7 ? 7 + next() : control >> 5);
    const distance = 1 + (((control & 31) << 8) | next());
    if (distance > filled || filled + length > most) throw new Error('damaged LZF');
    for (const end = filled + length; filled < end; filled++) {
      output[filled] = output[filled - distance] as number;
    }
  }
  return output.subarray(0, filled);
}
