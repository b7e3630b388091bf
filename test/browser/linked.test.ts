import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';

import {
  deltaEntropy,
  type DescriptorMatrix,
  metrics,
  readStructures,
  type Structure,
} from '../../ts/node.js';
import { countText, frameMeans, pointsInPolygon } from '../../ts/faces/node/explore.js';
import { PrincipalComponents } from '../../ts/explore/principal-components.js';
import { hasChromium, withoutChromium } from '../support/browser/chromium.js';
import { described, EXAMPLES, OpenPage } from '../support/browser/open-page.js';

const FILES = ['cu_train.xyz', 'cu_test.xyz'] as const;

/** Share of the width and of the height of an element. */
type Place = readonly [number, number];

describe.runIf(hasChromium || process.env.CI)(`what is selected on the page${withoutChromium}`, () => {
  const open = new OpenPage();

  beforeEach(async () => {
    // What the page asks for is what Node is asked, too.
    await open.page.addInitScript(() => {
      const polygons: number[][] = [];
      Object.assign(globalThis, { polygons });
      const { postMessage } = Worker.prototype;
      Worker.prototype.postMessage = function (this: Worker, ...args: unknown[]) {
        const [message] = args as [{ selection?: { polygon?: Float64Array } }];
        if (message.selection?.polygon) polygons.push([...message.selection.polygon]);
        Reflect.apply(postMessage, this, args);
      };
    });
    await open.page.goto(`${open.url}?sample=train-test`);
    await open.done();
  });

  const text = async (id: string): Promise<string> => (await open.page.locator(id).textContent()) ?? '';

  async function number(id: string, pattern: RegExp): Promise<number> {
    await open.page.locator(id, { hasText: pattern }).waitFor();
    return Number(pattern.exec(await text(id))?.[1]?.replaceAll(',', ''));
  }

  const selected = (): Promise<number> => number('#selected', /^([\d,]+) atoms? selected/);

  /** Draws around a part of an element, with the Shift key held where it is asked for. */
  async function lasso(id: string, corners: readonly Place[], withShift: boolean): Promise<void> {
    const target = open.page.locator(id);
    await target.scrollIntoViewIfNeeded();
    const box = await target.boundingBox();
    if (box === null) throw new Error(`${id} is not there`);
    const { keyboard, mouse } = open.page;
    if (withShift) await keyboard.down('Shift');
    for (const [at, [x, y]] of corners.entries()) {
      await mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: at === 0 ? 1 : 4 });
      if (at === 0) await mouse.down();
    }
    await mouse.up();
    if (withShift) await keyboard.up('Shift');
  }

  async function framesOf(name: string): Promise<Structure[]> {
    const frames: Structure[] = [];
    for await (const frame of readStructures(join(EXAMPLES, name))) frames.push(frame);
    return frames;
  }

  it('is, by a lasso on the map and in the file that is saved, the same atoms', async () => {
    await open.page.locator('#export').waitFor({ state: 'hidden' });
    await lasso(
      '#map',
      [
        [0.45, 0.3],
        [0.8, 0.3],
        [0.7, 0.7],
        [0.5, 0.98],
      ],
      true,
    );
    await open.page.locator('#export').waitFor();
    const [polygon] = await open.page.evaluate(
      () => (globalThis as unknown as { polygons: number[][] }).polygons,
    );
    const [x, y] = (await Promise.all(FILES.map(described))) as [DescriptorMatrix, DescriptorMatrix];
    const components = await PrincipalComponents.of([x, y]);
    const [across, up] = [components.along(0), components.along(1)];
    const plane = Float32Array.from({ length: 2 * across.length }, (_, at) =>
      at % 2 === 0 ? (across[at / 2] ?? NaN) : (up[(at - 1) / 2] ?? NaN),
    );
    const rows = pointsInPolygon(plane, Float64Array.from(polygon ?? []));
    const expected = Array.from(rows, (row) => {
      const [at, own, matrix] = row < x.rows ? [0, row, x] : [1, row - x.rows, y];
      const frame = matrix.frameOf(own);
      return `${FILES[at] ?? ''} ${frame} ${own - (matrix.frameOffsets[frame] as number)}`;
    });
    expect(expected.length).toBeGreaterThan(100);
    expect(expected.length).toBeLessThan(x.rows + y.rows);
    expect(await selected()).toBe(expected.length);
    await open.screenshot('lasso');

    const file = join(open.folder, 'selected.xyz');
    writeFileSync(file, await open.saved('#export'));
    const places = new Map<string, string>();
    for (const name of FILES) {
      (await framesOf(name)).forEach(({ positions }, frame) =>
        places.set(positions.join(), `${name} ${frame}`),
      );
    }
    const found: string[] = [];
    for await (const { positions, arrays } of readStructures(file)) {
      const place = places.get(positions.join());
      (arrays?.selected?.data as Uint8Array).forEach((mark, atom) => {
        if (mark === 1) found.push(`${place ?? 'unknown'} ${atom}`);
      });
    }
    expect(found).toEqual(expected);
  });

  it('leads from frames to structures, from atoms to the map, and back', async () => {
    const [x, y] = (await Promise.all(FILES.map(described))) as [DescriptorMatrix, DescriptorMatrix];
    const dH = await deltaEntropy(y, x);
    const means = frameMeans({ x: y, dH });
    // The frame with the highest mean is shown first.
    const highest = means.indexOf(Math.max(...means));
    expect(await text('#structure-text')).toMatch(
      new RegExp(`^cu_test\\.xyz, frame ${highest}: 32 atoms \\(32 Cu\\), cell edges`),
    );

    await open.page.locator('#structure').click();
    const atom = await number('#structure-selected', /^Atom (\d+) selected/);
    const value = dH[(y.frameOffsets[highest] as number) + atom] as number;
    expect(await text('#structure-selected')).toContain(`δH = ${value.toFixed(2)} nats`);
    expect(await text('#selected')).toContain(`cu_test.xyz, frame ${highest}: 1 atom: ${atom}`);
    // Touched again, it is no longer selected.
    await open.page.locator('#structure').click();
    await open.page.locator('#select-none').waitFor({ state: 'hidden' });

    await open.page.locator('#frame').fill('17');
    await open.page.keyboard.press('Enter');
    await open.page.locator('#structure-text', { hasText: 'cu_test.xyz, frame 17:' }).waitFor();
    await open.page.locator('#frame-after').press('Enter');
    await open.page.locator('#structure-text', { hasText: 'cu_test.xyz, frame 18:' }).waitFor();
    expect(await open.page.locator('#plots line.shown').count()).toBe(1);

    // The curve of frames: its middle is the middle of all frames, or nearly so.
    const plot = open.page.locator('#plots .clickable');
    await plot.click();
    const frame = await number('#structure-text', /^cu_test\.xyz, frame (4\d|5\d|6\d):/);
    expect(Math.abs(frame - y.frames / 2)).toBeLessThan(y.frames / 10);

    // H of each frame in place of δH, and the same ways from there.
    await open.page.locator('#plots select').selectOption('entropy');
    const curve = open.page.locator('#plots figure[aria-busy="false"]');
    await curve.getByRole('img', { name: 'Entropy H of each frame of cu_test.xyz' }).waitFor();
    const own = await metrics(y.select([frame]));
    const line = await open.page.locator('#plots line.shown').boundingBox();
    if (line === null) throw new Error('no frame is marked');
    const tips = new Set<string>();
    for (let share = 0; share <= 1; share += 0.05) {
      await open.page.mouse.move(line.x, line.y + share * line.height);
      tips.add(await text('#plots .clickable .tip'));
    }
    expect(tips).toContain(`frame ${frame}: ${Number(own.entropy.toPrecision(4))} nats`);

    // A box takes its two corners; one of the two tools is on at a time.
    await open.page.locator('#lasso').click();
    await open.page.locator('#box').click();
    expect(await open.page.locator('#lasso').getAttribute('aria-pressed')).toBe('false');
    await lasso(
      '#structure',
      [
        [0.02, 0.02],
        [0.98, 0.98],
      ],
      false,
    );
    await open.page.locator('#structure-selected', { hasText: /^\d+ atoms of this frame/ }).waitFor();
    const atoms = (y.frameOffsets[frame + 1] as number) - (y.frameOffsets[frame] as number);
    expect(await selected()).toBe(atoms);
    expect(await open.page.locator('#plots line.selected').count()).toBe(1);
    await open.screenshot('structure');
    await open.expectNoLongTask();
  });

  it('is, by a box on the map, what lies between its corners', async () => {
    const corners: readonly Place[] = [
      [0.45, 0.3],
      // Where the pointer was meanwhile does not matter.
      [0.95, 0.1],
      [0.75, 0.8],
    ];
    await open.page.locator('#box').click();
    await lasso('#map', corners, false);
    await open.page.locator('#export').waitFor();
    const byBox = await selected();
    const [polygon = []] = await open.page.evaluate(
      () => (globalThis as unknown as { polygons: number[][] }).polygons,
    );
    expect(polygon).toHaveLength(8);
    const [left, top, , , right, bottom] = polygon as [number, number, number, number, number, number];
    expect(polygon).toEqual([left, top, right, top, right, bottom, left, bottom]);
    const [x, y] = (await Promise.all(FILES.map(described))) as [DescriptorMatrix, DescriptorMatrix];
    const components = await PrincipalComponents.of([x, y]);
    const up = components.along(1);
    const inside = components
      .along(0)
      .filter((at, row) => at > left && at < right && (up[row] ?? NaN) > bottom && (up[row] ?? NaN) < top);
    expect(byBox).toBe(inside.length);
    expect(byBox).toBeGreaterThan(100);
    await open.page.locator('#box').click();
    expect(await open.page.locator('#box').getAttribute('aria-pressed')).toBe('false');
  });

  it('can be selected by keyboard and by value', async () => {
    const [x, y] = (await Promise.all(FILES.map(described))) as [DescriptorMatrix, DescriptorMatrix];
    const dH = await deltaEntropy(y, x);
    await open.page.locator('#select-shown').press('Enter');
    expect(await selected()).toBe(x.rows + y.rows);
    await open.page.locator('#filter summary').press('Enter');
    await open.page.locator('#filter-low').fill('30');
    await open.page.locator('#filter-select').press('Enter');
    const above = dH.filter((value) => value >= 30).length;
    await open.page.locator('#selected', { hasText: `${countText(above)} atoms selected` }).waitFor();
    await open.page.locator('#filter-none').press('Enter');
    await open.page.locator('#filtered p').first().waitFor({ state: 'detached' });
    // A part of the map, by its keys.
    await open.page.locator('#map').focus();
    for (const key of ['+', '+', '+', '+', '+', 'ArrowUp']) await open.page.keyboard.press(key);
    await open.page.locator('#select-shown').press('Enter');
    await open.page
      .locator('#selected', { hasText: `${countText(above)} atoms` })
      .waitFor({ state: 'detached' });
    expect(await selected()).toBeLessThan(x.rows + y.rows);
    await open.page.locator('#select-none').press('Enter');
    await open.page.locator('#export').waitFor({ state: 'hidden' });

    // A point of the map, and its structure.
    await open.page.locator('#whole').click();
    // The picture of the view before would show a point where there is none now.
    await open.settled('#map');
    const places = await open.page.locator('#map').evaluate((canvas: HTMLCanvasElement) => {
      const { data, width } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {
        data: [],
        width: 1,
      };
      const at = Array.from(data).findIndex((opacity, i) => i % 4 === 3 && opacity > 0);
      return { x: ((at - 3) / 4) % width, y: Math.floor((at - 3) / 4 / width) };
    });
    await open.page.locator('#map').click({ position: places });
    expect(await selected()).toBe(1);
    const told = /(cu_\w+\.xyz, frame \d+): 1 atom: (\d+)/.exec(await text('#selected'));
    await open.page.locator('#structure-text', { hasText: `${told?.[1] ?? ''}:` }).waitFor();
    await open.page.locator('#structure-selected', { hasText: `Atom ${told?.[2] ?? ''} selected` }).waitFor();
  });
});
