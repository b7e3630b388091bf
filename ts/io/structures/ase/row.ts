import { type FilePlace, invalidFile } from '../../text/fault.js';
import { type AseAtoms, ATOM_ARRAYS, RESULT_NAMES } from './atoms.js';
import { isObject, parsePythonJson } from './python-json.js';
import { jsonValues, type Values } from './values.js';

/**
 * A row of a database of ASE, from its JSON. Keys and values and the data of the row become values
 * of the frame, as does `unique_id`.
 *
 * @throws {QuestsError} INVALID_FILE for values of another kind
 */
export function rowAtoms(row: Readonly<Record<string, unknown>>, place: FilePlace): AseAtoms {
  const values = (name: string): Values | undefined => {
    const json = Object.hasOwn(row, name) ? row[name] : undefined;
    if (json === undefined || json === null) return undefined;
    const found = jsonValues(json);
    if (found !== undefined) return found;
    throw invalidFile(place, `expected numbers for ${name}`);
  };
  return {
    numbers: values('numbers'),
    positions: values('positions'),
    cell: values('cell'),
    pbc: values('pbc'),
    arrays: ATOM_ARRAYS.map((name) => [name, values(name)] as const),
    results: RESULT_NAMES.map((name) => [name, values(name)] as const),
    info: rowInfo({ keyValuePairs: row.key_value_pairs, data: row.data, unique: row.unique_id }, place),
    constraints: decoded(row.constraints, 'constraints', place),
  };
}

/**
 * What a row says beside its atoms, as values of the frame.
 *
 * @throws {QuestsError} INVALID_FILE for anything but names and values
 */
export function rowInfo(
  { keyValuePairs, data, unique }: Readonly<Record<'keyValuePairs' | 'data' | 'unique', unknown>>,
  place: FilePlace,
): [string, unknown][] {
  return [
    ...dictionary(keyValuePairs, 'key_value_pairs', place),
    ...dictionary(data, 'data', place),
    ['unique_id', unique],
  ];
}

function dictionary(value: unknown, name: string, place: FilePlace): [string, unknown][] {
  const json = decoded(value, name, place);
  if (json === null || json === undefined) return [];
  if (isObject(json)) return Object.entries(json);
  throw invalidFile(place, `expected names and values for ${name}`);
}

/** What ASE wrote as JSON within JSON once. */
function decoded(json: unknown, name: string, place: FilePlace): unknown {
  return typeof json === 'string' ? parsePythonJson(json, name, place) : json;
}
