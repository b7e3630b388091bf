import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasChromium, withoutChromium } from '../support/browser/chromium.js';
import { OpenPage } from '../support/browser/open-page.js';

/** Width and height of a PNG. */
function sizeOf(png: Buffer): [number, number] {
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

describe.runIf(hasChromium || process.env.CI)(`a card that the page saves${withoutChromium}`, () => {
  const open = new OpenPage();

  it.each([
    ['train-test', 'quests-cu_test.xyz-relative-to-cu_train.xyz.png'],
    ['crystal', 'quests-cu_crystal.xyz.png'],
  ])('has the words of the verdict, and the size that chats show: %s', async (sample, name) => {
    const { page } = open;
    await page.addInitScript(() => {
      const words: string[] = [];
      Object.assign(globalThis, { words });
      const drawn = CanvasRenderingContext2D.prototype.fillText;
      CanvasRenderingContext2D.prototype.fillText = function (text, ...place): void {
        words.push(text);
        drawn.call(this, text, ...place);
      };
    });
    await page.goto(`${open.url}?sample=${sample}`);
    await open.done();
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#card').click()]);
    expect(download.suggestedFilename()).toBe(name);
    const png = readFileSync(await download.path());
    expect(sizeOf(png)).toEqual([1200, 630]);
    await download.saveAs(`build/screenshots/card-${sample}.png`);
    const words = await page.evaluate(() => (globalThis as unknown as { words: string[] }).words);
    const said = words.join(' ');
    expect(said).toContain((await page.locator('#verdict').textContent()) ?? 'a verdict');
    expect(said).toContain((await page.locator('#why').textContent()) ?? 'why');
    expect(said).toMatch(/entropy H \(nats\) \d/);
    await open.expectNoLongTask();
  });
});
