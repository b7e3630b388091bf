import { describe, expect, it } from 'vitest';

import { expectAccessible } from '../support/browser/accessibility.js';
import { hasChromium, withoutChromium } from '../support/browser/chromium.js';
import { OpenPage } from '../support/browser/open-page.js';

describe.runIf(hasChromium || process.env.CI)(`light and dark in Chromium${withoutChromium}`, () => {
  const open = new OpenPage();

  /** The paper of the page, what the map shows, and the picture of the first figure. */
  const colours = (): Promise<{ paper: string; map: string; figure: string }> =>
    open.page.evaluate(() => ({
      paper: getComputedStyle(document.body).backgroundColor,
      map: document.querySelector<HTMLCanvasElement>('#map')?.toDataURL() ?? '',
      figure: document.querySelector<HTMLImageElement>('#plots img')?.src ?? '',
    }));

  it('are what the system has until they are chosen, in the page and all its pictures', async () => {
    const { page } = open;
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(`${open.url}?sample=train-test`);
    await open.done();
    const light = await colours();
    expect(light.paper).toBe('rgb(255, 255, 255)');
    await page.locator('#theme', { hasText: 'Dark' }).click();
    await open.done();
    const dark = await colours();
    expect(dark.paper).toBe('rgb(22, 24, 27)');
    expect(dark.map).not.toBe(light.map);
    expect(dark.figure).not.toBe(light.figure);
    await expectAccessible(page);
    // It is kept.
    await page.reload();
    await open.done();
    expect(await colours()).toMatchObject({ paper: dark.paper, map: dark.map });
    await page.locator('#theme', { hasText: 'Light' }).click();
    await open.done();
    expect(await colours()).toMatchObject({ paper: light.paper, map: light.map });
    // Now it is the system's again.
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.locator('#theme', { hasText: 'Light' }).waitFor();
    await open.done();
    expect(await colours()).toMatchObject({ paper: dark.paper, map: dark.map });
  });

  it('give way to the colours of the system, and to more contrast, where it has them', async () => {
    const { page } = open;
    const style = (selector: string, property: string): Promise<string> =>
      page
        .locator(selector)
        .first()
        .evaluate((one, name) => getComputedStyle(one).getPropertyValue(name), property);
    await page.emulateMedia({ colorScheme: 'dark', forcedColors: 'none' });
    await page.goto(`${open.url}?sample=train-test`);
    await open.done();
    const swatch = await style('#scale .swatch', 'background-color');
    // Light is chosen, and is put aside.
    await page.locator('#theme', { hasText: 'Light' }).click();
    await page.emulateMedia({ colorScheme: 'dark', forcedColors: 'active' });
    await expect.poll(() => style('#map-axes', 'fill')).toBe(await style('body', 'color'));
    expect(await style('#timeline-track .shown', 'stroke')).not.toBe(await style('body', 'background-color'));
    await expect.poll(() => style('#scale .swatch', 'background-color')).toBe(swatch);
    expect(await page.locator('#theme').isVisible()).toBe(false);
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', contrast: 'more' });
    expect(await style('#map', 'border-top-color')).toBe('rgb(0, 0, 0)');
    await expectAccessible(page);
    await page.locator('#theme', { hasText: 'Dark' }).click();
    expect(await style('#map', 'border-top-color')).toBe('rgb(255, 255, 255)');
    await expectAccessible(page);
  });
});
