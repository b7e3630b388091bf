import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { loadWasm } from '../../ts/backend/wasm.js';
import type { StartWorker } from '../../ts/backend/worker-pool.js';
import { type Backend, DescriptorMatrix, descriptors, entropy, loadBackend } from '../../ts/node.js';
import { randomRows, randomStructure } from '../support/data/random.js';

const PACKAGE = new URL('../../dist/node.js', import.meta.url);
const MODULE = new URL('../../dist/wasm/quests_wasm_bg.wasm', import.meta.url);
const large = new DescriptorMatrix(randomRows(1, 12_000, 63, 0.05), { width: 63 });

/** A WebAssembly backend whose workers are started in another way. */
async function withWorkers(start: StartWorker): Promise<Backend> {
  return { name: 'wasm', core: await loadWasm(await readFile(MODULE), { start, available: 2 }) };
}

/** Real workers that run some code of ours. */
function running(code: string | URL): StartWorker {
  return (onReply, onFailure) => {
    const worker = new Worker(code, { eval: typeof code === 'string' });
    worker.on('message', onReply);
    worker.on('error', (error) => {
      onFailure(String(error));
    });
    worker.on('exit', (status) => {
      onFailure(`it ended with code ${status}`);
    });
    return {
      send: (message, transfer) => {
        worker.postMessage(message, transfer);
      },
      hold: vi.fn(),
      release: vi.fn(),
      stop: () => void worker.terminate(),
    };
  };
}

describe('a worker of WebAssembly', () => {
  it.each([
    ['cannot be started', running(new URL('no-such-worker.js', import.meta.url)), /Cannot find module/],
    ['ends when it is sent something', running('process.exit(3)'), /it ended with code 3/],
    [
      'fails on its first step',
      running(`const { parentPort } = require('node:worker_threads');
        parentPort.on('message', (message) => {
          if (message.step) throw new Error('broken');
          parentPort.postMessage({ result: new Float64Array(0) });
        });`),
      /broken/,
    ],
  ] as const)('that %s is an error, never a hang; one thread needs none', async (_, start, cause) => {
    const backend = await withWorkers(start);
    const failure: unknown = await entropy(large, { backend }).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    expect((failure as Error).message).toMatch(cause);
    backend.core.setThreads(1);
    expect(await entropy(large, { backend })).toBe(await entropy(large, { backend: 'wasm' }));
  });

  it('is not needed for work of one step', async () => {
    const start = vi.fn(running('process.exit(3)'));
    const backend = await withWorkers(start);
    const small = new DescriptorMatrix(large.data.slice(0, 63 * 500), { width: 63 });
    expect(await entropy(small, { backend })).toBeGreaterThan(0);
    expect(start).not.toHaveBeenCalled();
  });
});

describe('workers of WebAssembly', () => {
  afterEach(async () => {
    (await loadBackend('wasm')).core.setThreads(0);
  });

  it('finish a job that began before their number was changed', async () => {
    const backend = await loadBackend('wasm');
    backend.core.setThreads(2);
    const alone = await entropy(large, { backend });
    const changed = entropy(large, {
      backend,
      onProgress: ({ done }) => {
        if (done === 1) backend.core.setThreads(3);
      },
    });
    expect(await changed).toBe(alone);
    expect(backend.core.threads()).toBe(3);
  });

  it('let the process end when it has nothing else to do', async () => {
    const code = `
      import { DescriptorMatrix, entropy, loadBackend } from ${JSON.stringify(PACKAGE.href)};
      const backend = await loadBackend('wasm');
      backend.core.setThreads(2);
      const data = Float64Array.from({ length: 63 * 6000 }, (_, at) => Math.sin(at));
      const x = new DescriptorMatrix(data, { width: 63 });
      let steps = 0;
      await entropy(x, { backend, onProgress: ({ total }) => (steps = total) });
      console.log(steps);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], {
      timeout: 20_000,
    });
    // With one step there would have been no workers.
    expect(Number(stdout)).toBeGreaterThan(1);
  });

  it('go on after a job that was cancelled, and one that was refused', async () => {
    const backend = await loadBackend('wasm');
    const structures = [3, 4].map((seed) => randomStructure(seed, [true, true, true], 28));
    const whole = structures[1];
    if (whole === undefined) throw new Error('no structure');
    const positions = Float64Array.from(whole.positions);
    positions.copyWithin(3 * 20_000, 0, 3);
    const bad = { ...whole, positions };

    backend.core.setThreads(1);
    const expected = await descriptors(structures, { backend });
    backend.core.setThreads(3);
    const signal = AbortSignal.timeout(100);
    await expect(descriptors(structures, { backend, signal })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    await expect(descriptors([...structures, bad], { backend })).rejects.toMatchObject({
      code: 'INVALID_STRUCTURE',
      message: expect.stringContaining('atoms 0 and 20000 are') as string,
    });
    const after = await descriptors(structures, { backend });
    expect(Buffer.from(after.data.buffer).equals(Buffer.from(expected.data.buffer))).toBe(true);
  });
});
