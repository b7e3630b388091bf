import * as io from '../../faces/node/io.js';
import type { Format } from '../../faces/node/io.js';
import { UsageError } from './usage-error.js';

/**
 * What a result can be written as: `json`, the record of {@link Result}; `environments`, a value
 * for each, with the structures it belongs to or as a table; `npy`, the bare values; `matrix`,
 * descriptors; `structures`, one or several; `frames`, always several of them; `table`, rows of a
 * result that has some.
 */
export type OutputKind = 'json' | 'environments' | 'npy' | 'matrix' | 'structures' | 'frames' | 'table';

/** A file to be written, and how. */
export interface Output {
  readonly path: string;
  readonly kind: OutputKind;
  readonly format: Format;
}

/** Files that the kinds of output can be, by their endings, for help texts. */
export function formatList(formats: readonly Format[], kinds: readonly OutputKind[]): string {
  const fitting = formats.filter((format) => kinds.some((kind) => isFor(format, kind)));
  return fitting.map(({ extensions }) => extensions[0]).join(', ');
}

/**
 * How the output file of a command is to be written, by its name; undefined where there is none.
 *
 * @throws {UsageError} a format that the command does not write
 */
export function outputOf(path: string | undefined, kinds: readonly OutputKind[]): Output | undefined {
  if (path === undefined) return undefined;
  const format = io.formatOfName(path);
  const kind = format && kinds.find((candidate) => isFor(format, candidate));
  if (format === undefined || kind === undefined) {
    throw new UsageError(
      `cannot write ${path}: expected a name that ends in ${formatList(io.FORMATS, kinds)}`,
    );
  }
  return { path, kind, format };
}

/**
 * Refuses a picture in another format than there is.
 *
 * @throws {UsageError}
 */
export function checkPlot(plot: string | undefined): void {
  if (plot === undefined || /\.svg(\.gz)?$/i.test(plot)) return;
  throw new UsageError(`cannot draw ${plot}: expected a name that ends in .svg`);
}

/** Whether a file takes structures, and no more than one. */
export function holdsOne(output: Output | undefined): boolean {
  return output?.kind === 'structures' && output.format.structures?.single === true;
}

/**
 * Refuses, before anything is written, a file that holds one structure where there may be several.
 */
export function checkRoom(output: Output | undefined, several: boolean): void {
  if (output === undefined || !several || !holdsOne(output)) return;
  throw new UsageError(
    `${output.path} can hold only one structure: choose a format for several, such as .xyz`,
  );
}

function isFor({ name, structures, table, matrix }: Format, kind: OutputKind): boolean {
  switch (kind) {
    case 'json':
      return name === 'json';
    case 'npy':
      return name === 'npy';
    case 'environments':
      return name !== 'json' && ((structures?.write && structures.columns) ?? table !== undefined);
    case 'matrix':
      return matrix?.write !== undefined;
    case 'structures':
      return name !== 'json' && structures?.write !== undefined;
    case 'frames':
      return structures?.write !== undefined && structures.columns === true;
    case 'table':
      return table !== undefined;
  }
}

/**
 * Refuses, before anything is computed, to write what needs structures where there are none.
 *
 * @throws {UsageError} descriptors as input, and a format that is not for bare values
 */
export function checkHolds(output: Output | undefined, file: string, holds: 'structures' | 'matrix'): void {
  if (output?.kind !== 'environments' || holds === 'structures' || output.format.table) return;
  throw new UsageError(`cannot write ${output.path}: ${file} holds descriptors, not structures`);
}
