import type { CDPSession } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';

import { hasChromium, withoutChromium } from '../support/browser/chromium.js';
import { OpenPage } from '../support/browser/open-page.js';

/** Pixels of the window. */
type Place = readonly [number, number];

describe.runIf(hasChromium || process.env.CI)(`the page under fingers${withoutChromium}`, () => {
  const open = new OpenPage({ isPhone: true });
  let fingers: CDPSession;

  beforeEach(async () => {
    await open.page.goto(`${open.url}?sample=train-test`);
    await open.done();
    fingers = await open.page.context().newCDPSession(open.page);
  });

  /** Moves as many fingers as there are places in each step. */
  async function touch(...steps: readonly (readonly Place[])[]): Promise<void> {
    for (const [at, places] of steps.entries()) {
      const type = at === 0 ? 'touchStart' : 'touchMove';
      const touchPoints = places.map(([x, y], id) => ({ x, y, id }));
      await fingers.send('Input.dispatchTouchEvent', { type, touchPoints });
    }
    await fingers.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  }

  /** Where a share of the width and of the height of an element is, once it is in the window. */
  async function placesOf(id: string): Promise<(across: number, down: number) => Place> {
    const target = open.page.locator(id);
    await target.scrollIntoViewIfNeeded();
    const box = await target.boundingBox();
    if (box === null) throw new Error(`${id} is not there`);
    return (across, down) => [box.x + across * box.width, box.y + down * box.height];
  }

  /** The picture, once it is another than before. */
  async function changed(id: '#map', before: string): Promise<string> {
    await expect.poll(() => pixels(id)).not.toBe(before);
    // What comes of the last finger, not of the first.
    await open.settled(id);
    return pixels(id);
  }

  const pixels = (id: string): Promise<string> =>
    open.page.locator(id).evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

  const selected = async (): Promise<number> => {
    const text = open.page.locator('#selected', { hasText: /^[\d,]+ atoms? selected/ });
    await text.waitFor();
    return Number(/^[\d,]+/.exec((await text.textContent()) ?? '')?.[0].replaceAll(',', ''));
  };

  it('moves and zooms the map without moving the page, and selects by lasso and by touch', async () => {
    const at = await placesOf('#map');
    const scrolled = await open.page.evaluate(() => scrollY);
    const whole = await pixels('#map');
    const both = (across: number, down: number): readonly Place[] => [
      at(across, down),
      at(across + 0.2, down),
    ];
    await touch(both(0.4, 0.4), both(0.45, 0.5), both(0.5, 0.6));
    const moved = await changed('#map', whole);
    await touch([at(0.4, 0.5), at(0.6, 0.5)], [at(0.3, 0.5), at(0.7, 0.5)], [at(0.2, 0.5), at(0.8, 0.5)]);
    await changed('#map', moved);
    expect(await open.page.evaluate(() => scrollY)).toBe(scrolled);
    // Chromium takes back a touch that a busy page does not answer in time, and no tap comes of it.
    await expect
      .poll(async () => {
        await open.page.locator('#select-shown').tap();
        return open.page.locator('#selected').textContent();
      })
      .toMatch(/^[\d,]+ atoms? selected/);
    const near = await selected();
    await open.page.locator('#whole').tap();
    // The whole map is there when it is drawn; a tap before that selects what was shown.
    const selectShown = async (): Promise<number> => {
      await open.page.locator('#select-shown').tap();
      return selected();
    };
    await expect.poll(selectShown).toBe(4170);
    expect(near).toBeLessThan(4170);

    await open.page.locator('#lasso').tap();
    const place = await placesOf('#map');
    await touch(
      [place(0.4, 0.1)],
      ...[0.9, 0.7, 0.4].map((across) => [place(across, 0.5)] as const),
      [place(0.6, 0.95)],
      [place(0.3, 0.9)],
    );
    await open.page.locator('#selected', { hasText: '4,170' }).waitFor({ state: 'detached' });
    expect(await selected()).toBeGreaterThan(0);
    await open.screenshot('touch');
    await open.page.locator('#lasso').tap();
    await open.expectNoLongTask();
  });

  it('shows the verdict and the numbers first, and data and settings on demand', async () => {
    const { page } = open;
    const places = await Promise.all(['#verdict', '#few'].map((id) => page.locator(id).boundingBox()));
    for (const box of places) expect((box?.y ?? NaN) + (box?.height ?? NaN)).toBeLessThan(844);
    expect(places[0]?.y).toBeLessThan(844 / 2);
    const unfold = page.locator('#unfold');
    for (const isOpen of [false, true, false]) {
      expect(await page.locator('#file-0').isVisible()).toBe(isOpen);
      expect(await unfold.getAttribute('aria-expanded')).toBe(String(isOpen));
      await unfold.tap();
    }
    // What is computed anew folds it again.
    await page.locator('#run').tap();
    expect(await page.locator('#file-0').isVisible()).toBe(false);
    await open.done();
    // Where nothing comes of it, what was chosen is there to be mended.
    await page.goto(open.empty);
    expect(await unfold.isVisible()).toBe(false);
    const buffer = Buffer.from('1\n\nCu 0 0 oops\n');
    await page.locator('#file-0').setInputFiles({ name: 'broken.xyz', mimeType: 'text/plain', buffer });
    await page.locator('#run').tap();
    await page.locator('#error', { hasText: 'oops' }).waitFor();
    expect(await page.locator('#file-0').isVisible()).toBe(true);
  });

  it('is scrolled by one finger over the map and the structure', async () => {
    for (const id of ['#map', '#structure']) {
      const at = await placesOf(id);
      const before = await open.page.evaluate(() => scrollY);
      await touch([at(0.5, 0.7)], ...[0.6, 0.5, 0.4, 0.3, 0.2].map((down) => [at(0.5, down)] as const));
      await expect.poll(() => open.page.evaluate(() => scrollY)).not.toBe(before);
    }
  });

  it('turns the structure, and selects an atom of it', async () => {
    const at = await placesOf('#structure');
    const before = await open.page.locator('#structure').screenshot();
    await touch([at(0.3, 0.5)], [at(0.5, 0.55)], [at(0.7, 0.6)]);
    await expect
      .poll(async () => (await open.page.locator('#structure').screenshot()).equals(before))
      .toBe(false);
    await touch([at(0.5, 0.5)]);
    await open.page.locator('#structure-selected', { hasText: /^Atom \d+ selected/ }).waitFor();
    expect(await selected()).toBe(1);
  });
});
