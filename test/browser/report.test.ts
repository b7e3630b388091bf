import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { quests } from '../support/cli/cli.js';
import { addAxe, expectAccessible } from '../support/browser/accessibility.js';
import { type Browser, hasChromium, startChromium, withoutChromium } from '../support/browser/chromium.js';

const ROOT = resolve(import.meta.dirname, '../..');
const SCREENSHOTS = join(ROOT, 'build/screenshots');

describe.runIf(hasChromium || process.env.CI)(`a report in Chromium${withoutChromium}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'quests-report-'));
  const report = pathToFileURL(join(folder, 'report.html')).href;
  let address = report;
  let browser: Browser;
  let page: Page;
  let requests: string[];
  let problems: string[];

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    const [test, train] = ['cu_test.xyz', 'cu_train.xyz'].map((name) => join(ROOT, 'examples', name));
    const made = await quests(['report', test ?? '', '-r', train ?? '', '-o', 'report.html'], folder);
    expect(made.code, made.stderr).toBe(0);
    browser = await startChromium();
    await browser.context.setOffline(true);
    await addAxe(browser.context);
  });

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    page = await browser.context.newPage();
    address = report;
    requests = [];
    problems = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('pageerror', ({ message }) => problems.push(message));
    page.on('console', (message) => problems.push(message.text()));
  });

  afterEach(async () => {
    // Refusals of the policy would be on the console.
    expect(problems).toEqual([]);
    expect(requests.filter((url) => url !== address && !url.startsWith('data:'))).toEqual([]);
    await page.close();
  });

  it.each([
    { name: 'light', scheme: 'light', width: 1280 },
    { name: 'dark', scheme: 'dark', width: 1280 },
    { name: 'phone', scheme: 'light', width: 390 },
  ] as const)('opens offline with all its pictures, accessible: $name', async ({ name, scheme, width }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 844 });
    await page.goto(address);
    const pictures = await page
      .locator('img')
      .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth));
    expect(pictures).toHaveLength(8);
    expect(Math.min(...pictures)).toBeGreaterThan(0);
    await expectAccessible(page);
    await page.screenshot({ path: join(SCREENSHOTS, `report-${name}.png`), fullPage: true });
  });

  it('prints dark on white, on a few pages, nothing cut off', async () => {
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.setViewportSize({ width: 680, height: 960 });
    await page.goto(address);
    const { paper, overflow } = await page.evaluate(() => ({
      paper: getComputedStyle(document.body).backgroundColor,
      overflow: [...document.querySelectorAll('.scroll-box')].map((one) => one.scrollWidth - one.clientWidth),
    }));
    expect(paper).toBe('rgb(255, 255, 255)');
    expect(Math.max(...overflow)).toBeLessThanOrEqual(0);
    await page.screenshot({ path: join(SCREENSHOTS, 'report-print.png'), fullPage: true });
    const pdf = await page.pdf({ path: join(SCREENSHOTS, 'report.pdf'), format: 'A4' });
    const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? [];
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.length).toBeLessThan(6);
    // Maps stay with their heading, and what follows the last table in one piece.
    for (const part of ['section.maps', 'footer']) {
      const inside = await page.locator(part).evaluate((one) => getComputedStyle(one).breakInside);
      expect(inside, part).toBe('avoid');
    }
  });

  it.each([1280, 680, 390])(
    'is no wider than its window of %d pixels, however long names are',
    async (width) => {
      const long = `${'new_structures_from_molecular_dynamics_'.repeat(3)}run-000123.xyz`;
      const frame = (at: number): string =>
        `2\npath=/scratch/${'deep/'.repeat(20)}${at}\nCu 0 0 0\nCu ${2 + at / 9} 0 0\n`;
      writeFileSync(join(folder, long), [0, 1, 2].map(frame).join(''));
      writeFileSync(join(folder, `old_${long}`), frame(0));
      const made = await quests(['report', long, '-r', `old_${long}`, '-o', `${width}.html`], folder);
      expect(made.code, made.stderr).toBe(0);
      address = pathToFileURL(join(folder, `${width}.html`)).href;
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ media: width === 680 ? 'print' : 'screen' });
      await page.goto(address);
      const over = await page.evaluate(() => {
        const wide = [document.documentElement, ...document.querySelectorAll('.scroll-box')];
        return wide.map((one) => one.scrollWidth - one.clientWidth);
      });
      // The table of frames may be moved on its own on a screen that is narrower than it.
      expect(Math.max(...(width === 390 ? over.slice(0, 1) : over))).toBeLessThanOrEqual(0);
      expect(await page.locator('main').innerText()).toMatch(/path=….*eep\/2/);
    },
  );
});
