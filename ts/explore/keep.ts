import { compress, compressionCurve } from '../compress.js';
import type { RunOptions } from '../options.js';
import type { Exploration } from './exploration.js';
import { pictureOf } from './picture.js';
import type { Picture } from './protocol.js';

/** Structures that were picked, and what they keep. */
export interface Kept {
  /** Frames of the last set, in the order in which they were picked. */
  readonly frames: readonly number[];
  readonly picture: Picture;
  /** The same in words. */
  readonly text: string;
}

/** Picks structures of the last set: those that add most to the first, where there are two. */
export async function keep(exploration: Exploration, count: number, options: RunOptions): Promise<Kept> {
  const { sets, findings } = exploration;
  const [first] = sets;
  const set = sets.at(-1);
  if (set === undefined || first === undefined) throw new RangeError('nothing was explored');
  const { bandwidth } = findings.settings;
  const reference = first === set ? {} : { reference: first.x };
  const { picks } = await compress(set.x, { ...options, bandwidth, ...reference, size: { count } });
  const { entropy, diversity } = await compressionCurve(set.x, picks, { ...options, bandwidth });
  const frames = Array.from(picks);
  const x = frames.map((_, at) => at + 1);
  const title = `Entropy of the structures kept of ${set.name}`;
  const picture = await pictureOf({
    id: 'kept',
    title,
    figure: {
      title,
      panels: [
        {
          x: { name: 'structures kept' },
          y: { name: 'entropy', unit: 'nats' },
          series: [
            { kind: 'line', name: 'entropy H', x, y: entropy },
            { kind: 'line', name: 'diversity D', x, y: diversity },
          ],
        },
      ],
    },
  });
  const H = (entropy.at(-1) ?? NaN).toFixed(3);
  const whole = (findings.sets.at(-1)?.entropy ?? NaN).toFixed(3);
  const text = `${frames.length} of ${set.x.frames} structures kept, frames ${frames.join(', ')}: entropy ${H} nats, of all ${whole}.`;
  return { frames, picture, text };
}
