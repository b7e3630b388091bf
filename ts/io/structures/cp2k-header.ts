import type { InfoValue } from '../../model/structure.js';
import { invalidFile, type FilePlace, shown } from '../text/fault.js';
import { textNumber } from '../text/number.js';
import { HARTREE } from './units.js';

const COMMENT = /^\s*i\s*=\s*(\d+)\s*,\s*(?:time\s*=\s*([^\s,]+)\s*,\s*)?E\s*=\s*(\S+)\s*$/;

/** What trajectories of CP2K are called: PROJECT-pos-1.xyz, and what lies beside. */
const NAME = /^(?:.*[/\\])?([^/\\]+)-(pos|frc|vel)-(\d+)\.xyz(?:\.(?:gz|bz2|xz|zst))?$/;

/**
 * Reads the comment line of CP2K, ` i = 12, time = 6.000, E = -17.16`: the step, the time in fs,
 * and the energy, which becomes eV, as `info.energy`.
 *
 * @returns undefined for any other line
 * @throws {QuestsError} INVALID_FILE for an energy that is no number, and for a file that is named
 *   like one of forces or velocities
 */
export function parseCp2kHeader(line: string, place: FilePlace): Record<string, InfoValue> | undefined {
  const found = cp2kEnergy(line, place);
  if (found === undefined) return undefined;
  const [, project = '', kind = 'pos', number = ''] = NAME.exec(place.file) ?? [];
  if (kind !== 'pos') {
    const what = kind === 'frc' ? 'forces' : 'velocities';
    throw invalidFile(place, `${what} of CP2K, no coordinates; those are in ${project}-pos-${number}.xyz`);
  }
  const { step, time, energy } = found;
  return { i: step, ...(time !== undefined && { time }), energy };
}

/** What a comment line of CP2K says; undefined for any other line. */
export function cp2kEnergy(
  line: string,
  place: FilePlace,
): { readonly step: number; readonly time: number | undefined; readonly energy: number } | undefined {
  const [found, step = '', time, energy = ''] = COMMENT.exec(line) ?? [];
  if (found === undefined) return undefined;
  const hartree = textNumber(energy);
  if (hartree === undefined) throw invalidFile(place, `expected an energy after E =, found ${shown(energy)}`);
  const fs = time === undefined ? undefined : textNumber(time);
  return { step: Number(step), time: fs, energy: hartree * HARTREE };
}

/** What CP2K writes beside a trajectory. */
export interface Cp2kFiles {
  readonly forces: string;
  readonly cells: string;
}

/**
 * Names of the files with forces and cells of a trajectory, PROJECT-pos-1.xyz; undefined for files
 * of other names.
 */
export function cp2kFiles(file: string): Cp2kFiles | undefined {
  const [, project = '', kind, number = ''] = NAME.exec(file) ?? [];
  if (kind !== 'pos') return undefined;
  return { forces: `${project}-frc-${number}.xyz`, cells: `${project}-${number}.cell` };
}

/**
 * The trajectory that a file with forces or cells of CP2K belongs to; undefined for other files.
 */
export function trajectoryOf(file: string): string | undefined {
  const found = /^(.*?)(?:-frc)?-(\d+)\.(xyz|cell)$/.exec(file);
  if (found === null || (found[3] === 'xyz') !== file.includes('-frc-')) return undefined;
  return `${found[1]}-pos-${found[2]}.xyz`;
}

/** What is not in a trajectory of CP2K, and where it is. */
export function besideCp2k(file: string): string {
  const { forces, cells } = cp2kFiles(file) ?? { forces: 'PROJECT-frc-1.xyz', cells: 'PROJECT-1.cell' };
  const files = `${cells} and ${forces}`;
  return `CP2K writes cells and forces to files of their own (${files}), which are not there: no cell`;
}
