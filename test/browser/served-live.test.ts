import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { quests } from '../support/cli/cli.js';
import { serve } from '../support/cli/served.js';
import { rattledFrames } from '../support/data/rattled.js';
import { expectAccessible } from '../support/browser/accessibility.js';
import { hasChromium, withoutChromium } from '../support/browser/chromium.js';
import { OpenPage } from '../support/browser/open-page.js';

describe.runIf(hasChromium || process.env.CI)(
  `a simulation that quests serve watches, in Chromium${withoutChromium}`,
  () => {
    const open = new OpenPage();
    const at = (name: string): string => join(open.folder, name);
    let url = '';

    beforeAll(async () => {
      writeFileSync(at('train.xyz'), rattledFrames(1000, 1020));
      writeFileSync(at('run.xyz'), rattledFrames(0, 5));
      const args = ['--watch', 'run.xyz', '-r', 'train.xyz', '-b', '0.04', '--stop-file', 'STOP'];
      const served = await serve(args, open.folder);
      url = served.url.href;
      open.host({ url, close: served.close });
    });

    it('shows each check, moves the limit, stops the simulation and saves what is new', async () => {
      const { page } = open;
      await page.goto(url);
      await page.locator('#live-now', { hasText: 'Check 5:' }).waitFor();
      await settled();
      expect(await page.locator('#live-state').textContent()).toBe('run.xyz, relative to train.xyz.');
      await expectAccessible(page);
      await expectLast(4);

      // The line is moved by keys, and by the pointer; others who look on see it.
      const limit = page.locator('#live-limit');
      await limit.focus();
      await page.keyboard.press('PageUp');
      await expect.poll(() => page.locator('#live-above').inputValue()).toBe('20');
      await settled();
      await page.locator('#live-chart').scrollIntoViewIfNeeded();
      const line = await page.locator('#live-limit line').first().boundingBox();
      const { x, y } = line as { x: number; y: number };
      await page.mouse.move(x + 100, y);
      await page.mouse.down();
      await page.mouse.move(x + 100, y + 10, { steps: 3 });
      await page.mouse.up();
      const moved = Number(await page.locator('#live-above').inputValue());
      expect(moved).toBeLessThan(20);
      expect(moved).toBeGreaterThan(0);
      expect(Number(await limit.getAttribute('aria-valuenow'))).toBe(moved);
      await page.locator('#live-above').fill('15');
      await page.locator('#live-above').blur();
      await page.locator('#live-stops').check();
      const other = await page.context().newPage();
      await other.goto(url);
      await expect.poll(() => other.locator('#live-above').inputValue()).toBe('15');
      await expect.poll(() => other.locator('#live-stops').isChecked()).toBe(true);
      await other.close();

      appendFileSync(at('run.xyz'), rattledFrames(5, 9, 7));
      await page.locator('#live-state', { hasText: 'Stopped:' }).waitFor();
      await settled();
      expect(await page.locator('#live-state').textContent()).toMatch(
        /^Stopped: atom \d+ of step 70, 7\.000 ps reached the limit with [\d.]+ nats\.$/,
      );
      expect(existsSync(at('STOP'))).toBe(true);
      await expectLast(7);
      await open.screenshot('served-live');
      const kept = await open.saved('#live-save-kept');
      expect(kept.split('\n')[0]).toBe('33');
      expect(kept).toContain('dH:R:1');
      expect(await open.saved('#live-save-last')).toBe(kept);
      // What is computed of datasets has a place of its own.
      await page.locator('#to-datasets').click();
      expect(await page.locator('#run').isVisible()).toBe(true);
      expect(await page.locator('#live').isVisible()).toBe(false);
      await open.expectNoLongTask();
    });

    /** Until all that came is in the pictures. */
    async function settled(): Promise<void> {
      await open.page.locator('#live[aria-busy="false"]').waitFor();
      await open.page.locator('#live-structure[aria-busy="false"]').waitFor();
    }

    /** Expects the numbers that quests watch gives of a frame. */
    async function expectLast(frame: number): Promise<void> {
      const table = `checks-${frame}.jsonl`;
      const args = ['watch', 'run.xyz', '-r', 'train.xyz', '-b', '0.04', '--idle', '0', '-o', table];
      await quests(args, open.folder);
      const row = readFileSync(at(table), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, number>)
        .find((each) => each.frame === frame) as Record<string, number>;
      const text = (value: number | undefined, digits: number): string =>
        (value ?? NaN).toFixed(digits).replace('-', '−');
      expect(await open.page.locator('#live-now').textContent()).toBe(
        `Check ${frame + 1}: step ${10 * frame}, ${frame}.000 ps · H ${text(row.entropy, 3)} · ` +
          `mean δH ${text(row.mean_dH, 2)} · max δH ${text(row.max_dH, 2)} (atom ${row.atom})`,
      );
    }
  },
);
