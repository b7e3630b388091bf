import type { Structure } from '../../model/structure.js';
import { checkedParts, type ColumnTable, type ResultColumn } from '../../model/column-table.js';
import { numberText } from '../text/number.js';
import type { StoredMatrix } from './stored-matrix.js';
import { withSameColumns } from '../structures/same-columns.js';
import { structureTable } from '../structures/structure-table.js';
import { inPieces, PIECE } from '../structures/written.js';

/**
 * Writes a table as CSV (RFC 4180, lines end with LF): names of the columns once, then a row per
 * row. Numbers are the shortest text that reads back the same, `nan` and `inf` included; logicals
 * are `true` and `false`; text stands in quotes where it has to.
 *
 * @param parts of the same columns, one after the other
 * @throws {QuestsError} INVALID_ARGUMENT for parts of different columns
 */
export function writeCsv(
  parts: Iterable<ColumnTable> | AsyncIterable<ColumnTable>,
): AsyncGenerator<string, void, undefined> {
  return inPieces(lineGroups(parts), '\n');
}

async function* lineGroups(
  parts: Iterable<ColumnTable> | AsyncIterable<ColumnTable>,
): AsyncGenerator<Iterable<string>, void, undefined> {
  let isFirst = true;
  for await (const part of checkedParts(parts)) {
    if (isFirst) yield [csvLine(part.columns.map(({ name }) => name))];
    isFirst = false;
    yield rowLines(part);
  }
}

function* rowLines({ rows, columns }: ColumnTable): Generator<string, void, undefined> {
  const fields = columns.map(fieldOf);
  for (let row = 0; row < rows; row++) yield fields.map((field) => field(row)).join(',');
}

/**
 * One line of CSV, without its end, for a table that grows row by row: fields as {@link writeCsv}
 * writes them, and nothing for null.
 *
 * @example
 * csvLine([57, 0.25, 'stop', null]); // 57,0.25,stop,
 */
export function csvLine(fields: readonly (number | string | boolean | null)[]): string {
  return fields.map(fieldText).join(',');
}

/**
 * Writes structures as CSV, one row per atom: see {@link structureTable}.
 *
 * @throws {QuestsError} MISMATCH, with file and frame, for a structure with other columns
 */
export function writeStructuresCsv(
  structures: Iterable<Structure> | AsyncIterable<Structure>,
): AsyncGenerator<string, void, undefined> {
  return writeCsv(structureTable(withSameColumns(structures, false)));
}

/**
 * Writes a matrix as CSV: columns `d0`, `d1` …, one row per environment. What is known of it is not
 * kept.
 */
export function* writeMatrixCsv({ data, shape }: StoredMatrix): Generator<string, void, undefined> {
  const width = shape.at(-1) ?? 1;
  let text = `${Array.from({ length: width }, (_, column) => `d${column}`).join(',')}\n`;
  for (let at = 0; at < data.length; at += width) {
    text += `${Array.from(data.subarray(at, at + width), numberText).join(',')}\n`;
    if (text.length < PIECE) continue;
    yield text;
    text = '';
  }
  yield text;
}

function fieldOf({ data }: ResultColumn): (row: number) => string {
  if (data instanceof Uint8Array) return (row) => fieldText(data[row] !== 0);
  return (row) => fieldText(data[row] as number | string);
}

function fieldText(value: number | string | boolean | null): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string') return quoted(value);
  return value === null ? '' : String(value);
}

function quoted(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
