/** Bytes of an archive that are inflated at once: some 2 MB at most. */
const PIECE = 1 << 11;

/**
 * The first bytes of a file in a ZIP archive, at least `length` where there are as many, inflated
 * hardly any further; undefined where the archive has no such file.
 *
 * @throws what fflate throws for a damaged archive
 */
export function zipHead(
  archive: Uint8Array,
  name: string,
  length: number,
  { Unzip, UnzipInflate }: typeof import('fflate'),
): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  const found = { length: 0, isWhole: false };
  const unzip = new Unzip((file) => {
    if (file.name !== name || parts.length > 0) return;
    file.ondata = (error, part, isLast) => {
      // Typed as always there, and null where nothing is wrong.
      if ((error as Error | null) !== null) throw error as Error;
      parts.push(part);
      found.length += part.length;
      found.isWhole ||= isLast;
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  for (let at = 0; at < archive.length && found.length < length && !found.isWhole; at += PIECE) {
    unzip.push(archive.subarray(at, at + PIECE), at + PIECE >= archive.length);
  }
  if (parts.length === 0) return undefined;
  const head = new Uint8Array(found.length);
  let at = 0;
  for (const part of parts) {
    head.set(part, at);
    at += part.length;
  }
  return head;
}
