import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { compress } from '../../ts/node.js';
import { expectAccessible } from '../support/browser/accessibility.js';
import { hasChromium, startChromium, withoutChromium } from '../support/browser/chromium.js';
import { described, EXAMPLES, OpenPage } from '../support/browser/open-page.js';
import { serve, type Server } from '../support/browser/serve.js';
import { quests } from '../support/cli/cli.js';

const PAGE = resolve(import.meta.dirname, '../../dist/page');

describe.runIf(hasChromium || process.env.CI)(`the page that is sent on${withoutChromium}`, () => {
  const open = new OpenPage();
  let host: Server;

  beforeAll(async () => {
    host = await serve(EXAMPLES, { headers: () => ({ 'access-control-allow-origin': '*' }) });
    open.host(host);
  });

  const text = async (id: string): Promise<string> => (await open.page.locator(id).textContent()) ?? '';

  it('is a link that holds settings, and data at addresses, and opens them', async () => {
    const { page } = open;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(`${open.url}?bandwidth=0.03`);
    await page.locator('#address-0').fill(`${host.url}cu_crystal.xyz@:2`);
    await page.locator('#run').click();
    await open.done();
    await page.locator('#share').click();
    await page.locator('#shared', { hasText: 'it opens these data with these settings' }).waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    const [{ entropy } = { entropy: NaN }] = (await open.json()).sets;
    await page.goto('about:blank');
    await page.goto(link);
    await open.done();
    expect((await open.json()).sets[0]?.entropy).toBe(entropy);
    expect(await text('#used')).toContain('bandwidth h (1/Å): 0.03;');
    // Files of this machine are not in it, and it says so.
    await open.choose(0, join(EXAMPLES, 'cu_train.xyz'));
    await page.locator('#run').click();
    await page.locator('#verdict', { hasText: 'cu_train.xyz' }).waitFor();
    await page.locator('#share').click();
    await page.locator('#shared', { hasText: 'Your files are not in it' }).waitFor();
  });

  it('names where it comes from, for people and for previews of links', async () => {
    const { page } = open;
    await page.goto(open.empty);
    for (const name of ['name="description"', 'property="og:title"', 'property="og:description"']) {
      expect(await page.locator(`meta[${name}]`).getAttribute('content')).toMatch(/\w{4}/);
    }
    expect(await page.locator('footer a[href*="arxiv.org/abs/2404.12367"]').count()).toBe(1);
    expect(await page.locator('#not-started').count()).toBe(0);
    await page.locator('footer a', { hasText: 'Help' }).click();
    await page.locator('h1', { hasText: 'Help' }).waitFor();
    await expectAccessible(page);
  });

  it('is chosen for a budget: the first n, beside random, with a command that gives the same', async () => {
    const { page } = open;
    await page.goto(`${open.url}?sample=train-test`);
    await open.done();
    await page.locator('#count').fill('12');
    // Cancelled when its progress is first shown: a click from here could come after the end.
    await page.evaluate(() => {
      const cancel = document.querySelector('#kept-cancel') as HTMLButtonElement;
      const watch = new MutationObserver(() => {
        if (cancel.hidden) return;
        watch.disconnect();
        cancel.click();
      });
      watch.observe(cancel, { attributes: true });
    });
    await page.locator('#compress').click();
    await page.locator('#state', { hasText: 'Cancelled.' }).waitFor();
    expect(await page.locator('#kept-cancel').isVisible()).toBe(false);
    await page.locator('#compress').click();
    await page.locator('#kept-save').waitFor();
    const [train, test] = await Promise.all([described('cu_train.xyz'), described('cu_test.xyz')]);
    const { picks } = await compress(test, { reference: train, size: { count: 12 } });
    await page.locator('#kept-slider').fill('5');
    expect(await text('#kept-share')).toMatch(
      /^The first 5 structures, with cu_train\.xyz, cover [\d.]+ % of .* \([\d.]+ % by as many at random\)/,
    );
    expect(await text('#methods')).toMatch(/^5 structures of the 120 of cu_test\.xyz were selected/);
    // Map and structure follow.
    const atoms = test.select(picks.subarray(0, 5)).rows;
    await page.locator('#selected', { hasText: `${atoms} atoms selected in 5 frames` }).waitFor();
    await page.locator('#structure-text', { hasText: `cu_test.xyz, frame ${picks[4] ?? ''}:` }).waitFor();
    await expectAccessible(page);
    await open.screenshot('budget');
    const indices = (await open.saved('#kept-indices')).trimEnd().split('\n').slice(1);
    expect(indices).toEqual(Array.from(picks.subarray(0, 5), (frame) => `cu_test.xyz,cu_test.xyz,${frame}`));
    expect((await open.saved('#kept-save')).match(/Properties=/g)).toHaveLength(5);
    // The command, as it stands there.
    const words = (await text('#kept-command')).split(' ').slice(1);
    const made = await quests(
      words.map((word) => (word.startsWith('cu_') ? join(EXAMPLES, word) : word)),
      open.folder,
    );
    expect(made.code, made.stderr).toBe(0);
    const kept = readFileSync(join(open.folder, 'kept.xyz'), 'utf8').match(/^Cu .*$/gm)?.length;
    expect(kept).toBe(atoms);
  });

  it('is scrolled by the wheel over the map, which Ctrl zooms, light or dark', async () => {
    const { page } = open;
    await page.goto(`${open.url}?sample=train-test`);
    await open.done();
    const map = page.locator('#map');
    await map.scrollIntoViewIfNeeded();
    const picture = (): Promise<string> => map.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    const [whole, before] = [await picture(), await page.evaluate(() => scrollY)];
    await map.hover();
    await page.mouse.wheel(0, 60);
    await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(before);
    expect(await picture()).toBe(whole);
    await map.hover();
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -200);
    await page.keyboard.up('Control');
    await expect.poll(picture).not.toBe(whole);
    await page.locator('#whole').click();
    await expect.poll(picture).toBe(whole);
    // A name under the map hides its points.
    await page.locator('#scale button').nth(1).click();
    await expect.poll(picture).not.toBe(whole);
    expect(await page.locator('#scale button').nth(1).getAttribute('aria-pressed')).toBe('false');
    await page.locator('#scale button').nth(1).click();
    await expect.poll(picture).toBe(whole);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(picture).not.toBe(whole);
    await expectAccessible(page);
  });

  it('has as many pixels as the screen', async () => {
    const session = await open.page.context().newCDPSession(open.page);
    await session.send('Emulation.setDeviceMetricsOverride', {
      width: 1280,
      height: 900,
      deviceScaleFactor: 2,
      mobile: false,
    });
    await open.page.goto(`${open.url}?sample=crystal`);
    await open.done();
    const size = (canvas: HTMLCanvasElement): number => canvas.width / canvas.clientWidth;
    expect(await open.page.locator('#map').evaluate(size)).toBe(2);
    await open.screenshot('dense');
  });
});

describe.runIf(hasChromium || process.env.CI)(`the page where it does not start${withoutChromium}`, () => {
  it('says how it is opened, where it was opened as a file', async () => {
    const browser = await startChromium();
    try {
      const page = await browser.context.newPage();
      await page.goto(pathToFileURL(join(PAGE, 'index.html')).href);
      const told = page.locator('#not-started');
      await told.waitFor();
      expect(await told.innerText()).toMatch(/If you opened it as a file, serve its folder/);
    } finally {
      await browser.close();
    }
  });

  it('says of a host that keeps data from pages what that means', async () => {
    const closed = createServer((_, response) => response.writeHead(200).end('1\n\nCu 0 0 0\n'));
    await new Promise<void>((done) => closed.listen(0, '127.0.0.1', done));
    const page = await serve(PAGE);
    const browser = await startChromium();
    try {
      const own = await browser.context.newPage();
      const address = `http://127.0.0.1:${(closed.address() as AddressInfo).port}/a.xyz`;
      await own.goto(`${page.url}?a=${address}`);
      const error = own.locator('#error', { hasText: 'does not let pages of other sites read it' });
      await error.waitFor();
      expect(await error.textContent()).toMatch(/^cannot read http.*a\.xyz: .*CORS.*download the file/);
    } finally {
      await browser.close();
      await page.close();
      closed.close();
      closed.closeAllConnections();
    }
  });
});
