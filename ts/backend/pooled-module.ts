import type { CoreJob, CoreModule } from './backend.js';
import type { ErrandJob, WasmModule } from './errand.js';
import { placed, PooledJob, type Results, summed } from './pooled-job.js';
import { type StartWorker, WorkerPool } from './worker-pool.js';

/** How an environment starts workers, and how many the machine can use. */
export interface Workers {
  readonly start: StartWorker;
  readonly available: number;
}

/**
 * The boundary over one instance of the module and a pool of workers with instances of their own. The instance here plans
 * the work and adds up what comes back. Jobs of one step, and all jobs where there is one thread, are done here.
 */
export function pooledModule(
  bindings: WasmModule,
  module: WebAssembly.Module,
  { start, available }: Workers,
): CoreModule {
  let size = available;
  let pool: WorkerPool | undefined;

  function pooled(job: ErrandJob, results: () => Results): CoreJob {
    if (size === 1 || job.steps < 2) return job;
    if (pool === undefined || pool.isBroken) pool = new WorkerPool(size, module, start);
    try {
      return new PooledJob(job, pool, results());
    } catch (thrown) {
      job.free();
      throw thrown;
    }
  }

  return {
    version: () => bindings.version(),
    simd: () => bindings.simd(),
    reference: (matrix, width) => bindings.reference(matrix, width),
    entropy: (logSums) => bindings.entropy(logSums),
    diversity: (logSums) => bindings.diversity(logSums),
    overlap: (logSums, epsilon) => bindings.overlap(logSums, epsilon),
    bandwidth: (volume, method) => bindings.bandwidth(volume, method),
    threads: () => size,
    setThreads: (count) => {
      pool?.retire();
      pool = undefined;
      size = count === 0 ? available : count;
    },
    describe: (positions, offsets, cells, pbc, species, speciesCount, k, cutoff) => {
      const job = bindings.describe(positions, offsets, cells, pbc, species, speciesCount, k, cutoff);
      const width = (speciesCount + 1) * (2 * k - 1);
      return pooled(job, () => placed(offsets.at(-1) ?? 0, width));
    },
    kernelSums: (reference, queries, bandwidths, weights) => {
      const job = bindings.kernelSums(reference, queries, bandwidths, weights);
      return pooled(job, () => summed(job));
    },
  };
}
