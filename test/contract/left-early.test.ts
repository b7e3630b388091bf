import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  descriptorBatches,
  descriptors,
  readStructures,
  type Structure,
  trajectory,
  trajectoryFrames,
  type TrajectoryReference,
  writeStructures,
} from '../../ts/node.js';
import { timeAverages } from '../../ts/faces/node/analysis.js';

/** Gives whatever is asked for frames, and knows whether somebody let go of it. */
class Frames {
  isOpen = false;

  async *[Symbol.asyncIterator](): AsyncGenerator<Structure, void, undefined> {
    this.isOpen = true;
    try {
      for (let frame = 0; ; frame++) yield await Promise.resolve(atomsOf(frame));
    } finally {
      this.isOpen = false;
    }
  }
}

function atomsOf(frame: number): Structure {
  const positions = Float64Array.from({ length: 12 }, (_, at) => 2 * at + Math.sin(7 * at + frame));
  return { positions, cell: [9, 0, 0, 0, 9, 0, 0, 0, 9], species: ['Cu', 'Cu', 'Cu', 'Cu'] };
}

async function takeOne(all: AsyncIterable<unknown>): Promise<void> {
  for await (const one of all) {
    expect(one).toBeDefined();
    break;
  }
}

let set: Awaited<ReturnType<typeof descriptors>>;

beforeAll(async () => {
  set = await descriptors([atomsOf(0)], { k: 3 });
});

describe('frames that are left early are let go', () => {
  const references: [string, () => TrajectoryReference][] = [
    ['the first frames', () => ({ first: 2 })],
    ['the frames before', () => ({ previous: true })],
    ['a set', () => ({ sets: [{ name: 'a', x: set }] })],
  ];

  it.each(references)('trajectory against %s', async (_, reference) => {
    const frames = new Frames();
    await takeOne(trajectory(frames, { k: 3, reference: reference() }));
    expect(frames.isOpen).toBe(false);
  });

  it('trajectory whose first frame throws', async () => {
    const frames = new Frames();
    const run = trajectory(frames, { k: 3, bandwidth: 1e-300, tolerance: 1e-300, reference: { first: 1 } });
    await run.next().catch(() => undefined);
    await run.return(undefined);
    expect(frames.isOpen).toBe(false);
  });

  it.each([
    ['descriptorBatches', (frames: Frames) => descriptorBatches(several(frames), { k: 3 })],
    ['trajectoryFrames', (frames: Frames) => trajectoryFrames(frames, { every: 2 })],
    ['averages', (frames: Frames) => timeAverages(frames, 3)],
  ] as const)('%s', async (_, of) => {
    const frames = new Frames();
    await takeOne(of(frames));
    expect(frames.isOpen).toBe(false);
  });
});

/** Enough for more than one batch, and an end. */
async function* several(frames: Frames): AsyncGenerator<Structure, void, undefined> {
  let left = 5_000;
  for await (const frame of frames) {
    yield frame;
    if (--left === 0) return;
  }
}

describe.runIf(process.platform === 'linux')('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quests-left-early-'));
  const path = join(folder, 'run.xyz');

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** Whether this process has the file open. */
  const isOpen = (): boolean =>
    readdirSync('/proc/self/fd').some((number) => {
      try {
        return readlinkSync(`/proc/self/fd/${number}`) === path;
      } catch {
        return false;
      }
    });

  it('a trajectory against its first frames closes its file', async () => {
    await writeStructures(
      path,
      Array.from({ length: 20_000 }, (_, frame) => atomsOf(frame)),
    );
    const run = trajectory(readStructures(path), { k: 3, reference: { first: 2 } });
    await run.next();
    expect(isOpen()).toBe(true);
    await run.return(undefined);
    expect(isOpen()).toBe(false);
  });
});
