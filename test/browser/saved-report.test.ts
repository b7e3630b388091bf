import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { quests } from '../support/cli/cli.js';
import { expectAccessible } from '../support/browser/accessibility.js';
import { hasChromium, withoutChromium } from '../support/browser/chromium.js';
import { EXAMPLES, OpenPage } from '../support/browser/open-page.js';

/** What a report says, but for how it was computed. */
async function saidBy(page: Page, file: string): Promise<{ text: string; pictures: string[] }> {
  await page.goto(pathToFileURL(file).href);
  const pictures = page.locator('main img');
  return {
    text: await page.locator('main').innerText(),
    pictures: await pictures.evaluateAll((images) =>
      images.map((one) => {
        const { naturalWidth, naturalHeight, alt } = one as HTMLImageElement;
        return `${alt}: ${naturalWidth} × ${naturalHeight}`;
      }),
    ),
  };
}

describe.runIf(hasChromium || process.env.CI)(`a report that the page saves${withoutChromium}`, () => {
  const open = new OpenPage();

  it('says what that of the command line says, and opens offline', async () => {
    const { page } = open;
    await page.goto(`${open.url}?sample=train-test`);
    await open.done();
    const before = open.requests.filter((url) => url.startsWith('http')).length;
    const file = join(open.folder, 'page.html');
    writeFileSync(file, await open.saved('#report'));
    expect(open.requests.filter((url) => url.startsWith('http')).length).toBe(before);
    await open.expectNoLongTask();
    expect(await page.locator('#report').isEnabled()).toBe(true);

    const [test, train] = ['cu_test.xyz', 'cu_train.xyz'].map((name) => join(EXAMPLES, name));
    const made = await quests(['report', test ?? '', '-r', train ?? '', '-o', 'cli.html'], open.folder);
    expect(made.code, made.stderr).toBe(0);
    const other = await page.context().newPage();
    const asked: string[] = [];
    other.on('request', (request) => asked.push(request.url()));
    const expected = await saidBy(other, join(open.folder, 'cli.html'));
    const found = await saidBy(other, file);
    expect(expected.pictures).toHaveLength(8);
    expect(found).toEqual(expected);
    expect(readFileSync(file, 'utf8')).not.toMatch(/<script|<link|https?:\/\//i);
    expect(asked.filter((url) => !/^(file|data):/.test(url))).toEqual([]);
    const how = await other.locator('footer').innerText();
    expect(how).toMatch(/files of the first set\s+cu_train\.xyz\s+files of the second set\s+cu_test\.xyz/);
    expect(how).toMatch(/computed by\s+wasm, simd128, \d+ thread/);
    await expectAccessible(other);
    await other.close();
  });
});
