import { availableParallelism } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { givenThreads } from '../../../ts/backend/most-threads.js';
import { type BackendName, loadBackend } from '../../../ts/node.js';

it.each([
  [0, 4, 0],
  [1, 4, 1],
  [8, 2, 8],
  [9, 2, 8],
  [1e9, 2, 8],
  [1e9, 64, 128],
  [100, 64, 100],
])('%s threads asked for on %s cores are %s', (count, available, given) => {
  expect(givenThreads(count, available)).toBe(given);
});

describe.each<BackendName>(['native', 'wasm'])('%s', (name) => {
  afterEach(async () => {
    (await loadBackend(name)).core.setThreads(0);
  });

  it('is given no more threads than the machine can use', async () => {
    const { core } = await loadBackend(name);
    core.setThreads(1e9);
    expect(core.threads()).toBe(givenThreads(1e9, availableParallelism()));
    core.setThreads(2);
    expect(core.threads()).toBe(2);
  });
});
