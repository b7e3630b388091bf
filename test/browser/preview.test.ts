import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { hasChromium, withoutChromium } from '../support/browser/chromium.js';
import { OpenPage } from '../support/browser/open-page.js';

/** What the script below puts into the page. */
interface Held {
  readonly asked: { do: string; by: string | undefined }[];
  letGo(): void;
}

describe.runIf(hasChromium || process.env.CI)(
  `what can be done before there are numbers, in Chromium${withoutChromium}`,
  () => {
    const open = new OpenPage();

    /** Opens a page that gets no numbers until it is let go, and tells what it asks for. */
    async function held(query: string): Promise<void> {
      await open.page.addInitScript(() => {
        const waiting: (() => void)[] = [];
        let isHeld = true;
        const asked: unknown[] = [];
        // Another worker draws.
        const engines = new WeakSet<Worker>();
        const { Worker: OwnWorker } = globalThis;
        globalThis.Worker = class extends OwnWorker {
          constructor(url: string | URL, options?: WorkerOptions) {
            super(url, options);
            if (String(url).includes('engine')) engines.add(this);
          }
        };
        const { prototype } = OwnWorker;
        const own = Object.getOwnPropertyDescriptor(prototype, 'onmessage');
        Object.defineProperty(prototype, 'onmessage', {
          set(this: Worker, take: (event: MessageEvent<{ is?: string } | undefined>) => void) {
            own?.set?.call(this, (event: MessageEvent<{ is?: string } | undefined>) => {
              const isNumbers = ['early', 'results'].includes(event.data?.is ?? '');
              if (isHeld && isNumbers) waiting.push(() => take(event));
              else take(event);
            });
          },
        });
        const { postMessage } = prototype;
        prototype.postMessage = function (this: Worker, ...args: unknown[]) {
          const [message] = args as [{ do?: string; selection?: { by: string } }];
          if (engines.has(this)) asked.push({ do: message.do, by: message.selection?.by });
          Reflect.apply(postMessage, this, args);
        };
        const letGo = (): void => {
          isHeld = false;
          for (const one of waiting.splice(0)) one();
        };
        Object.assign(globalThis, { asked, letGo });
      });
      await open.page.goto(open.url + query);
      await open.page.locator('#verdict', { hasText: 'Comparing cu_test.xyz with cu_train.xyz…' }).waitFor();
      await open.settled('#map');
      await open.settled('#structure');
    }

    const text = async (id: string): Promise<string> => (await open.page.locator(id).textContent()) ?? '';

    const disabled = (): Promise<string[]> =>
      open.page
        .locator('#results :disabled')
        .evaluateAll((controls) => controls.map(({ id }) => id).filter((id) => id !== ''));

    /** Uses all that can be seen and used, buttons twice: what they switch is then as before. */
    const useAll = (): Promise<string[]> =>
      open.page.locator('#results :is(button, select, input)').evaluateAll((controls) =>
        controls.flatMap((control) => {
          const used = control as HTMLButtonElement | HTMLSelectElement | HTMLInputElement;
          if (used.disabled || !used.checkVisibility()) return [];
          const changed = (): boolean => used.dispatchEvent(new Event('change', { bubbles: true }));
          if (used instanceof HTMLSelectElement) {
            for (const option of used.options) {
              used.value = option.value;
              changed();
            }
          } else if (used instanceof HTMLButtonElement || used.type === 'checkbox') {
            used.click();
            used.click();
          }
          return [used.id];
        }),
      );

    it('is what needs none; the rest waits, and works as soon as they are there', async () => {
      const { page } = open;
      await held('?sample=train-test');
      const waiting = await disabled();
      const filter = ['set', 'elements', 'group', 'first', 'last', 'low', 'high', 'text', 'none', 'select'];
      expect(waiting.sort()).toEqual(
        [
          ...filter.map((name) => `filter-${name}`),
          ...['axis-x', 'axis-y', 'map-png', 'map-svg', 'structure-xyz', 'timeline-value'],
          ...['report', 'living', 'compress'],
        ].sort(),
      );
      await page.evaluate(() => (globalThis as unknown as Held).asked.splice(0));
      const used = await useAll();
      for (const id of ['colour', 'structure-colour', 'select-shown', 'frame-after', 'play', 'contours']) {
        expect(used).toContain(id);
      }
      // Numbers are in none of these.
      for (const id of ['axis-x', 'report', 'card', 'json', 'csv', 'xyz', 'compress', 'export', 'indices']) {
        expect(used).not.toContain(id);
      }
      await open.settled('#map');
      await open.settled('#structure');
      const asked = await page.evaluate(() => (globalThis as unknown as Held).asked);
      // What the explorer answers without numbers (its `isLook`).
      expect(new Set(asked.map((one) => one.do))).toEqual(new Set(['map', 'select', 'frame']));
      expect(asked.filter(({ by }) => ['dH', 'kept', 'filter'].includes(by ?? ''))).toEqual([]);
      expect(await page.locator('#error').isVisible()).toBe(false);
      expect(await page.locator('#results').innerText()).not.toMatch(/δH = |NaN/);

      // What is selected now stays when the numbers come.
      await page.locator('#select-shown').click();
      await page.locator('#selected', { hasText: /^4,170 atoms selected/ }).waitFor();
      await page.evaluate(() => (globalThis as unknown as Held).letGo());
      await open.done();
      expect(await text('#selected')).toMatch(/^4,170 atoms selected/);
      expect((await open.saved('#indices')).trimEnd().split('\n')).toHaveLength(1 + 4170);
      expect((await disabled()).filter((id) => waiting.includes(id))).toEqual([]);
      expect(await open.saved('#structure-xyz')).toMatch(/dH:R:1/);
      const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#map-svg').click()]);
      expect(readFileSync(await download.path(), 'utf8')).toContain('<svg');
      await page.locator('#axis-x').selectOption('δH');
      await page.locator('#map-axes', { hasText: 'δH' }).waitFor();
    });
  },
);
