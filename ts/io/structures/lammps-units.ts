import type { Notes } from './notes.js';

/** Units of length of LAMMPS's styles of units that are not Å. */
const LENGTHS: ReadonlyMap<string, string> = new Map([
  ['lj', 'σ'],
  ['electron', 'Bohr'],
  ['si', 'm'],
  ['cgs', 'cm'],
  ['micro', 'µm'],
  ['nano', 'nm'],
]);

/** Says where a file says units in which lengths are not in Å: they are taken as they are. */
export function noteUnits(notes: Notes, frame: number, style: string): void {
  const length = LENGTHS.get(style);
  if (length === undefined) return;
  const text = `lengths are in ${length} (units ${style}) and taken as they are: so are cutoff and bandwidth`;
  notes.say('units', frame, text);
}
