import { describe, expect, it } from 'vitest';

import { expectAccessible } from '../support/browser/accessibility.js';
import { hasChromium, withoutChromium } from '../support/browser/chromium.js';
import { OpenPage } from '../support/browser/open-page.js';

describe.runIf(hasChromium || process.env.CI)(`the page in a browser without WebGL${withoutChromium}`, () => {
  const open = new OpenPage({ flags: ['--disable-software-rasterizer'] });

  it('says that structures cannot be drawn, in words what they are, and does everything else', async () => {
    const { page } = open;
    await page.goto(`${open.url}?sample=train-test`);
    await page.locator('#state', { hasText: 'Done.' }).waitFor();
    await page.locator('#structure-failure', { hasText: 'The structure cannot be drawn here' }).waitFor();
    expect(await page.locator('#structure-failure').textContent()).toMatch(/WebGL.*described below\.$/);
    await page.locator('#structure-text', { hasText: /^cu_test\.xyz, frame \d+: 32 atoms/ }).waitFor();
    await page.locator('#frame').fill('17');
    await page.keyboard.press('Enter');
    await page.locator('#structure-text', { hasText: 'cu_test.xyz, frame 17:' }).waitFor();
    await page.locator('#select-shown').click();
    await page.locator('#selected', { hasText: '4,170 atoms selected' }).waitFor();
    await page.locator('#structure-selected', { hasText: '32 atoms of this frame selected.' }).waitFor();
    await expectAccessible(page);
    await open.screenshot('without-webgl');
  });
});
