import type { AtomArray, Structure } from '../../model/structure.js';
import { numberText } from '../text/number.js';
import type { StoredMatrix } from './stored-matrix.js';
import { inPieces, PIECE } from '../structures/written.js';
import { periodicDirections } from '../../model/cell.js';

/**
 * Writes structures as a JSON array, frame by frame: `positions` and `cell` (rows of three, Å;
 * `null` for no cell), `pbc`, `species` (`null` for none), `arrays` by name (a value, or a row of
 * values, per atom), `info`, `source` (`null` where unknown). Numbers are the shortest text that
 * reads back the same. JSON has no numbers that are not finite: those are `null`.
 *
 * @returns pieces of text, some 64 kB each
 */
export function writeStructuresJson(
  structures: Iterable<Structure> | AsyncIterable<Structure>,
): AsyncGenerator<string, void, undefined> {
  return inPieces(arrayParts(structures));
}

async function* arrayParts(
  structures: Iterable<Structure> | AsyncIterable<Structure>,
): AsyncGenerator<Iterable<string>, void, undefined> {
  let before = '[\n';
  for await (const structure of structures) {
    yield [before];
    yield structureText(structure);
    before = ',\n';
  }
  // Without structures nothing stands between the brackets.
  yield [before === ',\n' ? '\n]\n' : '[\n]\n'];
}

/**
 * Writes a matrix as one JSON object: `shape`, `k`, `cutoff` (Å), `species`, `frame_offsets`,
 * `sources` (each `null` where unknown) and `rows`, an array of environments.
 *
 * @returns pieces of text, some 64 kB each
 */
export function* writeMatrixJson(matrix: StoredMatrix): Generator<string, void, undefined> {
  const { data, shape, k = null, cutoff = null, species = null, frameOffsets, sources } = matrix;
  const width = shape.at(-1) ?? 1;
  const settings = {
    shape,
    k,
    cutoff,
    species,
    frame_offsets: frameOffsets === undefined ? null : Array.from(frameOffsets),
    sources: sources?.map((source) => source ?? null) ?? null,
  };
  let text = `${JSON.stringify(settings).slice(0, -1)},"rows":[`;
  for (const piece of rowsText(data, width)) {
    text += piece;
    if (text.length < PIECE) continue;
    yield text;
    text = '';
  }
  yield `${text}\n]}\n`;
}

function* structureText(structure: Structure): Generator<string, void, undefined> {
  const { positions, cell, species, arrays = {}, info = {}, source } = structure;
  yield '{"positions":[';
  yield* rowsText(positions, 3);
  yield `],\n"cell":${cell === undefined ? 'null' : `[${[...rowsText(cell, 3)].join('')}]`}`;
  yield `,\n"pbc":${JSON.stringify(periodicDirections(structure))},\n"species":`;
  if (species === undefined) yield 'null';
  else yield* arrayText({ kind: 'S', width: 1, data: species });
  yield ',\n"arrays":{';
  let separator = '';
  for (const [name, array] of Object.entries(arrays)) {
    yield `${separator}\n${JSON.stringify(name)}:`;
    yield* arrayText(array);
    separator = ',';
  }
  const values = Object.entries(info).map(([key, value]) => `${JSON.stringify(key)}:${valueText(value)}`);
  yield `},\n"info":{${values.join(',')}},\n"source":${JSON.stringify(source ?? null)}}`;
}

/** A column of the atoms: an array of values, or of rows of them. */
function* arrayText({ data, kind, width }: AtomArray): Generator<string, void, undefined> {
  const field = (value: number | string): string => valueText(kind === 'L' ? value !== 0 : value);
  for (let at = 0; at < data.length; at += width) {
    const fields = Array.from({ length: width }, (_, index) => field(data[at + index] as number | string));
    const row = width === 1 ? fields.join('') : `[${fields.join(',')}]`;
    yield (at === 0 ? '[' : ',') + row;
  }
  yield data.length === 0 ? '[]' : ']';
}

function* rowsText(data: ArrayLike<number>, width: number): Generator<string, void, undefined> {
  for (let at = 0; at < data.length; at += width) {
    const fields = Array.from({ length: width }, (_, index) => valueText(data[at + index] as number));
    yield `${at === 0 ? '' : ','}\n[${fields.join(',')}]`;
  }
}

function valueText(value: number | string | boolean | readonly (number | string | boolean)[]): string {
  if (typeof value === 'number') return Number.isFinite(value) ? numberText(value) : 'null';
  if (typeof value === 'object') return `[${value.map(valueText).join(',')}]`;
  return JSON.stringify(value);
}
