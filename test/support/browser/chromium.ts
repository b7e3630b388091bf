import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

import { installed } from './installed.js';

const program = installed('chromium', 'chromium-browser', 'google-chrome');

/** Whether the tests in a browser can run. */
export const hasChromium = program !== undefined;

/** What to add to the title of tests that need it and are skipped without it. */
export const withoutChromium = hasChromium ? '' : ' (skipped: Chromium is not installed)';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Pictures in three dimensions are drawn without a graphics card.
  '--enable-unsafe-swiftshader',
];

/** What takes longer, in ms, hangs. */
const LIMIT = 300_000;

/** A browser with a profile of its own. */
export interface Browser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/** How Chromium is started. */
export interface ChromiumOptions {
  /** Further flags. */
  readonly flags?: readonly string[];
  /** A phone: narrow, touched by fingers. Default: no. */
  readonly isPhone?: boolean;
  /** Whether pages may keep themselves for when there is no network. Default: no. */
  readonly hasServiceWorkers?: boolean;
}

/** Starts Chromium without a window. */
export async function startChromium({
  flags = [],
  isPhone = false,
  hasServiceWorkers = false,
}: ChromiumOptions = {}): Promise<Browser> {
  if (program === undefined) throw new Error('Chromium is not installed');
  const profile = mkdtempSync(join(tmpdir(), 'quests-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: program,
    args: [...FLAGS, ...flags],
    acceptDownloads: true,
    viewport: isPhone ? { width: 390, height: 844 } : { width: 1280, height: 900 },
    hasTouch: isPhone,
    serviceWorkers: hasServiceWorkers ? 'allow' : 'block',
  });
  context.setDefaultTimeout(LIMIT);
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
