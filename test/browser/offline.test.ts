import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Browser, hasChromium, startChromium, withoutChromium } from '../support/browser/chromium.js';
import { serve, type Server } from '../support/browser/serve.js';

const PAGE = resolve(import.meta.dirname, '../../dist/page');

describe.runIf(hasChromium || process.env.CI)(`the page without a network${withoutChromium}`, () => {
  let host: Server;
  let browser: Browser;
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'quests-offline-'));
    // Not at the root of its host.
    cpSync(PAGE, join(folder, 'deep/er'), { recursive: true });
    host = await serve(folder);
    browser = await startChromium({ hasServiceWorkers: true });
  });

  afterEach(async () => {
    await browser.close();
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens the page of the sample, and waits until it is kept. */
  async function opened(sample: string): Promise<Page> {
    const page = await browser.context.newPage();
    await page.goto(`${host.url}deep/er/?sample=${sample}`);
    await page.locator('#state', { hasText: 'Done.' }).waitFor();
    return page;
  }

  const kept = (page: Page): Promise<string> =>
    page.evaluate(async () => {
      const { active } = await navigator.serviceWorker.ready;
      await new Promise<void>((done) => {
        if (active?.state === 'activated') done();
        else active?.addEventListener('statechange', () => active.state === 'activated' && done());
      });
      return (await caches.keys()).join();
    });

  it('computes what it has not computed before, from a folder of its host', async () => {
    const page = await opened('crystal');
    await kept(page);
    await page.close();
    await host.close();
    const again = await opened('train-test');
    expect(await again.locator('#verdict').textContent()).toMatch(/of cu_test\.xyz is outside cu_train\.xyz/);
    await again.locator('#count').fill('3');
    await again.locator('#compress').click();
    await again.locator('#kept-save').waitFor();
    const [download] = await Promise.all([again.waitForEvent('download'), again.locator('#report').click()]);
    expect(download.suggestedFilename()).toBe('report.html');
    await again.goto(`${host.url}deep/er/help.html`);
    await again.locator('h1', { hasText: 'Help' }).waitFor();
  });

  it('becomes that of another build when there is one, and forgets the one before', async () => {
    const page = await opened('crystal');
    const before = await kept(page);
    expect(before).toMatch(/^quests http.*\/deep\/er\/ sha256-/);
    const other = join(folder, 'deep/er');
    const index = readFileSync(join(other, 'index.html'), 'utf8');
    writeFileSync(join(other, 'index.html'), index.replace('<h1>quests</h1>', '<h1>quests, later</h1>'));
    const worker = readFileSync(join(other, 'sw.js'), 'utf8');
    writeFileSync(join(other, 'sw.js'), worker.replace('sha256-', 'sha256-later-'));
    // What the host has is shown at once.
    await page.reload();
    await page.locator('h1', { hasText: 'later' }).waitFor();
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      const { installing } = await registration.update();
      if (registration.waiting !== null) return;
      await new Promise<void>((done) => {
        installing?.addEventListener('statechange', () => installing.state === 'installed' && done());
      });
    });
    // The other one begins when no page is open that began with the one before.
    await page.close();
    const keptNow = async (): Promise<string> => {
      const later = await browser.context.newPage();
      await later.goto(`${host.url}deep/er/help.html`);
      const names = await kept(later);
      await later.close();
      return names;
    };
    await expect.poll(keptNow).toMatch(/^quests http[^,]* sha256-later-[^,]*$/);
    await host.close();
    const again = await opened('crystal');
    await again.locator('h1', { hasText: 'later' }).waitFor();
  });
});
