import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { describe, expect, it } from 'vitest';

import { addonPackages } from '../../ts/backend/native.js';

const ROOT = resolve(import.meta.dirname, '../..');

interface Platform {
  name: string;
  os: string[];
  cpu: string[];
  libc?: string[];
  target: string;
}

const { PLATFORMS } = (await import(resolve(ROOT, 'scripts/release/platforms.mjs'))) as {
  PLATFORMS: Platform[];
};

describe('the platforms that have an addon', () => {
  it.each(PLATFORMS)('$name is looked for under its name, where npm installs it', ({ name, os, cpu }) => {
    expect(os).toHaveLength(1);
    expect(cpu).toHaveLength(1);
    expect(addonPackages(os[0] ?? '', cpu[0] ?? '')).toContain(`quests-${name}`);
  });

  it('are all that are looked for on their systems', () => {
    const systems = PLATFORMS.map(({ os, cpu }) => [os[0] ?? '', cpu[0] ?? ''] as const);
    const wanted = systems.flatMap(([os, cpu]) => addonPackages(os, cpu));
    expect([...new Set(wanted)].sort()).toEqual(PLATFORMS.map(({ name }) => `quests-${name}`).sort());
  });

  it('have one name and one target each', () => {
    expect(new Set(PLATFORMS.map(({ name }) => name)).size).toBe(PLATFORMS.length);
    expect(new Set(PLATFORMS.map(({ target }) => target)).size).toBe(PLATFORMS.length);
  });

  it('are told apart by what npm compares', () => {
    const keys = PLATFORMS.map(({ os, cpu, libc }) => JSON.stringify([os, cpu, libc]));
    expect(new Set(keys).size).toBe(PLATFORMS.length);
    for (const { os, libc } of PLATFORMS) expect(libc !== undefined).toBe(os[0] === 'linux');
  });

  it('are listed where people look for them', () => {
    const readme = readFileSync(resolve(ROOT, 'README.md'), 'utf8');
    for (const words of ['glibc 2.17', 'musl', 'macOS', 'Windows']) expect(readme).toContain(words);
  });
});
