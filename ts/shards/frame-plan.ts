import { BASE_BYTES, doNotFit, RESULT_SECONDS, TASK_SECONDS } from './cost.js';
import { checkFolder, makeFolder } from './folder.js';
import { type Manifest, openWork, plannedInput, saveManifest, type Work } from './manifest.js';
import type { PlanFacts, PlanOptions } from './planner.js';

/** What is known of frames before they are planned. */
export interface FramePlan extends Omit<PlanFacts, 'bandwidths'> {
  readonly descriptors: Manifest['descriptors'];
  readonly frames: number;
  /** Seconds of one core that all frames take, and that reading them takes. */
  readonly computing: number;
  readonly reading: number;
  /** Bytes of the results of all frames. */
  readonly resultBytes: number;
  /** Bytes that the process took for the largest frames. */
  readonly usedBytes: number;
}

/**
 * Makes a working folder for a command that computes frame by frame: tasks read their frames
 * themselves, so that there is nothing but a manifest.
 *
 * @throws {QuestsError} as `Planner`
 */
export async function planFrames(folder: string, plan: FramePlan, options: PlanOptions): Promise<Work> {
  checkFolder(folder, options.overwrite ?? false);
  const { computing, reading, resultBytes, inputs, ...rest } = plan;
  const { usedBytes: used, ...facts } = rest;
  const usedBytes = Math.max(1.2 * used, BASE_BYTES);
  const { shards } = facts;
  const taskBytes = usedBytes + (2 * resultBytes) / shards;
  const { memory = Infinity } = options;
  if (taskBytes > memory) {
    const fewest = memory > usedBytes ? Math.ceil((2 * resultBytes) / (memory - usedBytes)) : undefined;
    throw doNotFit(shards, memory, fewest, usedBytes);
  }
  makeFolder(folder);
  await saveManifest(folder, {
    format: 2,
    ...facts,
    bandwidths: [],
    inputs: await Promise.all([...new Set(inputs)].map(plannedInput)),
    sets: [],
    sums: [],
    cost: {
      // Each task passes over the frames before its own.
      coreSeconds: computing + shards * (TASK_SECONDS + reading / 2) + RESULT_SECONDS * resultBytes,
      taskBytes,
      // All results where a file takes them together, and one as it is read.
      mergeBytes: usedBytes + resultBytes + (2 * resultBytes) / shards,
      diskBytes: resultBytes,
    },
  });
  return openWork(folder, facts.version);
}
