import type { InfoValue } from '../model/structure.js';
import type { ExploredSet } from './exploration.js';

/**
 * Values that files have for some frames of a set; of a set larger than memory, those that it was
 * stored with.
 */
export async function frameInfo(
  { x, structures, drawn }: Pick<ExploredSet, 'x' | 'structures' | 'drawn'>,
  frames: readonly number[],
): Promise<Readonly<Record<string, InfoValue>>[]> {
  if (drawn === undefined) return frames.map((frame) => structures[frame]?.info ?? {});
  const { stored, rows } = drawn;
  const names = stored.facts.labels.flatMap(({ name, of }) => (of === 'frame' ? [name] : []));
  const found: Record<string, InfoValue>[] = [];
  for (const frame of frames) {
    const row = rows[x.frameOffsets[frame] as number] as number;
    const { labels } = await stored.placeOf(row);
    found.push(Object.fromEntries(names.flatMap((name) => entry(name, labels[name] ?? null))));
  }
  return found;
}

function entry(name: string, value: InfoValue | null): [string, InfoValue][] {
  return value === null ? [] : [[name, value]];
}
