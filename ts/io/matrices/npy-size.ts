import { looksLikeNpy } from './npy.js';

/** Bytes from which the size of an array can be told: the longest header that is read. */
export const SIZED_BYTES = (1 << 16) + 12;

/** Bytes of a character in NumPy's arrays of text. */
const CHARACTER = 4;

/**
 * Bytes of an `.npy` file, header included, as its first bytes say; undefined where they do not:
 * for objects and records, and where there is no header.
 */
export function npySize(head: Uint8Array): number | undefined {
  if (!looksLikeNpy(head) || head.length < 12) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const start = head[6] === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
  if (start > head.length) return undefined;
  const header = new TextDecoder('latin1').decode(head.subarray(0, start));
  const [, type = '', digits = ''] = /descr['"]\s*:\s*['"][<>=|]?([a-zA-Z])(\d+)['"]/.exec(header) ?? [];
  const extents = /shape['"]\s*:\s*\(([\d\s,L]*)\)/.exec(header)?.[1];
  if (digits === '' || extents === undefined) return undefined;
  const width = Number(digits) * (type === 'U' ? CHARACTER : 1);
  const numbers = extents
    .split(',')
    .map((extent) => extent.trim().replace(/L$/, ''))
    .filter((extent) => extent !== '');
  return start + width * numbers.reduce((product, extent) => product * Number(extent), 1);
}
