import type { AtomArray, Structure } from '../../faces/node/quests.js';
import { nearestReference } from '../../faces/node/analysis.js';
import type { OpenSet } from '../session/open-sets.js';
import { checkColumns } from '../session/output-columns.js';
import type { OutputFlags } from '../session/options.js';
import type { SavedFrames } from './saved-frames.js';
import type { Session } from '../session/session.js';
import { UsageError } from '../session/usage-error.js';
import { type Output, outputOf } from '../session/output.js';

/**
 * The file of `--atoms`: frames with δH of each atom, and the reference it is nearest to where
 * there are several.
 */
export class AtomColumns {
  readonly #session: Session;
  readonly #output: Output;
  readonly #overwrite: boolean | undefined;

  private constructor(session: Session, output: Output, overwrite: boolean | undefined) {
    this.#session = session;
    this.#output = output;
    this.#overwrite = overwrite;
  }

  /**
   * Refuses, before anything is computed, a file that cannot be written; undefined where none is
   * asked for.
   *
   * @throws {UsageError} a format without columns for atoms
   */
  static async of(
    session: Session,
    { atoms, overwrite }: OutputFlags & { readonly atoms?: string },
  ): Promise<AtomColumns | undefined> {
    const file = outputOf(atoms && session.place(atoms), ['environments']);
    if (file === undefined) return undefined;
    if (file.format.structures?.columns !== true || file.format.structures.write === undefined) {
      throw new UsageError(
        `cannot write ${file.path}: expected a structure format with columns, such as .xyz`,
      );
    }
    await session.claimOutputs(file.path);
    return new AtomColumns(session, file, overwrite);
  }

  /**
   * Refuses, before anything is computed, frames that the file cannot take.
   *
   * @throws {QuestsError} MISMATCH, with the frame
   */
  async check(set: OpenSet): Promise<void> {
    await checkColumns(this.#output, set);
  }

  /**
   * Writes frames, read once more, with what was saved of their atoms.
   *
   * @param names of the references
   */
  async write(
    frames: AsyncGenerator<Structure>,
    saved: Pick<SavedFrames, 'frames' | 'values'>,
    names: readonly string[],
  ): Promise<void> {
    const { signal } = this.#session;
    const { path } = this.#output;
    await this.#session.writeStructures(path, framesWithColumns(frames, saved, names), {
      overwrite: this.#overwrite,
      signal,
    });
    this.#session.note(`atoms written to ${path}`);
  }
}

async function* framesWithColumns(
  frames: AsyncGenerator<Structure>,
  saved: Pick<SavedFrames, 'frames' | 'values'>,
  names: readonly string[],
): AsyncGenerator<Structure, void, undefined> {
  const rows = saved.frames.values();
  try {
    for (const values of saved.values()) {
      const next = await frames.next();
      const { entropy, s2 } = rows.next().value?.row ?? {};
      if (next.done === true) return;
      const said = { entropy: Number(entropy), ...(s2 !== undefined && { s2: Number(s2) }) };
      yield withColumns(next.value, values, names, said);
    }
  } finally {
    await frames.return(undefined);
  }
}

/** A frame with what was saved of its atoms: δH of each reference, then S2 where frames have it. */
function withColumns(
  structure: Structure,
  values: Float64Array,
  names: readonly string[],
  said: { readonly entropy: number; readonly s2?: number },
): Structure {
  const atoms = structure.positions.length / 3;
  const part = (at: number): Float64Array => values.subarray(at * atoms, (at + 1) * atoms);
  const parts = names.map((_, at) => part(at));
  const arrays: Record<string, AtomArray> = { ...structure.arrays };
  const info = { ...structure.info, ...said };
  if (said.s2 !== undefined) arrays.s2 = { kind: 'R', width: 1, data: part(names.length) };
  for (const [at, name] of names.entries()) {
    arrays[name === '' ? 'dH' : `dH_${name}`] = {
      kind: 'R',
      width: 1,
      data: parts[at] ?? new Float64Array(atoms),
    };
  }
  if (names.length < 2) return { ...structure, arrays, info };
  // Names may hold what a column of text cannot; programs colour by numbers anyway.
  arrays.nearest = { kind: 'I', width: 1, data: nearestReference(parts) };
  return { ...structure, arrays, info: { ...info, references: names.join(' ') } };
}
