import type { CoreJob, CoreModule } from './backend.js';
import { type Crew, DelegatedJob, placed, type Results, summed } from './delegated-job.js';
import { givenThreads } from './most-threads.js';
import type { RemoteStepJob, WasmModule } from './remote-step.js';
import { type StartWorker, WorkerPool } from './worker-pool.js';

/** How an environment starts workers, and how many the machine can use. */
export interface Workers {
  readonly start: StartWorker;
  readonly available: number;
}

/**
 * The boundary over one instance of the module and a pool of workers with instances of their own.
 * The instance here plans the work and adds up what comes back; jobs of one step it does itself.
 */
export function pooledModule(
  bindings: WasmModule,
  module: WebAssembly.Module,
  { start, available }: Workers,
): CoreModule {
  let size = available;
  let pool: WorkerPool | undefined;
  const alone: Crew = {
    ahead: 1,
    open: () => undefined,
    close: () => undefined,
    run: (_, step) => Promise.resolve(bindings.computeRemoteStep(step)),
  };

  function crew(): Crew {
    if (size === 1) return alone;
    if (pool === undefined || pool.isBroken) pool = new WorkerPool(size, module, start);
    return pool;
  }

  function delegated(job: RemoteStepJob, results: () => Results): CoreJob {
    if (job.steps < 2) return job;
    try {
      return new DelegatedJob(job, crew(), results());
    } catch (thrown) {
      job.free();
      throw thrown;
    }
  }

  return {
    ...bindings,
    threads: () => size,
    setThreads: (count) => {
      pool?.retire();
      pool = undefined;
      size = count === 0 ? available : givenThreads(count, available);
    },
    describe: (positions, offsets, cells, pbc, species, speciesCount, labels, channels, k, cutoff) => {
      const job = bindings.describe(
        positions,
        offsets,
        cells,
        pbc,
        species,
        speciesCount,
        labels,
        channels,
        k,
        cutoff,
      );
      const width = columnsOf(speciesCount, labels, channels, k);
      // On one thread, too: the job itself would have the matrix in the module's memory, and then
      // here as well.
      return delegated(job, () => placed(offsets.at(-1) ?? 0, width));
    },
    kernelSums: (reference, queries, bandwidths, weights, single) => {
      const job = bindings.kernelSums(reference, queries, bandwidths, weights, single);
      return size === 1 ? job : delegated(job, () => summed(job));
    },
    mutualSums: (reference, queries, bandwidth) => {
      const job = bindings.mutualSums(reference, queries, bandwidth);
      return size === 1 ? job : delegated(job, () => summed(job));
    },
  };
}

/** Columns of descriptors; see `CoreModule.describe`. */
function columnsOf(species: number, labels: Float64Array, channels: Float64Array, k: number): number {
  if (labels.length === 0) return (species + 1) * (2 * k - 1);
  return 1 + Math.max(1, channels.length / species) * (2 * k - 1);
}
