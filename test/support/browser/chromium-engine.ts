import { readFileSync } from 'node:fs';

import { hasChromium, startChromium } from './chromium.js';
import { callText, type Engine, type EnginePage, WINDOW } from './engine.js';

/** Chromium as the other engines are seen. */
export const CHROMIUM: Engine = {
  name: 'Chromium',
  missing: hasChromium ? '' : 'chromium',
  start: async (): Promise<EnginePage> => {
    const { context, close } = await startChromium();
    const page = await context.newPage();
    await page.setViewportSize(WINDOW);
    return {
      goto: async (url) => {
        await page.goto(url);
      },
      call: <A extends readonly unknown[], R>(act: (...args: A) => R | Promise<R>, ...args: A) =>
        page.evaluate<R>(callText(act, args)),
      click: (selector) => page.locator(selector).click(),
      saved: async (selector) => {
        const [download] = await Promise.all([page.waitForEvent('download'), page.locator(selector).click()]);
        return readFileSync(await download.path(), 'utf8');
      },
      screenshot: () => page.screenshot(),
      close,
    };
  },
};
