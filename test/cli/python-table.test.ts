import { existsSync, readFileSync, rmSync } from 'node:fs';
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

/** Where the JSON of a command has what an option says. */
const KEYS: Readonly<Record<string, string>> = {
  '--cutoff': 'cutoff',
  '--nbrs': 'k',
  '--bandwidth': 'bandwidth',
  '--jobs': 'jobs',
  '--eps': 'eps',
  '--fractions': 'fractions',
  '--num_runs': 'num_runs',
  '--sample': 'sample',
  '--uq_nbrs': 'n',
  '--reference': 'reference',
  '--size': 'comp_n_structs',
  '--method': 'method',
};

/**
 * Options that the JSON does not repeat: those of the output, those that are accepted and do
 * nothing, and `--estimate_bw`, which puts another bandwidth in the place of `-b`.
 */
const UNSAID = ['--output', '--overwrite', '--batch_size', '--graph_nbrs', '--estimate_bw'];

/**
 * Options that a single structure, or the machine, leaves nothing to: they change no result here.
 */
const WITHOUT_EFFECT = [...UNSAID, '--jobs', '--index', '--structures'];

/** An option's value; FILE stands for the path of one. */
function valueOf({ value }: Option): string | undefined {
  return value === 'FILE' ? VALUES.file : value;
}

function longName({ names }: Option): string {
  return names.at(-1) ?? '';
}

/** What a run gives: lines and the output, without durations. */
async function given(args: readonly string[], output: string | undefined): Promise<string> {
  const file = join(folder, output ?? '');
  if (output !== undefined && existsSync(file)) rmSync(file);
  const { code, stdout, stderr } = await quests([...args, '--quiet'], folder);
  expect(code, stderr).toBe(0);
  expect(stdout).not.toBe('');
  const written = output === undefined ? '' : readFileSync(file, 'latin1');
  return (stdout + written).replaceAll(/("\w*times?": ?)(\[[^\]]*\]|[^,\n]+)/g, '$1…');
}

describe.each(Object.entries(table.commands))(
  '%s takes the options of the Python package',
  (name, command) => {
    const inputs = command.arguments.map((argument) => VALUES[argument]);
    // The output's name says its format, so that one is taken from the table as it is.
    const output = command.options.find(({ names }) => names.includes('--output'))?.value;
    const spelled = (options: readonly Option[], nameOf = longName): string[] =>
      options.flatMap((option) => [nameOf(option), valueOf(option)].filter((part) => part !== undefined));
    const all = (): Promise<string> => given([name, ...inputs, ...spelled(command.options)], output);

    it('by short names, long names with the command in kebab-case, hyphens and =', async () => {
      const expected = await all();
      const short = spelled(command.options, ({ names }) => names[0] ?? '');
      expect(await given([name, ...inputs, ...short], output)).toBe(expected);
      const kebab = name.toLowerCase().replaceAll('_', '-');
      expect(await given([kebab, ...inputs, ...spelled(command.options)], output)).toBe(expected);
      const hyphens = command.options.map((option) =>
        [longName(option).replaceAll('_', '-'), valueOf(option)].filter(Boolean).join('='),
      );
      expect(await given([name, ...hyphens, ...inputs], output)).toBe(expected);
    });

    if (command.json.length === 0) {
      it('and each of them changes the result', async () => {
        const expected = await all();
        for (const left of command.options) {
          if (WITHOUT_EFFECT.includes(longName(left))) continue;
          const others = command.options.filter((option) => option !== left);
          expect(await given([name, ...inputs, ...spelled(others)], output), longName(left)).not.toBe(
            expected,
          );
        }
      });
      return;
    }

    it('and repeats them in its JSON, which has all keys of that of the Python package', async () => {
      await all();
      const written = json(join(folder, output ?? ''));
      for (const key of command.json) expect(written).toHaveProperty(key);
      for (const key of ['backend', 'simd', 'threads', 'version']) expect(written).toHaveProperty(key);
      const estimates = command.options.some((option) => longName(option) === '--estimate_bw');
      for (const option of command.options) {
        const key = KEYS[longName(option)];
        expect(key !== undefined || UNSAID.includes(longName(option)), longName(option)).toBe(true);
        if (key === undefined) continue;
        const said = [written[key]].flat().map(String).join();
        // With a reference msc is conditional.
        if (key === 'method') expect(said).toBe(`${valueOf(option)}_conditional`);
        else if (key === 'bandwidth' && estimates) expect(said).not.toBe(valueOf(option));
        else expect(said, key).toBe(valueOf(option));
      }
    });
  },
);
