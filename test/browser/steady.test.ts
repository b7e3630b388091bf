import { describe, expect, it } from 'vitest';

import { hasChromium, withoutChromium } from '../support/browser/chromium.js';
import { OpenPage } from '../support/browser/open-page.js';

/** The score of Chromium up to which a page is called steady is 0.1. */
const STEADY = 0.02;

const SIZES = [
  { name: 'desktop', width: 1440, height: 900 },
  { name: 'laptop', width: 1280, height: 720 },
  { name: 'phone', width: 390, height: 844 },
];

/** A part of the page that moved, and by how much. */
interface Shift {
  readonly value: number;
  readonly of: readonly string[];
}

describe.runIf(hasChromium || process.env.CI)(`a steady page in Chromium${withoutChromium}`, () => {
  const open = new OpenPage();

  it.each(SIZES)('moves nothing while results come in: $name', async ({ width, height }) => {
    const { page } = open;
    await page.setViewportSize({ width, height });
    await page.addInitScript(() => {
      const shifts: Shift[] = [];
      Object.assign(globalThis, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          const { value, sources } = entry as unknown as { value: number; sources: { node: Node | null }[] };
          const of = sources.map(({ node }) => (node instanceof Element ? node.id || node.className : ''));
          shifts.push({ value, of: of.map(String) });
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto(`${open.url}?sample=crystal-melt`);
    await open.done();
    const shifts = await page.evaluate(() => (globalThis as unknown as { shifts: Shift[] }).shifts);
    const sum = shifts.reduce((all, { value }) => all + value, 0);
    expect(sum, JSON.stringify(shifts)).toBeLessThan(STEADY);
  });

  it('has a ring around whatever the Tab key comes to, in the order of the page', async () => {
    const { page } = open;
    await page.goto(`${open.url}?sample=train-test`);
    await open.done();
    const seen: string[] = [];
    for (;;) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(() => {
        const one = document.activeElement;
        if (one === null || one === document.body) return null;
        const { outlineStyle, outlineWidth } = getComputedStyle(one);
        const controls = [...document.querySelectorAll('a, button, input, select, summary, [tabindex]')];
        const { width, height } = one.getBoundingClientRect();
        return {
          name: one.id || one.textContent.trim(),
          ring: outlineStyle === 'solid' && Number.parseFloat(outlineWidth) >= 2,
          at: controls.indexOf(one),
          isSeen: width > 0 && height > 0,
        };
      });
      if (focused === null || seen.includes(String(focused.at))) break;
      expect(focused.ring, `ring of ${focused.name}`).toBe(true);
      expect(focused.isSeen, `${focused.name} is seen`).toBe(true);
      expect(focused.at, `place of ${focused.name}`).toBeGreaterThan(Number(seen.at(-1) ?? -1));
      seen.push(String(focused.at));
    }
    expect(seen.length).toBeGreaterThan(40);
    for (const id of ['map', 'structure', 'timeline-track', 'compress', 'report']) {
      const at = await page.evaluate((name) => {
        const controls = [...document.querySelectorAll('a, button, input, select, summary, [tabindex]')];
        return controls.findIndex((one) => one.id === name);
      }, id);
      expect(seen, id).toContain(String(at));
    }
  });
});
