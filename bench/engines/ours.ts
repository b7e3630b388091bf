// The process of this package: `node ours.js <backend> <threads>`, requests on standard input,
// answers on standard output. With a third argument `true` references are in files.
import { createInterface } from 'node:readline';
import {
  type Backend,
  deltaEntropy,
  type DescriptorMatrix,
  descriptors,
  entropy,
  loadBackend,
  openReference,
  readStructures,
  referenceSet,
  type Structure,
  watcher,
} from 'quests';
import { Bench } from 'tinybench';
import { framesIn, loadMatrix } from '../data/files.js';
import type { Answer, EngineFacts, Prepared, ReadingTask, Request, StoredTask, Task } from '../task.js';

/** A task, ready to be done; what it gives is looked at outside the time that is measured. */
interface Work {
  readonly run: () => Promise<void>;
  readonly check: () => { readonly values: number[]; readonly bytes: number };
}

/**
 * δH up to this is taken for 0: that of an environment on its own place and no other is, but for
 * rounding to either side.
 */
const ZERO = 1e-9;

/** Bytes of a stored reference that stay in memory. */
const MEMORY = 2 ** 28;

const [, , name, threads, inFiles] = process.argv as [string, string, 'native' | 'wasm', string, string];
const backend = await loadBackend(name);
// The default of the library, whatever it is, unless a number was asked for.
if (threads !== '0') backend.core.setThreads(Number(threads));

let work: Work | undefined;

for await (const line of createInterface({ input: process.stdin })) {
  let answer: Answer;
  try {
    answer = await answerTo(JSON.parse(line) as Request);
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

async function answerTo(request: Request): Promise<Answer> {
  switch (request.do) {
    case 'facts':
      return facts(backend);
    case 'prepare':
      work = await prepared(request.task);
      return first(work);
    case 'time':
      if (work === undefined) throw new Error('nothing was prepared');
      return { seconds: await timed(work, request.iterations) };
  }
}

function facts({ core }: Backend): EngineFacts {
  return { versions: `quests ${core.version()}`, threads: core.threads(), simd: core.simd() };
}

async function first({ run, check }: Work): Promise<Prepared> {
  globalThis.gc?.();
  const start = performance.now();
  await run();
  const seconds = (performance.now() - start) / 1000;
  return { ...check(), seconds, peak: process.resourceUsage().maxRSS * 1024 };
}

async function timed({ run }: Work, iterations: number): Promise<readonly number[]> {
  const bench = new Bench({ iterations, time: 0, warmup: false, retainSamples: true, throws: true });
  bench.add('run', run, { beforeEach: () => globalThis.gc?.() });
  const [task] = await bench.run();
  if (task?.result.state !== 'completed')
    throw new Error(`timing ended as ${task?.result.state ?? 'nothing'}`);
  return (task.result.latency.samples ?? []).map((milliseconds) => milliseconds / 1000);
}

function workOf<T>(run: () => Promise<T>, check: (result: T) => { values: number[]; bytes: number }): Work {
  let result: T | undefined;
  return {
    run: async () => {
      // The old result goes before the new one comes, or a run would need twice the memory.
      result = undefined;
      result = await run();
    },
    check: () => check(result as T),
  };
}

async function prepared(task: Task): Promise<Work> {
  switch (task.kind) {
    case 'descriptors': {
      const frames = await framesIn(task.frames);
      const check = ({ data }: DescriptorMatrix) => ({ values: moments(data), bytes: data.byteLength });
      return workOf(() => descriptors(frames, { backend }), check);
    }
    case 'entropy': {
      const isStored = task.matrix.endsWith('.qref');
      const x = isStored
        ? await openReference(task.matrix, { memory: MEMORY })
        : await loadMatrix(task.matrix, task.rows);
      const { tolerance, seed = 0 } = task;
      return workOf(
        async () =>
          tolerance === undefined
            ? entropy(x, { backend })
            : (await entropy(x, { backend, tolerance, seed })).value,
        (H) => ({ values: [H], bytes: 8 * x.rows * x.width }),
      );
    }
    case 'deltaEntropy': {
      const y = await loadMatrix(task.test, task.rows);
      const x = await loadMatrix(task.reference);
      return workOf(
        () => deltaEntropy(y, x, { backend }),
        (dH) => ({ values: kernelSummary(dH), bytes: x.data.byteLength }),
      );
    }
    case 'stored':
      return againstStored(task);
    case 'open':
      return workOf(
        async () => {
          const stored = await openReference(task.file);
          await stored.close();
          return stored;
        },
        ({ rows, facts }) => ({ values: [rows], bytes: facts.bytes }),
      );
    case 'watch': {
      const [frame] = (await framesIn(task.frames)) as [Structure];
      const x = await loadMatrix(task.reference);
      const guard = await watcher(x, { backend, entropy: false, mean: false });
      return workOf(
        () => guard.check(frame),
        ({ novelty, maximum }) => ({ values: [novelty, maximum], bytes: x.data.byteLength }),
      );
    }
    case 'neighbors': {
      // There is no list to ask for: with one neighbour to an environment, finding it is what is
      // left of a descriptor.
      const frames = await framesIn(task.frames);
      return workOf(
        () => descriptors(frames, { backend, k: 1 }),
        ({ data }) => ({ values: [moments(data)[0] as number], bytes: data.byteLength }),
      );
    }
    case 'command':
      throw new Error('a command is a process of its own');
    case 'read':
      return workOf(
        () => read(task),
        (values) => ({ values, bytes: 24 * (values[1] ?? 0) }),
      );
  }
}

async function againstStored({ test, rows, reference, file }: StoredTask): Promise<Work> {
  const y = await loadMatrix(test, rows);
  if (reference === undefined) {
    return workOf(
      async () => {
        const stored = await openReference(file, { memory: MEMORY });
        const dH = await deltaEntropy(y, stored, { backend });
        await stored.close();
        return { dH, stored };
      },
      ({ dH, stored }) => ({
        values: kernelSummary(dH),
        bytes: stored.bytesRead,
      }),
    );
  }
  const x =
    inFiles === 'true'
      ? await openReference(file, { memory: MEMORY })
      : await referenceSet(await loadMatrix(reference), { backend });
  return workOf(
    () => deltaEntropy(y, x, { backend }),
    (dH) => ({ values: kernelSummary(dH), bytes: 8 * x.rows * x.width }),
  );
}

async function read({ file, labels }: ReadingTask): Promise<number[]> {
  let [frames, atoms, sum, energies, squares] = [0, 0, 0, 0, 0];
  for await (const { positions, arrays, info } of readStructures(file)) {
    frames += 1;
    atoms += positions.length / 3;
    sum += total(positions);
    if (labels === undefined) continue;
    energies += Number(info?.energy);
    if (labels === 'forces') squares += totalSquares(arrays?.forces?.data as Float64Array);
  }
  return [
    frames,
    atoms,
    sum,
    ...(labels === undefined ? [] : [energies]),
    ...(labels === 'forces' ? [squares] : []),
  ];
}

/**
 * The sum, in a function of its own: it is compiled there, and adding up is not a part of what is
 * measured.
 */
function total(numbers: Float64Array): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}

function totalSquares(numbers: Float64Array): number {
  let sum = 0;
  for (const number of numbers) sum += number * number;
  return sum;
}

/** Mean, and mean of the squares. */
function moments(data: Float64Array): number[] {
  let [sum, squares] = [0, 0];
  for (const value of data) {
    sum += value;
    squares += value * value;
  }
  return [sum / data.length, squares / data.length];
}

/** Mean of p, and share of δH > 0: finite whatever δH is. */
function kernelSummary(dH: Float64Array): number[] {
  let [sum, novel] = [0, 0];
  for (const value of dH) {
    sum += Math.exp(-value);
    if (value > ZERO) novel += 1;
  }
  return [sum / dH.length, novel / dH.length];
}
