import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { hasChromium, withoutChromium } from '../support/browser/chromium.js';
import { OpenPage } from '../support/browser/open-page.js';
import { pictureDifference, smallPicture } from '../support/browser/small-picture.js';

/** The pictures as they should be; QUESTS_PICTURES=write makes them anew. */
const FILE = join(import.meta.dirname, 'pictures.json');
const isWritten = process.env.QUESTS_PICTURES === 'write';
const stored = (existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {}) as Readonly<
  Record<string, readonly string[]>
>;

/** Greys of 256 by which pictures may differ in the mean: fonts are those of the machine. */
const TOLERANCE = 4;

const CASES = [
  { name: 'empty', width: 1440, height: 900, colorScheme: 'light', query: '?empty' },
  { name: 'desktop light', width: 1440, height: 900, colorScheme: 'light', query: '?sample=train-test' },
  { name: 'laptop dark', width: 1280, height: 720, colorScheme: 'dark', query: '?sample=train-test' },
  { name: 'phone light', width: 390, height: 844, colorScheme: 'light', query: '?sample=train-test' },
] as const;

describe.runIf(hasChromium || process.env.CI)(
  `what the page looks like in Chromium${withoutChromium}`,
  () => {
    const open = new OpenPage();
    const made: Record<string, readonly string[]> = {};

    it.each(CASES)('as it did: $name', async ({ name, width, height, colorScheme, query }) => {
      const { page } = open;
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      await page.goto(open.url + query);
      if (query !== '?empty') await open.done();
      else await page.locator('#known-line').waitFor();
      const look = async (): Promise<readonly string[]> => smallPicture(await page.screenshot());
      if (isWritten) {
        // Without a graphics card the structure comes on the screen a little later.
        let before: readonly string[] = [];
        await expect
          .poll(async () => {
            const last = before;
            before = await look();
            return pictureDifference(last, before);
          })
          .toBe(0);
        made[name] = before;
        writeFileSync(FILE, `${JSON.stringify(made, null, 2)}\n`);
        return;
      }
      await expect
        .poll(async () => pictureDifference(await look(), stored[name] ?? []))
        .toBeLessThan(TOLERANCE);
    });

    it('tells pictures apart', () => {
      const pictures = Object.values(isWritten ? made : stored);
      expect(pictures).toHaveLength(CASES.length);
      pictures.forEach((one, at) => {
        for (const other of pictures.slice(at + 1)) {
          expect(pictureDifference(one, other)).toBeGreaterThan(2 * TOLERANCE);
        }
      });
    });
  },
);
