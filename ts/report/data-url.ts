/** Bytes that `String.fromCharCode` takes at once. */
const PIECE = 0x8000;

/** Bytes, or text as UTF-8, as an address that holds them. */
export function dataUrl(type: string, content: string | Uint8Array): string {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  let binary = '';
  for (let at = 0; at < bytes.length; at += PIECE) {
    binary += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return `data:${type};base64,${btoa(binary)}`;
}
