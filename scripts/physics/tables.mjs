// Small tables, as CSV in scripts/physics/results.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The tables of docs/physics.md. */
export const STORED = join(dirname(fileURLToPath(import.meta.url)), 'results');
/** Where tables are: another folder for a shorter run, which quick.mjs holds against these. */
export const RESULTS = process.env.PHYSICS_RESULTS ?? STORED;

/** Numbers get `digits` significant digits: a table made again differs only where it must. */
export function writeTable(name, rows, digits = 6) {
  const columns = Object.keys(rows[0]);
  const text = (value) =>
    typeof value === 'number' ? String(Number(value.toPrecision(digits))) : (value ?? '');
  const lines = [
    columns.join(','),
    ...rows.map((row) => columns.map((column) => text(row[column])).join(',')),
  ];
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, name), lines.join('\n') + '\n');
}

/** Rows of a table; what looks like a number is one. */
export function readTable(name, folder = RESULTS) {
  const [head, ...lines] = readFileSync(join(folder, name), 'utf8').trim().split('\n');
  const columns = head.split(',');
  return lines.map((line) => {
    const fields = line.split(',');
    return Object.fromEntries(
      columns.map((column, at) => {
        const value = fields[at];
        return [column, value !== '' && Number.isFinite(Number(value)) ? Number(value) : value];
      }),
    );
  });
}

/** Rows of a table that may not be there yet. */
export const storedTable = (name) => (existsSync(join(RESULTS, name)) ? readTable(name) : []);
