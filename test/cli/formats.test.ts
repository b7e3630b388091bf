import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { quests, temporaryFolder } from '../support/cli/cli.js';
import { formatExamples } from '../support/data/format-examples.js';

const folder = temporaryFolder();
const examples = await formatExamples();

it.each(examples)(
  'quests entropy answers on $format, native and in WebAssembly',
  async ({ format, name, files }) => {
    const own = join(folder, format);
    for (const [path, bytes] of Object.entries(files)) {
      mkdirSync(dirname(join(own, path)), { recursive: true });
      writeFileSync(join(own, path), bytes);
    }
    const answers = await Promise.all(
      ['native', 'wasm'].map(async (backend) => {
        const { code, stdout, stderr } = await quests(['entropy', name, '--backend', backend, '--json'], own);
        expect(code, stderr).toBe(0);
        return JSON.parse(stdout) as { n_envs: number; entropy: number; backend: string };
      }),
    );
    expect(answers.map(({ backend }) => backend)).toEqual(['native', 'wasm']);
    const [native, wasm] = answers;
    expect(native?.n_envs).toBeGreaterThan(1);
    expect(wasm?.n_envs).toBe(native?.n_envs);
    expect(native?.entropy).toBeGreaterThan(0);
    expect(wasm?.entropy).toBeCloseTo(native?.entropy ?? NaN, 11);
  },
);
