import { beforeEach, describe, expect, it, vi } from 'vitest';

import type { CoreModule } from '../../../ts/backend/backend.js';
import type { Loaders } from '../../../ts/backend/choose.js';

const core = {} as CoreModule;
const there = () => Promise.resolve(core);
const broken = (text: string) => () => Promise.reject(new Error(text));

/** A fresh copy of the module: what it has loaded is its state. */
async function choose(load: Loaders['load'], preference?: string) {
  const { loadBackend, registerLoaders } = await import('../../../ts/backend/choose.js');
  registerLoaders({ load, preference: () => ({ choice: preference, from: 'QUESTS_BACKEND' }) });
  return loadBackend;
}

beforeEach(() => {
  vi.resetModules();
});

describe('the choice', () => {
  const both = { native: there, wasm: there };

  it.each([
    { choice: undefined, preference: undefined, name: 'native', why: 'auto: native where it is there' },
    { choice: undefined, preference: '', name: 'native', why: 'an empty preference is none' },
    { choice: undefined, preference: 'wasm', name: 'wasm', why: 'the preference over auto' },
    { choice: 'native', preference: 'wasm', name: 'native', why: 'the choice over the preference' },
    { choice: 'auto', preference: 'wasm', name: 'native', why: 'auto is a choice as well' },
  ] as const)('$why', async ({ choice, preference, name }) => {
    const loadBackend = await choose(both, preference);
    expect(await loadBackend(choice)).toEqual({ name, core });
  });

  it('falls back to WebAssembly by itself, and only then', async () => {
    const load = { native: broken('not built'), wasm: there };
    expect(await (await choose(load))()).toMatchObject({ name: 'wasm' });
    await expect((await choose(load))('native')).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: 'backend native: not built',
    });
    await expect((await choose(load, 'native'))()).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
  });

  it('knows its names', async () => {
    const loadBackend = await choose(both, 'python');
    await expect(loadBackend()).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: 'QUESTS_BACKEND: unknown name "python", expected auto, native, wasm',
    });
    await expect(loadBackend('cuda' as 'wasm')).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: 'backend: unknown name "cuda", expected auto, native, wasm',
    });
  });
});

describe('failures', () => {
  it('all stand in one line, and are all kept', async () => {
    const load = { native: broken('first\nRequire stack:\n- x'), wasm: broken('second') };
    const failure: unknown = await (await choose(load))().catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ message: 'no backend can be loaded: native: first; wasm: second' });
    expect((failure as Error).cause).toMatchObject({ errors: [{}, { message: 'second' }] });
  });

  it('are those of this environment', async () => {
    await expect((await choose({ wasm: there }))('native')).rejects.toMatchObject({
      message: 'backend native: not for this environment',
    });
  });

  it('are not kept: what was missing may be there the next time', async () => {
    const native = vi.fn(there).mockRejectedValueOnce(new Error('not yet'));
    const loadBackend = await choose({ native });
    await expect(loadBackend('native')).rejects.toThrow('not yet');
    expect(await loadBackend('native')).toMatchObject({ name: 'native' });
  });
});

it('loads each backend once, however often and however many at a time', async () => {
  const native = vi.fn(there);
  const loadBackend = await choose({ native });
  const loaded = await Promise.all([loadBackend(), loadBackend('native'), loadBackend('auto')]);
  await loadBackend();
  expect(new Set(loaded).size).toBe(1);
  expect(native).toHaveBeenCalledTimes(1);
});
