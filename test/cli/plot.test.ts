import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contents, quests, temporaryFolder } from '../support/cli/cli.js';
import { golden } from '../support/data/files.js';

const folder = temporaryFolder();
const HEATING = golden('heating_trajectory.xyz');

describe('--plot', () => {
  it.each([
    { args: ['learning_curve', HEATING], texts: ['samples', 'entropy H (nats)', 'environments n'] },
    { args: ['entropy', HEATING, '--bandwidth-scan'], texts: ['diversity D', 'bandwidth h (1/Å)'] },
  ])('draws what $args.0 found', async ({ args, texts }) => {
    const plain = await quests(args, folder);
    const outcome = await quests([...args, '--plot', 'a.svg', '--overwrite'], folder);
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(outcome.stdout).toBe(plain.stdout);
    expect(outcome.stderr).toContain('plot written to a.svg\n');
    const svg = readFileSync(join(folder, 'a.svg'), 'utf8');
    for (const text of texts) expect(svg).toContain(`>${text}</text>`);
  });

  it('replaces no file, and no other output of the command', async () => {
    writeFileSync(join(folder, 'mine.svg'), 'mine');
    const before = contents(folder);
    const taken = await quests(['learning_curve', HEATING, '--plot', 'mine.svg'], folder);
    expect(taken).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'quests: mine.svg exists already; --overwrite replaces it\n',
    });
    expect(readFileSync(join(folder, 'mine.svg'), 'utf8')).toBe('mine');
    expect(contents(folder)).toEqual(before);
  });

  it('refuses other formats, and pictures of nothing', async () => {
    const png = await quests(['learning_curve', HEATING, '--plot', 'a.png'], folder);
    expect(png).toMatchObject({
      code: 2,
      stderr: 'quests: cannot draw a.png: expected a name that ends in .svg\n',
    });
    const single = await quests(['entropy', HEATING, '--plot', 'b.svg'], folder);
    expect(single.code).toBe(2);
    expect(single.stderr).toContain('--bandwidth-scan');
  });
});
