import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { allCommands } from '../../ts/cli/program/commands.js';

const page = readFileSync(new URL('../../docs/command-line.md', import.meta.url), 'utf8');

/** Cells of the rows of a table of the page. */
function cells(heading: string): string[][] {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text));
}

it('letters mean one thing each, but those of the Python package, and the page has them all', async () => {
  const context = { signal: new AbortController().signal, version: '', argv: [] };
  const commands = await allCommands(context);
  const meanings = new Set(cells('One letter, one meaning').map(([letter, long]) => `${letter} ${long}`));
  const others = new Set(cells('What the Python package says otherwise').map((row) => row.join(' ')));
  const used = new Set<string>();
  for (const command of commands.flatMap((each) => [each, ...each.commands])) {
    for (const { short, long } of command.options) {
      if (short === undefined) continue;
      const letter = `${short} ${long ?? ''}`;
      const own = `${command.name()} ${letter}`;
      used.add(others.has(own) ? own : letter);
    }
  }
  expect(used).toEqual(new Set([...meanings, ...others]));
});

it('letters that differ are those that the Python package has', () => {
  const path = new URL('python-table.json', import.meta.url);
  const table = JSON.parse(readFileSync(path, 'utf8')) as {
    commands: Record<string, { options: { names: string[] }[] }>;
  };
  for (const [command = '', letter = '', long = ''] of cells('What the Python package says otherwise')) {
    const names = table.commands[command]?.options.map((option) => option.names) ?? [];
    expect(names, command).toContainEqual([letter, long.replaceAll('-', '_').replace('__', '--')]);
  }
});
