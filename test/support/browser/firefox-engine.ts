import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';

import { callText, type Engine, type EnginePage, LIMIT, until, WINDOW } from './engine.js';
import { installed } from './installed.js';
import { hasScreen, startScreen } from './screen.js';

const program = installed('firefox-esr', 'firefox');

/** Firefox, over WebDriver BiDi. It draws in three dimensions only in a window. */
export const FIREFOX: Engine = {
  name: 'Firefox',
  missing: [program === undefined ? 'firefox-esr' : '', hasScreen ? '' : 'xvfb'].filter(Boolean).join(' '),
  start: async (): Promise<EnginePage> => {
    const folder = mkdtempSync(join(tmpdir(), 'quests-firefox-'));
    const screen = await startScreen();
    const browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath: program ?? '',
      headless: false,
      defaultViewport: WINDOW,
      protocolTimeout: LIMIT,
      env: { ...process.env, DISPLAY: screen.display, HOME: folder },
      extraPrefsFirefox: {
        'browser.download.folderList': 2,
        'browser.download.dir': folder,
        'browser.download.alwaysOpenPanel': false,
      },
    });
    const page = (await browser.pages())[0] ?? (await browser.newPage());
    return {
      goto: async (url) => {
        await page.goto(url);
      },
      call: <A extends readonly unknown[], R>(act: (...args: A) => R | Promise<R>, ...args: A) =>
        page.evaluate(callText(act, args)) as Promise<R>,
      click: (selector) => page.click(selector),
      saved: async (selector, name) => {
        const path = join(folder, name);
        rmSync(path, { force: true });
        await page.click(selector);
        // It writes beside the file, and has an empty one of its name until then.
        return until(name, () => {
          const isWritten = existsSync(path) && !existsSync(`${path}.part`);
          const text = isWritten ? readFileSync(path, 'utf8') : '';
          return Promise.resolve(text === '' ? undefined : text);
        });
      },
      screenshot: () => page.screenshot(),
      close: async () => {
        await browser.close();
        await screen.close();
        rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      },
    };
  },
};
