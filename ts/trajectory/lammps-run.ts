import { QuestsError } from '../base/error.js';
import type { Structure } from '../model/structure.js';
import type { WatchCheck, WatchDecision } from './watcher.js';

/** What lammps.js tells after some steps: its `AsyncStepData`, or `WorkerStepData`. */
export interface LammpsStep {
  readonly step: number;
  readonly particles?: {
    readonly count: number;
    readonly positions: ArrayLike<number>;
    readonly ids: ArrayLike<number | bigint>;
    readonly types: ArrayLike<number>;
  };
  /** Rows a, b, c, and where they begin. */
  readonly box?: { readonly matrix: ArrayLike<number>; readonly origin: ArrayLike<number> };
}

/** A client of lammps.js, on this thread (`LammpsClient`) or in a worker (`LammpsWorkerClient`). */
export interface LammpsClient {
  runScriptAsync(
    script: string,
    callback: (data: LammpsStep) => Promise<void>,
    options: { every: number; copy: boolean },
  ): Promise<unknown>;
  /** Clients in a worker have it. */
  stopRun?(): void;
}

/** What checks a frame and decides: a `Watcher`, or whoever has one. */
export interface LammpsGuard<Check extends { readonly decision: WatchDecision }> {
  check(structure: Structure): Promise<Check>;
}

/** Options of {@link watchLammps}. */
export interface WatchLammpsOptions<Check = WatchCheck> {
  /** Steps from one check to the next. */
  readonly every: number;
  /** Elements of the atom types, in their order. Default: types are no elements. */
  readonly elements?: readonly string[] | undefined;
  /** Periodic along a, b, c: LAMMPS does not tell. Default: along all. */
  readonly pbc?: Structure['pbc'];
  /** Told of each check; the run waits for what it returns. */
  readonly onCheck?: ((check: Check, structure: Structure) => void | Promise<void>) | undefined;
}

/** How a run of {@link watchLammps} ended. */
export interface WatchedLammpsRun<Check = WatchCheck> {
  readonly checks: number;
  /** The check that stopped it, and its step; undefined where it ran to its end. */
  readonly stopped: { readonly step: number; readonly check: Check } | undefined;
}

/**
 * Runs a LAMMPS script with lammps.js, and checks the atoms every so many steps: LAMMPS waits
 * meanwhile, and ends where the watcher says `stop`. The package `lammps.js` is yours to install;
 * its coordinates are single precision.
 *
 * @throws {QuestsError} as `Watcher.check`, and then the run ends, too; INVALID_ARGUMENT: `every`
 *   unusable, an atom type without an element. What LAMMPS itself finds wrong is thrown as it is
 *
 * @example
 * const lammps = (await LammpsClient.create()).start();
 * const guard = await watcher(known, { saveAbove: 10, stopAbove: 50 });
 * const { stopped } = await watchLammps(lammps, script, guard, { every: 50, elements: ['Cu'] });
 */
export async function watchLammps<Check extends { readonly decision: WatchDecision } = WatchCheck>(
  lammps: LammpsClient,
  script: string,
  guard: LammpsGuard<Check>,
  options: WatchLammpsOptions<Check>,
): Promise<WatchedLammpsRun<Check>> {
  const { every, onCheck } = options;
  if (!(Number.isSafeInteger(every) && every >= 1)) {
    throw new QuestsError('INVALID_ARGUMENT', `every is ${every}, expected a whole number of at least 1`);
  }
  let checks = 0;
  let stopped: WatchedLammpsRun<Check>['stopped'];
  let failure: unknown;
  /** Ends the run: in a worker when it is asked to, on this thread by what its callback throws. */
  const end = (reason: unknown): void => {
    if (lammps.stopRun === undefined) throw reason;
    lammps.stopRun();
  };
  const check = async (data: LammpsStep): Promise<void> => {
    // A worker may tell of a step more before it ends.
    if (stopped !== undefined || failure !== undefined) return;
    try {
      const structure = lammpsStructure(data, options);
      const found = await guard.check(structure);
      checks++;
      await onCheck?.(found, structure);
      if (found.decision === 'stop') stopped = { step: data.step, check: found };
    } catch (error) {
      failure = error;
    }
    if (stopped !== undefined || failure !== undefined) end(failure ?? new Error('stopped'));
  };
  try {
    await lammps.runScriptAsync(script, check, { every, copy: true });
  } catch (error) {
    // LAMMPS words what its callback threw in its own way.
    if (stopped === undefined && failure === undefined) throw error;
  }
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- it is what was thrown before
  if (failure !== undefined) throw failure;
  return { checks, stopped };
}

/** A step of LAMMPS as a structure, its atoms in the order of their ids. */
function lammpsStructure(
  { step, particles, box }: LammpsStep,
  { elements, pbc }: Pick<WatchLammpsOptions<unknown>, 'elements' | 'pbc'>,
): Structure {
  if (particles === undefined || box === undefined) {
    throw new QuestsError('INVALID_STRUCTURE', `step ${step} of LAMMPS has no atoms or no box`);
  }
  const { count, positions, ids, types } = particles;
  const order = Array.from({ length: count }, (_, at) => at);
  order.sort((one, two) => Number(ids[one]) - Number(ids[two]));
  const place = new Float64Array(3 * count);
  order.forEach((from, at) => {
    for (let axis = 0; axis < 3; axis++) {
      place[3 * at + axis] = (positions[3 * from + axis] ?? NaN) - (box.origin[axis] ?? NaN);
    }
  });
  const species = elements && order.map((from) => elementOf(types[from] ?? 0, elements));
  return {
    positions: place,
    cell: Float64Array.from({ length: 9 }, (_, at) => box.matrix[at] ?? NaN),
    ...(pbc && { pbc }),
    ...(species && { species }),
    info: { step },
  };
}

function elementOf(type: number, elements: readonly string[]): string {
  const element = elements[type - 1];
  if (element !== undefined) return element;
  const problem = `atom type ${type} of LAMMPS has no element: ${elements.length} are given`;
  throw new QuestsError('INVALID_ARGUMENT', problem);
}
