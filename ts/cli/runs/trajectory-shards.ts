import { QuestsError } from '../../base/error.js';
import * as io from '../../faces/node/io.js';
import type { ShardOutput } from '../../faces/node/shards.js';
import type { TrajectoryRow } from '../../faces/node/analysis.js';
import { computedFrames, framesOf, type FrameWishes, type KnownFrames } from './computed-frames.js';
import type { FrameFlags } from '../session/frame-options.js';
import type { FrameResults, FrameWork, Survey } from './frame-shards.js';
import { openSets } from '../session/open-sets.js';
import type { SavedFrame } from './saved-frames.js';
import type { Session } from '../session/session.js';

/** A trajectory in shards: each computes some frames, and all make the reference anew. */
export function frameWork(
  session: Session,
  files: readonly string[],
  flags: FrameFlags & { readonly atoms?: string },
  wishes: FrameWishes,
): FrameWork {
  return {
    files,
    survey: () => frameSurvey(session, files, flags),
    compute: async (from, to) => {
      const rows: TrajectoryRow[] = [];
      const parts: Float64Array[] = [];
      await computedFrames(session, files, flags, {
        ...wishes,
        save: {},
        range: [from, to],
        onFrame: (row, values) => {
          rows.push(row);
          if (flags.atoms !== undefined) parts.push(...values);
        },
      });
      return output(rows, parts);
    },
  };
}

async function frameSurvey(session: Session, files: readonly string[], flags: FrameFlags): Promise<Survey> {
  const [set] = await openSets(session, [files], flags, { onBeyond: () => undefined });
  const atoms: number[] = [];
  for await (const structure of framesOf(session, set, flags, false)) {
    session.signal.throwIfAborted();
    atoms.push(structure.positions.length / 3);
  }
  if (atoms.length === 0) throw new QuestsError('EMPTY', 'there are no frames');
  const { nbrs: k, cutoff, log = [], reference = [] } = flags;
  // As `openReferences` takes them apart.
  const named = reference.map((text) => text.replace(/^[A-Za-z][\w.+-]*=(?=.)/, ''));
  const references = await io.findFiles(named);
  return {
    atoms,
    paths: [...set.paths, ...[log].flat(), ...references.map(({ path }) => path)],
    descriptors: { width: 2 * k - 1, k, cutoff, species: null },
    facts: {},
  };
}

/** Rows as JSON; values of atoms, all references of a frame together, one frame after the other. */
function output(rows: readonly TrajectoryRow[], parts: readonly Float64Array[]): ShardOutput {
  const perFrame = rows.length === 0 ? 0 : parts.length / rows.length;
  const lengths = rows.map((_, frame) =>
    parts.slice(frame * perFrame, (frame + 1) * perFrame).reduce((sum, { length }) => sum + length, 0),
  );
  const values = new Float64Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return { parts: [{ sums: 0, numbers: Float64Array.from(lengths), logs: values }], said: rows };
}

/** Frames that shards computed. */
export async function knownFrames(results: FrameResults['results']): Promise<KnownFrames> {
  const frames: SavedFrame[] = [];
  const values: Float64Array[] = [];
  for await (const { parts, said = [] } of results()) {
    const [part] = parts;
    if (part === undefined) continue;
    let at = 0;
    for (const [frame, row] of (said as TrajectoryRow[]).entries()) {
      const length = part.numbers[frame] ?? 0;
      frames.push({ row, print: '', values: length });
      values.push(part.logs.subarray(at, (at += length)));
    }
  }
  return { frames, values: () => values.values() as Generator<Float64Array, void, undefined> };
}
