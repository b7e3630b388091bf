import { describe, expect, it } from 'vitest';
import { type LammpsStep, watchLammps } from '../../ts/faces/analysis.js';
import { descriptors, type Structure, watcher } from '../../ts/node.js';
import { BACKENDS } from '../support/backends/backends.js';
import { failure } from '../support/data/reading.js';

const A = 3.5;
const SITES = Array.from({ length: 8 }, (_, cell) =>
  [
    [0, 0, 0],
    [0.5, 0.5, 0],
    [0.5, 0, 0.5],
    [0, 0.5, 0.5],
  ].map((site) => site.map((x, axis) => A * (x + ((cell >> axis) & 1)))),
).flat();
const CRYSTAL: Structure = {
  positions: Float64Array.from(SITES.flat()),
  cell: [2 * A, 0, 0, 0, 2 * A, 0, 0, 0, 2 * A],
  species: Array<string>(32).fill('Cu'),
};

/** What lammps.js tells: atoms in any order, positions in single precision, from a corner. */
function stepOf(step: number): LammpsStep {
  const order = SITES.map((_, at) => (at + 7) % 32);
  const shift = step >= 30 ? 0.9 : 0;
  const places = order.flatMap((at) => (SITES[at] ?? []).map((x) => x - 2 + (at === 3 ? shift : 0)));
  return {
    step,
    particles: {
      count: 32,
      positions: Float32Array.from(places),
      ids: BigInt64Array.from(order, (at) => BigInt(at + 1)),
      types: new Int32Array(32).fill(1),
    },
    box: { matrix: Float32Array.from(CRYSTAL.cell ?? []), origin: Float32Array.of(-2, -2, -2) },
  };
}

/** A client as that of lammps.js: on this thread a callback that throws ends the run. */
class Client {
  steps: number[] = [];

  async runScriptAsync(
    script: string,
    callback: (data: LammpsStep) => Promise<void>,
    { every, copy }: { every: number; copy: boolean },
  ): Promise<unknown> {
    expect([script, copy]).toEqual(['run 50', true]);
    for (let step = every; step <= 50 && !this.isEnded(); step += every) {
      this.steps.push(step);
      try {
        await callback(stepOf(step));
      } catch {
        throw new Error('ERROR: JS async step callback rejected');
      }
    }
    return { aborted: this.isEnded() };
  }

  protected isEnded(): boolean {
    return false;
  }
}

/** The same in a worker, which ends when it is asked to. */
class WorkerClient extends Client {
  #ended = false;

  stopRun(): void {
    this.#ended = true;
  }

  protected override isEnded(): boolean {
    return this.#ended;
  }
}

describe.each(BACKENDS)('watchLammps, on %s', (backend) => {
  it.each([Client, WorkerClient])('stops %o at the step that leaves known ground', async (Kind) => {
    const guard = await watcher(await descriptors(CRYSTAL, { backend }), { backend, stopAbove: 20 });
    const lammps = new Kind();
    const seen: [number, string][] = [];
    const { checks, stopped } = await watchLammps(lammps, 'run 50', guard, {
      every: 10,
      elements: ['Cu'],
      onCheck: ({ decision }, structure) => {
        seen.push([Number(structure.info?.step), decision]);
        expect(structure.species).toEqual(CRYSTAL.species);
      },
    });
    expect(seen).toEqual([
      [10, 'continue'],
      [20, 'continue'],
      [30, 'stop'],
    ]);
    expect([checks, stopped?.step, lammps.steps]).toEqual([3, 30, [10, 20, 30]]);
    // The atom that has moved, or one beside it, in the order of ids.
    const moved = await descriptors({ ...CRYSTAL, positions: positionsOf(stepOf(30)) }, { backend });
    expect(stopped?.check.dH).toHaveLength(moved.rows);
    expect(stopped?.check.maximum).toBeGreaterThan(20);
    guard.dispose();
  });

  it('runs to the end where all is known, and says what goes wrong', async () => {
    const guard = await watcher(await descriptors(CRYSTAL, { backend }), { backend });
    expect(await watchLammps(new Client(), 'run 50', guard, { every: 25 })).toEqual({
      checks: 2,
      stopped: undefined,
    });
    for (const lammps of [new Client(), new WorkerClient()]) {
      const refused = failure(watchLammps(lammps, 'run 50', guard, { every: 10, elements: [] }));
      expect(await refused).toMatch(/^INVALID_ARGUMENT: atom type 1 of LAMMPS has no element/);
      expect(lammps.steps).toEqual([10]);
    }
    expect(await failure(watchLammps(new Client(), 'run 50', guard, { every: 0 }))).toMatch(
      /^INVALID_ARGUMENT/,
    );
    guard.dispose();
  });
});

function positionsOf({ particles }: LammpsStep): Float64Array {
  return Float64Array.from(particles?.positions ?? []);
}
