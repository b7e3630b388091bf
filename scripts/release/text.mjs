/** The text at `start` up to a zero byte. */
export function textAt(bytes, start) {
  return bytes.toString('latin1', start, bytes.indexOf(0, start));
}
