import type { AtomArray } from '../../../model/structure.js';
import { halfNumber } from '../../text/half-number.js';
import { viewOf } from '../../text/part.js';
import { type Cursor, textUntilZero } from './bytes.js';

/** How the items of a dataset are written. */
export interface Datatype {
  /** Bytes of an item. */
  readonly size: number;
  readonly kind: AtomArray['kind'];
  /** Values of items that stand one after the other; texts of any length are found elsewhere. */
  readonly read: ((bytes: Uint8Array, count: number) => Float64Array | string[]) | undefined;
}

const INTEGER = 0;
const REAL = 1;
const TEXT = 3;
const ENUM = 8;
const ANY_LENGTH = 9;

/** How a number is read from a view. */
type ReadNumber = (view: DataView, at: number, isLittle: boolean) => number;

const SIGNED: Readonly<Partial<Record<number, ReadNumber>>> = {
  1: (view, at) => view.getInt8(at),
  2: (view, at, little) => view.getInt16(at, little),
  4: (view, at, little) => view.getInt32(at, little),
  8: (view, at, little) => Number(view.getBigInt64(at, little)),
};

const UNSIGNED: Readonly<Partial<Record<number, ReadNumber>>> = {
  1: (view, at) => view.getUint8(at),
  2: (view, at, little) => view.getUint16(at, little),
  4: (view, at, little) => view.getUint32(at, little),
  8: (view, at, little) => Number(view.getBigUint64(at, little)),
};

const REALS: Readonly<Partial<Record<number, ReadNumber>>> = {
  2: (view, at, little) => halfNumber(view.getUint16(at, little)),
  4: (view, at, little) => view.getFloat32(at, little),
  8: (view, at, little) => view.getFloat64(at, little),
};

/** A type of items; undefined for one that is not read, as of compounds and references. */
export function datatypeOf(message: Cursor): Datatype | undefined {
  const kind = message.u8() & 0xf;
  const [low = 0] = message.take(3);
  const size = message.u32();
  if (kind === INTEGER)
    return numbers('I', size, (low & 1) === 0, ((low & 8) === 0 ? UNSIGNED : SIGNED)[size]);
  if (kind === REAL) return numbers('R', size, (low & 1) === 0, REALS[size]);
  if (kind === TEXT) return size === 0 ? undefined : texts(size);
  // Logicals of h5py are an enum of two names; numbers are behind them.
  if (kind === ENUM) return logical(datatypeOf(message));
  if (kind === ANY_LENGTH && (low & 0xf) === 1) return { size, kind: 'S', read: undefined };
  return undefined;
}

function logical(base: Datatype | undefined): Datatype | undefined {
  return base?.kind === 'I' && base.size === 1 ? { ...base, kind: 'L' } : base;
}

function numbers(
  kind: 'R' | 'I',
  size: number,
  isLittle: boolean,
  read: ReadNumber | undefined,
): Datatype | undefined {
  if (read === undefined) return undefined;
  return {
    size,
    kind,
    read: (bytes, count) => {
      if (kind === 'R' && size === 8 && isLittle) return new Float64Array(Uint8Array.from(bytes).buffer);
      const view = viewOf(bytes);
      const values = new Float64Array(count);
      for (let at = 0; at < count; at++) values[at] = read(view, at * size, isLittle);
      return values;
    },
  };
}

function texts(size: number): Datatype {
  return {
    size,
    kind: 'S',
    read: (bytes, count) =>
      Array.from({ length: count }, (_, at) =>
        textUntilZero(bytes.subarray(at * size, (at + 1) * size)).trimEnd(),
      ),
  };
}
