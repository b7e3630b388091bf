import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/browser/accessibility.js';
import { hasChromium, withoutChromium } from '../support/browser/chromium.js';
import { EXAMPLES, OpenPage } from '../support/browser/open-page.js';

/** A frame of two atoms, so far apart. */
const frame = (apart: number, symbol = 'Cu'): string =>
  `2\nProperties=species:S:1:pos:R:3\n${symbol} 0 0 0\nCu ${apart.toFixed(2)} 0 0\n`;

describe.runIf(hasChromium || process.env.CI)(
  `datasets and frames of the page in Chromium${withoutChromium}`,
  () => {
    const open = new OpenPage();

    function file(name: string, ...frames: readonly string[]): string {
      const path = join(open.folder, name);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, frames.join(''));
      return path;
    }

    const text = async (id: string): Promise<string> => (await open.page.locator(id).textContent()) ?? '';
    const many = (from: number, count: number): string[] =>
      Array.from({ length: count }, (_, at) => frame(2 + (from + at) / 50));

    async function run(): Promise<void> {
      await open.page.locator('#run').click();
      await open.page.locator('#cancel').waitFor({ state: 'hidden' });
      await open.done();
    }

    it('have the numbers of their files: field, text, axis, curve, list, picks, table', async () => {
      const { page } = open;
      await page.goto(`${open.url}?select=3::4`);
      await open.choose(0, file('a.xyz', ...many(0, 20)));
      await run();
      await page.locator('#frame').fill('11');
      await page.keyboard.press('Enter');
      await page.locator('#structure-text', { hasText: /^a\.xyz, frame 11:/ }).waitFor();
      await page.locator('#frame-after').click();
      await page.locator('#structure-text', { hasText: /^a\.xyz, frame 15:/ }).waitFor();
      expect(await page.locator('#frame').inputValue()).toBe('15');
      expect(await page.locator('#frame-file-label').isVisible()).toBe(false);
      await page.locator('#plots .clickable').scrollIntoViewIfNeeded();
      const line = await page.locator('#plots line.shown').boundingBox();
      if (line === null) throw new Error('no frame is marked');
      const tips = new Set<string>();
      for (let share = 0; share <= 1; share += 0.05) {
        await page.mouse.move(line.x, line.y + share * line.height);
        tips.add(await text('#plots .clickable .tip'));
      }
      expect([...tips].join()).toContain('frame 15: ');
      await page.locator('#select-shown').click();
      await page.locator('#selected', { hasText: 'a.xyz, frame 15: 2 atoms' }).waitFor();
      expect(await text('#selected-command')).toBe(
        'quests convert a.xyz@3 a.xyz@7 a.xyz@11 a.xyz@15 a.xyz@19 -o selected.xyz',
      );
      await page.locator('#count').fill('5');
      await page.locator('#compress').click();
      await page.locator('#kept-save').waitFor();
      const picks =
        /frames ([\d, ]+):/
          .exec(await text('#kept'))?.[1]
          ?.split(', ')
          .map(Number) ?? [];
      expect([...picks].sort((a, b) => a - b)).toEqual([3, 7, 11, 15, 19]);
      const rows = (await open.saved('#csv')).trimEnd().split('\n').slice(1);
      expect(new Set(rows.map((row) => Number(row.split(',')[3])))).toEqual(new Set(picks));
    });

    it('have the names of their files where these are several', async () => {
      const { page } = open;
      await page.goto(open.empty);
      await open.choose(0, file('a.xyz', ...many(0, 3)), file('b.xyz', ...many(3, 3)));
      await run();
      await page.locator('#frame-file').selectOption({ label: 'b.xyz' });
      await page.locator('#structure-text', { hasText: /^b\.xyz, frame 0:/ }).waitFor();
      await page.locator('#frame').fill('2');
      await page.keyboard.press('Enter');
      await page.locator('#structure-text', { hasText: /^b\.xyz, frame 2:/ }).waitFor();
      expect(await page.locator('#frame').inputValue()).toBe('2');
      await page.locator('#frame-before').click();
      await page.locator('#frame-before').click();
      await page.locator('#frame-before').click();
      await page.locator('#structure-text', { hasText: /^a\.xyz, frame 2:/ }).waitFor();
      expect(await page.locator('#frame-file').inputValue()).toBe('0');
      await expectAccessible(page);
    });

    it('may be taken away again, and are told apart where they have one name', async () => {
      const { page } = open;
      await page.goto(open.empty);
      await open.choose(0, file('1/x.xyz', ...many(0, 2)));
      await open.choose(1, file('2/x.xyz', ...many(5, 2)));
      await run();
      expect(await text('#verdict')).toBe('All of x.xyz (second) is outside x.xyz (first).');
      expect(await page.locator('#scale').innerText()).toMatch(/x\.xyz \(first\).*x\.xyz \(second\)/s);
      await page.locator('#remove-1').click();
      expect(await page.locator('#remove-1').isVisible()).toBe(false);
      expect(await text('#files-1')).toBe('Compared with the first dataset.');
      await page.locator('#stale').waitFor();
      await run();
      expect(await text('#verdict')).toMatch(/^x\.xyz( is|: about)/);
    });

    it('are said to lack elements before anything else', async () => {
      const { page } = open;
      await page.goto(open.empty);
      await open.choose(0, file('cu.xyz', ...many(0, 3)));
      await open.choose(1, file('cuau.xyz', frame(2, 'Au'), frame(2.02)));
      await run();
      expect(await text('#verdict')).toBe(
        'cu.xyz has no Au. By positions alone, cuau.xyz adds next to nothing to cu.xyz.',
      );
      expect(await text('#why')).toMatch(/^The numbers ignore chemistry/);
      expect(await text('#next')).toMatch(/^Turn on 'distinguish elements'/);
      await page.locator('details', { hasText: 'Settings' }).evaluate((one: HTMLDetailsElement) => {
        one.open = true;
      });
      await page.locator('#species').selectOption('full');
      await run();
      expect(await text('#verdict')).toMatch(/^cuau.xyz adds|^cu.xyz has no Au/);
      expect(await text('#why')).toMatch(/1 environment of cuau.xyz of these elements counts as outside/);
      expect(new URL(page.url()).searchParams.get('species')).toBe('full');
      await page.reload();
      expect(await page.locator('#species').inputValue()).toBe('full');
    });

    it('come with the notes of the command line and with the settings that were used', async () => {
      const { page } = open;
      await page.goto(`${open.url}?k=8&cutoff=4`);
      await open.choose(0, file('gas.xyz', frame(9), frame(9)));
      await run();
      expect(await text('#notes')).toContain('gas.xyz: no environment has a neighbour within 4 Å');
      expect(await text('#used')).toMatch(/^Computed with frames: all; neighbours k: 8; cutoff \(Å\): 4; /);
      // Those of the form may be others by now.
      await page.locator('#form summary').click();
      await page.locator('#cutoff').fill('6');
      expect(await text('#used')).toContain('cutoff (Å): 4;');
    });

    it('are not drawn in a box that does not repeat', async () => {
      const { page } = open;
      await page.goto(open.empty);
      const molecule = frame(1.2).replace('Properties', 'Lattice="9 0 0 0 9 0 0 0 9" pbc="F F F" Properties');
      await open.choose(0, file('molecule.xyz', molecule));
      await run();
      expect(await text('#structure-text')).toContain('2 atoms (2 Cu), no periodic cell;');
      expect(await page.locator('#xyz').isVisible()).toBe(true);
      await open.choose(0, join(EXAMPLES, 'cu_train.xyz'));
      await run();
      expect(await text('#structure-scale')).toMatch(/^δH within the set \(nats\): −/);
    });
  },
);
