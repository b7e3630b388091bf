/**
 * Arrays one after the other, as one.
 *
 * @param Kind of all of them
 */
export function joined<T extends Float64Array | Uint32Array>(
  parts: readonly T[],
  Kind: new (length: number) => T,
): T {
  const all = new Kind(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
