import { DEFAULTS } from '../../base/defaults.js';
import { errorAt, QuestsError } from '../../base/error.js';
import { modeOf } from '../../base/species-mode.js';
import * as quests from '../../faces/node/quests.js';
import type { DescriptorMatrix, SpeciesMode } from '../../faces/node/quests.js';
import type { NamedMatrix } from '../../faces/node/io.js';
import { type DescriptorSettings, otherMode } from './descriptor-settings.js';
import { refuseForDescriptors } from './option-effects.js';
import type { Session } from './session.js';

/**
 * Descriptors that were made before. What the file says of them holds; what the command line says
 * must agree.
 *
 * @param describesNone whether all descriptors of the command were made before
 */
export async function madeBefore(
  session: Session,
  stored: NamedMatrix,
  settings: DescriptorSettings,
  describesNone: boolean,
): Promise<DescriptorMatrix> {
  const { k, cutoff, species, givenSpecies, givenK, givenCutoff } = settings;
  const saysK = says(stored.k);
  if (describesNone && givenCutoff && !says(stored.cutoff)) refuseForDescriptors('cutoff', stored.file);
  const x = await quests.readDescriptors(stored, {
    k: (saysK ? givenK : species !== 'ignore') ? k : undefined,
    cutoff: says(stored.cutoff) && givenCutoff ? cutoff : undefined,
  });
  if (!saysK) checkWidth(x, stored.file, settings);
  if (givenSpecies) checkMode(x, species, stored.file);
  noteUnsaid(session, stored, x, settings);
  return x;
}

/**
 * Where the file does not say k, only the number of columns can contradict the k that is asked for.
 */
function checkWidth(x: DescriptorMatrix, file: string, { k, species, givenK }: DescriptorSettings): void {
  const multiple = x.width % (2 * k - 1) === 0;
  const blocks = species === 'blocks';
  if (blocks ? multiple : !givenK || x.k === k) return;
  const expected = blocks ? `a multiple of ${2 * k - 1}` : String(2 * k - 1);
  throw new QuestsError('MISMATCH', `${file}: ${x.width} columns, but k = ${k} makes ${expected}`);
}

function noteUnsaid(
  session: Session,
  { file, k, cutoff }: NamedMatrix,
  x: DescriptorMatrix,
  { assumesBandwidth }: DescriptorSettings,
): void {
  if (says(k) && says(cutoff)) return;
  const missing = [...(says(k) ? [] : ['k']), ...(says(cutoff) ? [] : ['cutoff'])].join(' or ');
  const found = says(k) || x.k === null ? '' : `; k = ${x.k} follows from ${x.width} columns`;
  session.note(`note: ${file} has no ${missing} metadata; treated as external descriptors${found}`);
  if (!assumesBandwidth) return;
  session.note(
    `note: the bandwidth is ${DEFAULTS.bandwidth}, the default for descriptors of this package; those of ` +
      `${file} may need another: quests bandwidth recommends one, --bandwidth auto takes it`,
  );
}

/** Refuses descriptors that were made in another mode than the one that was asked for. */
function checkMode(x: DescriptorMatrix, asked: SpeciesMode, file: string): void {
  const isPlain = x.species === null && x.k !== null && x.width === 2 * x.k - 1;
  // What does not say its species may have blocks; it has no labels.
  const isUnsaid = x.species === null && !isPlain && asked === 'blocks';
  const mode = modeOf(x.species);
  if (mode === asked || isUnsaid) return;
  throw errorAt('MISMATCH', { file }, otherMode(mode, asked));
}

/** Whether a file says a setting. */
function says(setting: number | null | undefined): boolean {
  return setting !== null && setting !== undefined;
}
