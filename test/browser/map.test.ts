import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';

import {
  compress,
  compressionCurve,
  deltaEntropy,
  type DescriptorMatrix,
  readStructures,
  type Structure,
} from '../../ts/node.js';
import { countText, decimalText, frameMeans } from '../../ts/faces/node/explore.js';
import { expectAccessible } from '../support/browser/accessibility.js';
import { hasChromium, withoutChromium } from '../support/browser/chromium.js';
import { described, EXAMPLES, OpenPage } from '../support/browser/open-page.js';

async function framesOf(path: string): Promise<Structure[]> {
  const frames: Structure[] = [];
  for await (const frame of readStructures(path)) frames.push(frame);
  return frames;
}

const example = (name: string): Promise<Structure[]> => framesOf(join(EXAMPLES, name));

describe.runIf(hasChromium || process.env.CI)(`the map of the page${withoutChromium}`, () => {
  const open = new OpenPage();

  beforeEach(async () => {
    await open.page.goto(`${open.url}?sample=train-test`);
    await open.done();
  });

  const text = async (id: string): Promise<string> => (await open.page.locator(id).textContent()) ?? '';

  const selects = (atoms: number): Promise<void> =>
    open.page.locator('#selected', { hasText: new RegExp(`^${countText(atoms)} atoms? selected`) }).waitFor();

  async function choose(id: string, value: string): Promise<void> {
    await open.page.locator(id).selectOption(value);
    await open.settled('#map');
  }

  it('lies along any two values: their names, their marks, and what lacks one', async () => {
    const { page } = open;
    expect(await text('#map-axes')).toMatch(/PC 1 \(\d+\.\d % of the variance\)/);
    expect(await page.locator('#axis-x option', { hasText: /^PC \d$/ }).count()).toBe(8);
    await choose('#axis-x', 'energy per atom');
    await page.locator('#map-axes', { hasText: 'energy per atom' }).waitFor();
    await choose('#axis-y', 'δH');
    await page.locator('#map-missing', { hasText: /^384 environments lack one of these values/ }).waitFor();
    await open.settled('#map');
    // The marks are round, and those of the energies.
    const energies = (await example('cu_test.xyz')).map(
      ({ info, positions }) => (info?.energy as number) / (positions.length / 3),
    );
    const marks = (await page.locator('#map-axes text').allTextContents()).map((said) =>
      Number(said.replace('−', '-')),
    );
    const inRange = marks.filter((mark) => mark >= Math.min(...energies) && mark <= Math.max(...energies));
    expect(inRange.length).toBeGreaterThanOrEqual(3);
    await page.locator('#select-shown').click();
    await selects(3786);
    await page.locator('#select-none').click();

    // The middle of a key press is where it was, and its nearest point is selected.
    await page.locator('#map').focus();
    await page.keyboard.press('+');
    await page.keyboard.press('Enter');
    await selects(1);
    await choose('#axis-x', 'PC 1');
    await choose('#axis-y', 'PC 8');
    await page.locator('#map-missing').waitFor({ state: 'hidden' });
    await page.locator('#map-axes', { hasText: 'PC 8' }).waitFor();
    await open.expectNoLongTask();
  });

  it('shows what passes a filter and a search; that leads to frames, files and a command', async () => {
    const { page } = open;
    const [train, test] = await Promise.all(['cu_train.xyz', 'cu_test.xyz'].map(example));
    const hot = (frames: readonly Structure[] = []): Structure[] =>
      frames.filter(({ info }) => info?.config_type === 'hot');
    const count = (frames: readonly Structure[]): number =>
      frames.reduce((sum, { positions }) => sum + positions.length / 3, 0);
    const before = await page.locator('#map').screenshot();

    await page.locator('#filter summary').click();
    await page.locator('#filter-group').selectOption({ label: 'hot' });
    const both = [...hot(train), ...hot(test)];
    const said = `${countText(count(both))} of 4,170 environments pass, in ${both.length} frames`;
    await page.locator('#filtered', { hasText: said }).waitFor();
    await open.settled('#map');
    expect((await page.locator('#map').screenshot()).equals(before)).toBe(false);
    // What does not pass is not selected on the map.
    await page.locator('#select-shown').click();
    await selects(count(both));

    await page.locator('#filter-text').fill('cu_test energy<-80');
    const low = hot(test).filter(({ info }) => (info?.energy as number) < -80);
    expect(low.length).toBeGreaterThan(0);
    await page.locator('#filtered', { hasText: `in ${low.length} frames` }).waitFor();
    const frame = low[0]?.source?.frame ?? NaN;
    await page.locator('#filtered button').first().click();
    await page.locator('#structure-text', { hasText: `cu_test.xyz, frame ${frame}:` }).waitFor();
    await page.locator('#filter-select').click();
    await selects(count(low));
    await expectAccessible(page);
    await open.screenshot('filter');

    const file = join(open.folder, 'selected.xyz');
    writeFileSync(file, await open.saved('#export'));
    const written = (await framesOf(file)).map(({ positions }) => positions.join());
    expect(written).toEqual(low.map(({ positions }) => positions.join()));
    const command = await text('#selected-command');
    expect(command).toMatch(/^quests convert cu_test\.xyz@/);
    const named = [...command.matchAll(/@(\d+)(?::(\d+))?/g)].flatMap(([, first, end]) => {
      const from = Number(first);
      return Array.from({ length: Number(end ?? from + 1) - from }, (_, at) => from + at);
    });
    expect(named).toEqual(low.map(({ source }) => source?.frame));
    const rows = (await open.saved('#indices')).trimEnd().split('\n');
    expect(rows).toHaveLength(1 + count(low));

    await page.locator('#filter-none').click();
    await page.locator('#filtered p').first().waitFor({ state: 'detached' });
    await page.locator('#select-none').click();
    await page.locator('#select-shown').click();
    await selects(4170);
  });

  it('is filtered by several elements, and selects nothing that a name under it hides', async () => {
    const { page } = open;
    const file = join(open.folder, 'three.xyz');
    const rows = (at: number): string[] =>
      ['Cu 0 0 0', 'Zr 2.5 0 0', 'Al 0 2.6 0', 'Cu 0 0 2.7'].map((row) => row.replace(/0$/, `0.${at}`));
    const frames = Array.from({ length: 9 }, (_, at) => ['4', 'Properties=species:S:1:pos:R:3', ...rows(at)]);
    writeFileSync(file, `${frames.flat().join('\n')}\n`);
    await page.goto(open.empty);
    await open.choose(0, file);
    await page.locator('#run').click();
    await open.done();
    await page.locator('#filter summary').click();
    for (const symbol of ['Cu', 'Al']) await page.locator('#filter-elements').getByLabel(symbol).check();
    await page.locator('#filtered', { hasText: '27 of 36 environments pass, in 9 frames' }).waitFor();
    await expectAccessible(page);
    await page.locator('#select-shown').click();
    await selects(27);
    await choose('#colour', 'element');
    const copper = page.locator('#scale').getByRole('button', { name: 'Cu' });
    await copper.click();
    await open.settled('#map');
    await page.locator('#select-shown').click();
    await selects(9);
    await page.locator('#filter-none').click();
    await page.locator('#filtered p').first().waitFor({ state: 'detached' });
    expect(await page.locator('#filter-elements').getByLabel('Al').isChecked()).toBe(false);
    await page.locator('#select-shown').click();
    await selects(18);
    await copper.click();
    await open.settled('#map');
    await page.locator('#select-shown').click();
    await selects(36);
  });

  it('says of the point at the pointer which atom it is, and shows what is around it', async () => {
    const { page } = open;
    const [x, y] = (await Promise.all(['cu_train.xyz', 'cu_test.xyz'].map(described))) as [
      DescriptorMatrix,
      DescriptorMatrix,
    ];
    const dH = await deltaEntropy(y, x);
    await choose('#colour', 'energy');
    await choose('#axis-x', 'frame');
    await choose('#axis-y', 'δH');
    // A point by itself: the highest δH of all.
    const row = dH.indexOf(Math.max(...dH));
    const frame = y.frameOf(row);
    const atom = row - (y.frameOffsets[frame] as number);
    const place = await page.locator('#map').evaluate((canvas: HTMLCanvasElement) => {
      const { data, width } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {
        data: [],
        width: 1,
      };
      const at = Array.from(data).findIndex((opacity, i) => i % 4 === 3 && opacity > 0);
      return { x: ((at - 3) / 4) % width, y: Math.floor((at - 3) / 4 / width) };
    });
    await page.locator('#map').hover({ position: { x: place.x + 1, y: place.y + 1 } });
    await page.locator('#map-tip', { hasText: `cu_test.xyz, frame ${frame}` }).waitFor();
    const energy = (await example('cu_test.xyz'))[frame]?.info?.energy as number;
    const lines = await page.locator('#map-tip > div > div').allTextContents();
    expect(lines).toEqual([
      `cu_test.xyz, frame ${frame}`,
      `atom ${atom} (Cu)`,
      `δH = ${decimalText(dH[row] as number, 2)} nats relative to cu_train.xyz`,
      `energy = ${energy.toPrecision(4).replace('-', '−')}`,
    ]);
    const drawn = await page.locator('#map-tip canvas').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {
        data: [],
      };
      return Array.from(data).filter((opacity, at) => at % 4 === 3 && opacity > 0).length / data.length;
    });
    expect(drawn).toBeGreaterThan(0.03);
    await open.screenshot('tip', false);
    await page.keyboard.press('Escape');
    await page.locator('#map-tip').waitFor({ state: 'hidden' });
  });

  it('has lines of density, and is saved with them as SVG and PNG', async () => {
    const { page } = open;
    const picture = (): Promise<string> =>
      page.locator('#map').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    const without = await picture();
    await page.locator('#contours').check();
    await open.settled('#map');
    expect(await picture()).not.toBe(without);
    const svg = await open.saved('#map-svg');
    expect(svg).toContain('cu_train.xyz</text>');
    // Two sets, three lines for each; marks of axes are paths, too.
    expect(svg.match(/<title>\d+ % of the points are within<\/title>/g)).toHaveLength(6);
    expect(svg.match(/<circle/g)).toHaveLength(4170);
    await page.locator('#contours').uncheck();
    await open.settled('#map');
    expect(await picture()).toBe(without);
    expect((await open.saved('#map-svg')).includes('of the points are within')).toBe(false);
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#map-png').click()]);
    expect(download.suggestedFilename()).toBe('map.png');
  });

  it('is moved at once, before the picture of the new view is there', async () => {
    const moved = await open.page.locator('#map').evaluate((canvas: HTMLCanvasElement) => {
      const opaque = (): number => {
        const { data, width } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {
          data: [],
          width: 1,
        };
        // The rightmost column with a point.
        let last = -1;
        for (let at = 3; at < data.length; at += 4) {
          if ((data[at] ?? 0) > 0) last = Math.max(last, ((at - 3) / 4) % width);
        }
        return last;
      };
      const before = opaque();
      canvas.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }));
      return { by: before - opaque(), isBusy: canvas.ariaBusy };
    });
    expect(moved.isBusy).toBe('true');
    expect(Math.abs(moved.by - 40)).toBeLessThanOrEqual(1);
  });

  it('and the curve of frames select alike; picks stand beside as many at random', async () => {
    const { page } = open;
    const [x, y] = (await Promise.all(['cu_train.xyz', 'cu_test.xyz'].map(described))) as [
      DescriptorMatrix,
      DescriptorMatrix,
    ];
    const means = frameMeans({ x: y, dH: await deltaEntropy(y, x) });
    const chosen = [...means.keys()].filter((frame) => (means[frame] as number) >= 20);
    const fields = page.locator('#plots figcaption [role="group"]');
    await fields.locator('input').first().fill('20');
    await fields.locator('button').click();
    const atoms = chosen.reduce((sum, frame) => {
      return sum + (y.frameOffsets[frame + 1] as number) - (y.frameOffsets[frame] as number);
    }, 0);
    await selects(atoms);
    expect(await text('#selected')).toContain(`in ${chosen.length} frames`);

    await page.locator('#count').fill('5');
    await page.locator('#compress').click();
    await page.locator('#kept-save').waitFor();
    const { picks: random } = await compress(y, { method: 'random', size: { count: 5 } });
    const atRandom = await compressionCurve(y, random);
    const { picks } = await compress(y, { reference: x, size: { count: 5 } });
    const own = await compressionCurve(y, picks);
    for (const count of [5, 2]) {
      await page.locator('#kept-slider').fill(String(count));
      const cells = await page.locator('#kept-beside tbody td').allTextContents();
      expect(cells.slice(2)).toEqual(
        [own.entropy, atRandom.entropy, own.diversity, atRandom.diversity].map((values) =>
          decimalText(values[count - 1] as number, 3),
        ),
      );
      const [covered = '', randomly = ''] = cells;
      expect(await text('#kept-share')).toContain(
        `${covered} of the environments of cu_test.xyz (${randomly} by`,
      );
    }
    await page.locator('#budget').scrollIntoViewIfNeeded();
    await open.screenshot('budget', false);
  });
});
