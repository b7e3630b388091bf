import { invalidFile, shown } from '../text/fault.js';
import { type RangeSource, readRange } from '../text/ranges.js';
import { looksLikeNpy, shapeText } from './npy.js';
import { type Decode, decoderOf } from './npy-values.js';

/** Longest header read, in bytes; NumPy writes some 120. */
const LONGEST_HEADER = 1 << 16;

/** An array of NumPy's of which rows are read: what belongs to one index of its first dimension. */
export interface NpyRows {
  readonly rows: number;
  /** Numbers of a row. */
  readonly width: number;
  readonly shape: readonly number[];
  /** Whether its numbers are whole. */
  readonly isWhole: boolean;
  /** @throws {QuestsError} FILE_ACCESS for an error of the disk */
  readonly read: (row: number) => Promise<Float64Array>;
}

/**
 * Opens an array of numbers in an `.npy` file, to be read row by row.
 *
 * @throws {QuestsError} INVALID_FILE for anything else, an array in Fortran order, and for other
 *   than as many bytes as the shape needs
 */
export async function npyRows(source: RangeSource, file: string): Promise<NpyRows> {
  const head = await source.read(0, 12);
  if (!looksLikeNpy(head) || head.length < 12) {
    throw invalidFile({ file }, 'not an .npy file: it does not begin with \\x93NUMPY');
  }
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const begins = head[6] === 1 ? 10 : 12;
  const length = head[6] === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > LONGEST_HEADER) {
    throw invalidFile({ file }, `an .npy header of ${length} bytes; is the file damaged?`);
  }
  const start = begins + length;
  const header = new TextDecoder('latin1').decode(
    await readRange(source, begins, length, 'its header', file),
  );
  const { shape, width, decode, isWhole, isPlain } = layoutOf(header, file);
  const [rows = 1, ...others] = shape;
  const numbers = others.reduce((product, extent) => product * extent, 1);
  const bytes = numbers * width;
  if (source.size !== start + rows * bytes) {
    const problem = `${source.size - start} bytes of numbers, expected ${rows * bytes} for shape`;
    throw invalidFile({ file }, `${problem} ${shapeText(shape)}`);
  }
  return {
    rows,
    width: numbers,
    shape,
    isWhole,
    read: async (row) => {
      const found = await readRange(source, start + row * bytes, bytes, `row ${row}`, file);
      if (isPlain) return new Float64Array(Uint8Array.from(found).buffer);
      const view = new DataView(found.buffer, found.byteOffset, found.length);
      const values = new Float64Array(numbers);
      for (let at = 0; at < numbers; at++) values[at] = decode(view, at * width) as number;
      return values;
    },
  };
}

interface Layout {
  readonly shape: readonly number[];
  readonly width: number;
  readonly decode: Decode;
  readonly isWhole: boolean;
  /** Whether the bytes are those of f64 on this machine. */
  readonly isPlain: boolean;
}

function layoutOf(header: string, file: string): Layout {
  const [, order = '', type = '', digits = ''] =
    /['"]descr['"]\s*:\s*['"]([<>=|]?)([a-zA-Z])(\d+)['"]/.exec(header) ?? [];
  const extents = /['"]shape['"]\s*:\s*\(([\d\s,L]*)\)/.exec(header)?.[1];
  const width = Number(digits);
  const isLittle = order !== '>';
  const decode = type === 'b' ? logical : type === 'U' ? undefined : decoderOf(type, width, isLittle);
  if (decode === undefined || extents === undefined) {
    const found = /descr['"]\s*:\s*([^,]*)/.exec(header)?.[1] ?? header;
    throw invalidFile({ file }, `values of type ${shown(found)}, expected numbers`);
  }
  const shape = extents
    .split(',')
    .map((extent) => extent.trim().replace(/L$/, ''))
    .filter((extent) => extent !== '')
    .map(Number);
  const isFortran = /['"]fortran_order['"]\s*:\s*True/.test(header);
  if (isFortran && shape.filter((extent) => extent > 1).length > 1) {
    throw invalidFile({ file }, 'an array in Fortran order, expected rows one after the other');
  }
  const isPlain = type === 'f' && width === 8 && isLittle;
  return { shape, width, decode, isWhole: type !== 'f', isPlain };
}

function logical(view: DataView, at: number): number {
  return view.getUint8(at) === 0 ? 0 : 1;
}
