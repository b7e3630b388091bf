import { beforeAll, describe, expect, it } from 'vitest';

import { hasLammps, MELTING, withoutLammps } from '../support/data/lammps.js';
import { type Melted, melted } from '../support/data/melted.js';
import { expectAccessible } from '../support/browser/accessibility.js';
import { hasChromium, withoutChromium } from '../support/browser/chromium.js';
import { OpenPage } from '../support/browser/open-page.js';

// The same simulation as in test/contract/lammps-js.test.ts.
describe.runIf((hasChromium || process.env.CI) && hasLammps)(
  `LAMMPS in the page, in Chromium${withoutLammps || withoutChromium}`,
  () => {
    const open = new OpenPage();
    let expected: Melted;

    beforeAll(async () => {
      expected = await melted('native');
    });

    async function set(values: Readonly<Record<string, string | number>>): Promise<void> {
      await open.page.locator('#live-form details > summary').click();
      for (const [name, value] of Object.entries(values)) {
        await open.page.locator(`#live-${name}`).fill(String(value));
      }
    }

    it('is stopped at the step at which it is in Node, with the same numbers', async () => {
      const { page } = open;
      const { script, elements, every, first, k, cutoff, bandwidth, above } = MELTING;
      await page.goto(`${open.url}#live`);
      await expectAccessible(page);
      await set({ script, elements: elements.join(','), every, first, k, cutoff, bandwidth, above });
      expect(await page.locator('#live-choice').inputValue()).toBe('own');
      await page.locator('#live-stops').check();
      await page.locator('#live-run').click();
      await page.locator('#live-state', { hasText: /^(Stopped|No more)/ }).waitFor();
      await page.locator('#live[aria-busy="false"]').waitFor();
      await page.locator('#live-structure[aria-busy="false"]').waitFor();
      const { rows, step, kept } = expected;
      const row = rows.at(-1);
      expect(await page.locator('#live-state').textContent()).toContain(`of step ${step} reached the limit`);
      const text = (value: number | null | undefined, digits: number): string =>
        (value ?? NaN).toFixed(digits).replace('-', '−');
      expect(await page.locator('#live-now').textContent()).toBe(
        `Check ${rows.length}: step ${step} · H ${text(row?.entropy, 3)} · mean δH ${text(row?.mean, 2)} · ` +
          `max δH ${text(row?.maximum, 2)} (atom ${row?.atom})`,
      );
      await expectAccessible(page);
      await open.screenshot('live');
      const columns = (frames: string): string[][] =>
        frames.split('\n').map((line) => line.split(/\s+/).slice(0, 4));
      expect(columns(await open.saved('#live-save-kept'))).toEqual(columns(kept));
      await open.expectNoLongTask();
    });

    it('is stopped by a person, and run again', async () => {
      const { page } = open;
      await page.goto(`${open.url}#live`);
      await page.locator('#live-choice').selectOption('copper');
      await page.locator('#live-stops').uncheck();
      await page.locator('#live-run').click();
      await page.locator('#live-now', { hasText: 'Check ' }).waitFor();
      await page.locator('#live-stop').click();
      await page.locator('#live-state', { hasText: 'Stopped by you.' }).waitFor();
      await page.locator('#live-run').click();
      await page.locator('#live-state', { hasText: 'relative to its first 3 frames' }).waitFor();
      await page.locator('#live-stop').click();
      await page.locator('#live-state', { hasText: 'Stopped by you.' }).waitFor();
      expect(await page.locator('#live-output').textContent()).toContain('LAMMPS');
    });

    it('says in one line that there is no LAMMPS at an address, and what to do', async () => {
      const { page } = open;
      await page.goto(`${open.url}#live`);
      await set({ module: 'nowhere/worker.js' });
      await page.locator('#live-run').click();
      const error = page.locator('#live-error', { hasText: 'nowhere/worker.js: npm install lammps.js' });
      await error.waitFor();
      expect(await error.textContent()).toContain('LAMMPS cannot be loaded from http');
      expect(await page.locator('#live-run').isEnabled()).toBe(true);
    });

    it('says what LAMMPS finds wrong with a script', async () => {
      const { page } = open;
      await page.goto(`${open.url}#live`);
      await set({ script: 'units metal\nno_such_command 1\n' });
      await page.locator('#live-run').click();
      await page.locator('#live-error', { hasText: 'no_such_command' }).waitFor();
      expect(await page.locator('#live-run').isEnabled()).toBe(true);
    });
  },
);
