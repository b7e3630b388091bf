/** Bytes that `String.fromCharCode` takes at once. */
const PIECE = 0x8000;

/** Bytes as text of base64. */
export function base64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += PIECE) {
    binary += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return btoa(binary);
}
