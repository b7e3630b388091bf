import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quests, temporaryFolder } from '../support/cli/cli.js';
import { golden, json } from '../support/data/files.js';

interface Option {
  readonly names: readonly string[];
  readonly value?: string;
}

interface TableCommand {
  readonly arguments: readonly ('file' | 'volume')[];
  readonly options: readonly Option[];
  readonly json: readonly string[];
}

const path = new URL('python-table.json', import.meta.url);
const table = JSON.parse(readFileSync(path, 'utf8')) as { commands: Record<string, TableCommand> };
const folder = temporaryFolder();
const VALUES = { file: golden('fcc_cu_periodic.xyz'), volume: '11.8' };

/** An option's value; FILE stands for the path of one. */
function valueOf({ value }: Option): string | undefined {
  return value === 'FILE' ? VALUES.file : value;
}

function written(option: Option, name: string): string[] {
  const value = valueOf(option);
  return value === undefined ? [name] : [name, value];
}

describe.each(Object.entries(table.commands))(
  '%s takes the options of the Python package',
  (name, command) => {
    const inputs = command.arguments.map((argument) => VALUES[argument]);
    // The output's name says its format, so that one is taken from the table as it is.
    const output = command.options.find(({ names }) => names.includes('--output'))?.value;
    const again = output === undefined ? [] : ['--overwrite'];

    it('all of them, by their short names', async () => {
      const options = command.options.flatMap((option) => written(option, option.names[0] ?? ''));
      const outcome = await quests([name, ...inputs, ...options, ...again], folder);
      expect(outcome).toMatchObject({ code: 0 });
      expect(outcome.stdout).not.toBe('');
    });

    it('all of them, by their long names, under the name in kebab-case', async () => {
      const options = command.options.flatMap((option) => written(option, option.names.at(-1) ?? ''));
      const kebab = name.toLowerCase().replaceAll('_', '-');
      expect(await quests([kebab, ...inputs, ...options, ...again], folder)).toMatchObject({ code: 0 });
    });

    it('each of them, with hyphens for underscores and = before the value', async () => {
      const options = command.options.map((option) =>
        [(option.names.at(-1) ?? '').replaceAll('_', '-'), valueOf(option)].filter(Boolean).join('='),
      );
      expect(await quests([name, ...options, ...again, ...inputs], folder)).toMatchObject({ code: 0 });
    });

    if (command.json.length === 0) return;
    it('and writes the keys of its JSON', async () => {
      const settings = ['-k', '12', '-c', '4.5', '-b', '0.02', '-j', '1'];
      await quests([name, ...inputs, ...settings, '-o', 'keys.json', '--overwrite'], folder);
      const written = json(join(folder, 'keys.json'));
      for (const key of command.json) expect(written).toHaveProperty(key);
      expect(written).toMatchObject({ k: 12, cutoff: 4.5, bandwidth: 0.02, jobs: 1 });
      for (const key of ['backend', 'simd', 'threads', 'version']) expect(written).toHaveProperty(key);
    });
  },
);
