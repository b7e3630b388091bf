import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { readStructures } from '../../ts/node.js';
import { expectAccessible } from '../support/browser/accessibility.js';
import { hasChromium, withoutChromium } from '../support/browser/chromium.js';
import { OpenPage } from '../support/browser/open-page.js';
import { serve } from '../support/cli/served.js';

/** Frames of a long run, of few atoms. */
const LONG = 300;

describe.runIf(hasChromium || process.env.CI)(
  `first screen, frames and structures in Chromium${withoutChromium}`,
  () => {
    const open = new OpenPage();
    let url = '';
    let longUrl = '';

    beforeAll(async () => {
      mkdirSync(open.folder, { recursive: true });
      const line = (frame: number, atom: number): string => {
        const x = 2.5 * atom + 0.002 * ((frame * (atom + 3)) % 97);
        return `Cu ${x.toFixed(4)} ${(0.1 * (atom % 2)).toFixed(4)} 0`;
      };
      const frames = Array.from({ length: LONG }, (_, frame) =>
        ['4', 'Lattice="10 0 0 0 10 0 0 0 10"', ...[0, 1, 2, 3].map((atom) => line(frame, atom))].join('\n'),
      );
      const long = join(open.folder, 'long.xyz');
      writeFileSync(long, `${frames.join('\n')}\n`);
      const servers = [await serve([], open.folder), await serve([long], open.folder)];
      [url, longUrl] = servers.map(({ url: { href } }) => href) as [string, string];
      for (const { url: own, close } of servers) open.host({ url: own.href, close });
    });

    const text = async (id: string): Promise<string> => (await open.page.locator(id).textContent()) ?? '';

    it("shows an example on the first visit, and files of one's own in its place", async () => {
      const { page } = open;
      await page.setViewportSize({ width: 1280, height: 720 });
      await page.goto(url);
      await open.done();
      expect(await text('#verdict')).toBe('49.0 % of cu_test.xyz is outside cu_train.xyz.');
      expect(await page.locator('#example').isVisible()).toBe(true);
      expect(await text('#few')).toMatch(/novelty49\.0 %/);
      // What matters is above the fold.
      for (const id of ['#verdict', '#few', '#map', '#structure', '#timeline']) {
        const box = await page.locator(id).boundingBox();
        expect((box?.y ?? NaN) + (box?.height ?? NaN), id).toBeLessThanOrEqual(720);
      }
      await expectAccessible(page);
      await open.screenshot('first-visit', false);
      await open.choose(0, join(open.folder, 'long.xyz'));
      // What the example had as its second dataset is gone with it.
      expect(await text('#files-1')).toBe('Compared with the first dataset.');
      await page.locator('#run').click();
      await page.locator('#verdict', { hasText: /^long\.xyz( is (mostly|saturated)|: about)/ }).waitFor();
      await open.done();
      expect(await page.locator('#example').isVisible()).toBe(false);
      await page.goto(`${url}?empty`);
      await page.locator('#known-line').waitFor();
      expect(await page.locator('#results').isVisible()).toBe(false);
      await open.expectNoLongTask();
    });

    it('goes through frames by the keys, by a click and by playing, one at a time', async () => {
      const { page } = open;
      await page.addInitScript(() => {
        const asked = { frames: 0, waiting: 0, most: 0 };
        Object.assign(globalThis, { asked });
        const { postMessage } = Worker.prototype;
        Worker.prototype.postMessage = function (this: Worker, ...args: unknown[]) {
          if ((args[0] as { do?: string }).do === 'frame') {
            asked.frames += 1;
            asked.waiting += 1;
            asked.most = Math.max(asked.most, asked.waiting);
          }
          Reflect.apply(postMessage, this, args);
        };
        const { addEventListener } = Worker.prototype;
        Object.defineProperty(Worker.prototype, 'onmessage', {
          set(this: Worker, take: (event: MessageEvent) => void) {
            Reflect.apply(addEventListener, this, [
              'message',
              (event: MessageEvent<{ is?: string }>) => {
                if (event.data.is === 'frame') asked.waiting -= 1;
                take(event);
              },
            ]);
          },
        });
      });
      await page.goto(longUrl);
      await page.locator('#run').click();
      await open.done();
      const track = page.locator('#timeline-track');
      const frame = (number: number): Promise<void> =>
        page.locator('#structure-text', { hasText: `long.xyz, frame ${number}:` }).waitFor();
      await track.press('Home');
      await frame(0);
      await track.press('ArrowRight');
      await frame(1);
      await track.press('PageUp');
      await frame(31);
      expect(await track.getAttribute('aria-valuetext')).toMatch(/^frame 31, mean δH −?\d/);
      await track.press('End');
      await frame(LONG - 1);
      const box = await track.boundingBox();
      if (box === null) throw new Error('there is no timeline');
      const before = await page.evaluate(
        () => (globalThis as unknown as { asked: { frames: number } }).asked.frames,
      );
      // Dragged over all frames: those that are overtaken are never asked for.
      await page.mouse.move(box.x + 1, box.y + box.height / 2);
      await page.mouse.down();
      for (let step = 0; step <= 200; step++) {
        await page.mouse.move(box.x + 1 + ((box.width - 2) * step) / 400, box.y + box.height / 2);
      }
      await page.mouse.up();
      await open.settled('#structure');
      const { frames, most } = await page.evaluate(
        () => (globalThis as unknown as { asked: { frames: number; most: number } }).asked,
      );
      expect(frames).toBeGreaterThan(before);
      expect(most).toBe(1);
      const shown = Number(/frame (\d+):/.exec(await text('#structure-text'))?.[1]);
      expect(Math.abs(shown - LONG / 2)).toBeLessThan(5);
      expect(Number(await track.getAttribute('aria-valuenow'))).toBe(shown);
      await page.locator('#timeline-value').selectOption('entropy');
      await page.locator('#timeline-text', { hasText: 'entropy H' }).waitFor();
      await page.locator('#frame').fill(String(LONG - 3));
      await page.keyboard.press('Enter');
      await frame(LONG - 3);
      await page.locator('#speed').selectOption('25');
      await page.locator('#play').click();
      // It ends with the last frame.
      await frame(LONG - 1);
      await page.locator('#play', { hasText: 'Play' }).waitFor();
      await open.expectNoLongTask();
    });

    it('measures, marks neighbours, repeats the cell, and saves what is shown', async () => {
      const { page } = open;
      await page.goto(longUrl);
      await page.locator('#run').click();
      await open.done();
      await page.locator('#timeline-track').press('Home');
      await page.locator('#structure-text', { hasText: 'long.xyz, frame 0:' }).waitFor();
      await open.settled('#structure');
      await page.locator('#measure').click();
      expect(await text('#measured')).toBe('Pick two atoms for a distance, a third for an angle.');
      await page.locator('#measured-atoms').fill('0 1 2');
      await page.keyboard.press('Enter');
      // Atoms at 0, 2.5 and 5 Å along x, the middle one 0.1 Å beside.
      const angle = 180 - (2 * Math.atan(0.1 / 2.5) * 180) / Math.PI;
      expect(await text('#measured')).toBe(
        `Distance of atoms 0–1: 2.502 Å, 1–2: 2.502 Å; angle at atom 1: ${angle.toFixed(2)}°.`,
      );
      // Images have numbers of their own: the first atom of the second cell along a.
      await page.locator('#repeat').selectOption('2 1 1');
      await page.locator('#measured-atoms').fill('0 4');
      await page.keyboard.press('Enter');
      expect(await text('#measured')).toMatch(/^Distance of atoms 0–4: 10 Å\./);
      await page.locator('#measure').click();
      await page.locator('#structure-colour').selectOption('element');
      await page.locator('#structure-scale', { hasText: /^element:\s+Cu/ }).waitFor();
      await open.settled('#structure');
      await expectAccessible(page);
      const xyz = join(open.folder, 'shown.xyz');
      writeFileSync(xyz, await open.saved('#structure-xyz'));
      const saved = [];
      for await (const one of readStructures(xyz)) saved.push(one);
      expect(saved).toHaveLength(1);
      expect(saved[0]?.positions).toHaveLength(12);
      expect(saved[0]?.info).toMatchObject({ source_frame: 0 });
      const [png] = await Promise.all([
        page.waitForEvent('download'),
        page.locator('#structure-png').click(),
      ]);
      expect(png.suggestedFilename()).toBe('structure.png');
      // All atoms, so that one of them is selected whatever is drawn: the first.
      await page.locator('#lasso').click();
      await page.locator('#structure').scrollIntoViewIfNeeded();
      const scene = await page.locator('#structure').boundingBox();
      if (scene === null) throw new Error('there is no structure');
      await page.mouse.move(scene.x + 2, scene.y + 2);
      await page.mouse.down();
      for (const [x, y] of [
        [0.99, 0.01],
        [0.99, 0.99],
        [0.01, 0.99],
      ] as const) {
        await page.mouse.move(scene.x + x * scene.width, scene.y + y * scene.height, { steps: 4 });
      }
      await page.mouse.up();
      await page.locator('#structure-selected', { hasText: '4 atoms of this frame selected.' }).waitFor();
      expect(await page.locator('#neighbours').isVisible()).toBe(false);
    });
  },
);
