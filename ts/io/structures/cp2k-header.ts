import type { InfoValue } from '../../model/structure.js';
import { invalidFile, type FilePlace, shown } from '../text/fault.js';
import { textNumber } from '../text/number.js';
import { HARTREE } from './units.js';

const COMMENT = /^\s*i\s*=\s*(\d+)\s*,\s*(?:time\s*=\s*([^\s,]+)\s*,\s*)?E\s*=\s*(\S+)\s*$/;

/** What trajectories of CP2K are called: PROJECT-pos-1.xyz, and what lies beside. */
const NAME = /^(?:.*[/\\])?([^/\\]+)-(pos|frc|vel)-(\d+)\.xyz(?:\.gz)?$/;

/**
 * Reads the comment line of CP2K, ` i = 12, time = 6.000, E = -17.16`: the step, the time in fs,
 * and the energy, which becomes eV, as `info.energy`.
 *
 * @returns undefined for any other line
 * @throws {QuestsError} INVALID_FILE for an energy that is no number, and for a file that is named
 *   like one of forces or velocities
 */
export function parseCp2kHeader(line: string, place: FilePlace): Record<string, InfoValue> | undefined {
  const [found, step = '', time, energy = ''] = COMMENT.exec(line) ?? [];
  if (found === undefined) return undefined;
  const [, project = '', kind = 'pos', number = ''] = NAME.exec(place.file) ?? [];
  if (kind !== 'pos') {
    const what = kind === 'frc' ? 'forces' : 'velocities';
    throw invalidFile(place, `${what} of CP2K, no coordinates; those are in ${project}-pos-${number}.xyz`);
  }
  const [hartree, fs] = [textNumber(energy), time === undefined ? undefined : textNumber(time)];
  if (hartree === undefined) throw invalidFile(place, `expected an energy after E =, found ${shown(energy)}`);
  return { i: Number(step), ...(fs !== undefined && { time: fs }), energy: hartree * HARTREE };
}

/** What is not in a trajectory of CP2K, and where it is. */
export function besideCp2k(file: string): string {
  const [, project = 'PROJECT', , number = '1'] = NAME.exec(file) ?? [];
  const files = `${project}-${number}.cell and ${project}-frc-${number}.xyz`;
  return `CP2K writes cells and forces to files of their own (${files}), which are not read along: no cell`;
}
