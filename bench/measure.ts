import { readFileSync } from 'node:fs';
import type { Case, Outcome } from './case.js';
import { Absent } from './data/sets.js';
import { contestant } from './engines/contestant.js';
import type { Engine, Contestant } from './engines/engine.js';
import { hasPython } from './python-environment.js';
import type { Measured } from './result.js';
import type { Prepared, Task } from './task.js';

/** Numbers that must come out, by case; the Python package's, see `--record`. */
export const EXPECTED_FILE = 'bench/expected.json';

/** What the runner is told. */
export interface Settings {
  /** Seconds of timed runs that a case may take, all engines together. */
  readonly budget: number;
  readonly say: (line: string) => void;
}

const MOST_ROUNDS = 9;

/**
 * A first run this long, in seconds, counts as the measurement: nothing warms up in it that a
 * second would save.
 */
const LONG_RUN = 10;

/** Seconds in which a quick engine repeats its run. */
const QUICK_ROUND = 1;

/** Checks and times one case. */
export async function measure(item: Case, settings: Settings): Promise<Outcome> {
  try {
    return { state: 'measured', case: item, measured: await compete(item, settings) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { state: error instanceof Absent ? 'skipped' : 'failed', case: item, why };
  }
}

/** One engine, and what it has shown so far. */
interface Entry {
  readonly runner: Contestant;
  readonly first: Prepared;
  readonly seconds: number[];
  readonly factor: number;
  readonly label: string;
}

async function compete(item: Case, { budget, say }: Settings): Promise<Measured[]> {
  const task = await item.task();
  const reduced = item.reduced && (await item.reduced.task());
  const runners: Contestant[] = [];
  const entries: Entry[] = [];
  try {
    for (const engine of present(item.engines, say)) {
      const isReduced = reduced !== undefined && engine.kind === 'python';
      const runner = contestant(engine);
      runners.push(runner);
      const what = isReduced ? `${item.name}, reduced` : item.name;
      const first = await checked(runner, isReduced ? reduced : task, what, item).catch((error: unknown) => {
        if (!isNotInstalled(error)) throw error;
        say(`  ${engine.name} sits out: ${error.message}`);
      });
      if (first === undefined) continue;
      entries.push({
        runner,
        first,
        seconds: [],
        factor: isReduced ? (item.reduced?.factor ?? 1) : 1,
        label: isReduced ? (item.reduced?.label ?? '') : '',
      });
    }
    // In turns, so that what else happens on the machine hits all of them alike.
    const timed = entries.filter(({ first }) => first.seconds < LONG_RUN);
    const round = timed.reduce((sum, { first: { seconds } }) => sum + seconds * repetitions(seconds), 0);
    const rounds = Math.min(MOST_ROUNDS, Math.max(1, Math.floor(budget / round)));
    for (let at = 0; at < rounds; at++) {
      for (const { first, runner, seconds } of timed) {
        seconds.push(...(await runner.time(repetitions(first.seconds))));
      }
    }
    return await Promise.all(entries.map(measured));
  } finally {
    for (const runner of runners) runner.stop();
  }
}

/**
 * Runs in a round: several of what is quick, so that its shortest time means something beside
 * slower engines.
 */
function repetitions(seconds: number): number {
  return Math.min(5, Math.max(1, Math.floor(QUICK_ROUND / seconds)));
}

function present(engines: readonly Engine[], say: (line: string) => void): Engine[] {
  return engines.filter((engine) => {
    const isThere = engine.kind === 'ours' || hasPython() || !isPython(engine);
    if (!isThere) say(`  ${engine.name} sits out: no Python environment`);
    return isThere;
  });
}

/** Whether a Python package is missing, or one that it needs. */
function isNotInstalled(error: unknown): error is Error {
  return error instanceof Error && /\b(ModuleNotFound|PackageNotFound)Error\b/.test(error.message);
}

function isPython(engine: Engine): boolean {
  return engine.kind === 'python' || (engine.kind === 'command' && engine.name.startsWith('python'));
}

async function measured({ runner, first, seconds, factor, label }: Entry): Promise<Measured> {
  const all = seconds.length === 0 ? [first.seconds] : seconds;
  return {
    engine: runner.engine.name,
    facts: await runner.facts(),
    seconds: all.map((each) => each * factor).sort((a, b) => a - b),
    first,
    extrapolated: label,
  };
}

/** The first run of an engine; its numbers must be the expected ones. */
async function checked(runner: Contestant, task: Task, name: string, item: Case): Promise<Prepared> {
  const first = await runner.prepare(task);
  const expected = expectedValues()[name];
  if (expected === undefined)
    throw new Error(`no expected value of "${name}": run npm run bench -- --record`);
  first.values.forEach((value, at) => {
    const wanted = expected[at] ?? NaN;
    if (!(Math.abs(value - wanted) <= item.tolerance * Math.max(1e-3, Math.abs(wanted)))) {
      throw new Error(`${runner.engine.name}: number ${at} is ${value}, expected ${wanted}`);
    }
  });
  return first;
}

/** The same without a tolerance, or with another sample where an exact sum would take hours. */
function precise(task: Task): Task {
  if (task.kind !== 'entropy') return task;
  if (task.expectedSeed !== undefined) return { ...task, seed: task.expectedSeed };
  return { ...task, tolerance: undefined };
}

/** All expected numbers. */
export function expectedValues(): Record<string, readonly number[]> {
  return JSON.parse(readFileSync(EXPECTED_FILE, 'utf8')) as Record<string, readonly number[]>;
}

/**
 * What the engine that a case trusts makes of it: the first Python package, unless the case names
 * another.
 */
export async function recorded(item: Case): Promise<Record<string, readonly number[]>> {
  const trusted = item.trusted ?? item.engines.find(isPython);
  if (trusted === undefined) throw new Error(`${item.name}: no engine to take the value from`);
  const runner = contestant(trusted);
  try {
    const task = await item.task();
    const found: Record<string, readonly number[]> = {
      [item.name]: (await runner.prepare(precise(task))).values,
    };
    if (item.reduced)
      found[`${item.name}, reduced`] = (await runner.prepare(await item.reduced.task())).values;
    return found;
  } finally {
    runner.stop();
  }
}
