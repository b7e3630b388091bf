import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compress, descriptors, readStructures } from '../../ts/node.js';
import { addAxe, expectAccessible } from '../support/browser/accessibility.js';
import { type Browser, hasChromium, startChromium, withoutChromium } from '../support/browser/chromium.js';
import { described, EXAMPLES, OpenPage } from '../support/browser/open-page.js';
import { quests } from '../support/cli/cli.js';

/** A page is opened without a network for each test; afterwards, that it asked nobody. */
class Offline {
  readonly folder = mkdtempSync(join(tmpdir(), 'quests-living-'));
  page!: Page;
  #browser!: Browser;
  #requests: string[] = [];
  #problems: string[] = [];

  constructor() {
    beforeAll(async () => {
      this.#browser = await startChromium();
      await this.#browser.context.setOffline(true);
      await addAxe(this.#browser.context);
    });
    afterAll(async () => {
      await this.#browser.close();
      rmSync(this.folder, { recursive: true, force: true });
    });
    beforeEach(async () => {
      this.page = await this.#browser.context.newPage();
      this.#requests = [];
      this.#problems = [];
      this.page.on('request', (request) => this.#requests.push(request.url()));
      this.page.on('pageerror', ({ message }) => this.#problems.push(message));
      this.page.on('console', (message) => this.#problems.push(message.text()));
    });
    afterEach(async () => {
      const others = this.#requests.filter((url) => !/^(blob:null\/|data:)/.test(url));
      expect(others).toEqual([this.page.url()]);
      // What its policy refuses would be on the console.
      expect(this.#problems).toEqual([]);
      await this.page.close();
    });
  }

  /** Opens a file, and waits for all of its pictures. */
  async open(file: string): Promise<void> {
    await this.page.goto(pathToFileURL(file).href);
    await this.page.locator('#state', { hasText: 'Done.' }).waitFor();
    for (const id of ['#map', '#structure']) await this.page.locator(`${id}[aria-busy="false"]`).waitFor();
  }

  async text(id: string): Promise<string> {
    return (await this.page.locator(id).textContent()) ?? '';
  }
}

describe.runIf(hasChromium || process.env.CI)(`an interactive report${withoutChromium}`, () => {
  const offline = new Offline();
  const file = join(offline.folder, 'report.html');
  let told = '';

  beforeAll(async () => {
    const [test, train] = ['cu_test.xyz', 'cu_train.xyz'].map((name) => join(EXAMPLES, name));
    const made = await quests(
      ['report', test ?? '', '-r', train ?? '', '--interactive', '-o', file],
      offline.folder,
    );
    expect(made.code, made.stderr).toBe(0);
    told = made.stdout.split('\n')[0] ?? '';
  });

  it('opens as a file without a network: verdict, numbers, how it was made', async () => {
    const { page } = offline;
    await offline.open(file);
    expect(await offline.text('#verdict')).toBe(told);
    expect(await page.title()).toBe(told);
    expect(await page.locator('#numbers').innerText()).toMatch(/entropy H \(nats\)\s+[\d.]+\s+[\d.]+/);
    expect(await offline.text('footer')).toMatch(/files of the second set: cu_test\.xyz/);
    expect(await offline.text('#used')).toContain('neighbours k: 32;');
    expect(await offline.text('#structure-text')).toMatch(/^cu_test\.xyz, frame \d+: 32 atoms/);
    expect(await page.locator('#stale').isVisible()).toBe(false);
    for (const id of ['#inputs', '#run', '#living', '#share', '#not-started']) {
      expect(await page.locator(id).isVisible(), id).toBe(false);
    }
    // Licences come with what they are of.
    expect(await page.locator('footer a', { hasText: 'Licences' }).getAttribute('href')).toMatch(/^blob:/);
    await expectAccessible(page);
  });

  it('is alive: the map is drawn, a point selects its atom, filters and picks work', async () => {
    const { page } = offline;
    await offline.open(file);
    const place = await page.locator('#map').evaluate((canvas: HTMLCanvasElement) => {
      const { width, height } = canvas;
      const data = canvas.getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
      const at = Array.from(data).findIndex((opacity, i) => i % 4 === 3 && opacity > 0);
      return { x: ((at - 3) / 4) % width, y: Math.floor((at - 3) / 4 / width) };
    });
    await page.locator('#map').click({ position: place });
    await page.locator('#selected', { hasText: /^1 atom selected in 1 frame/ }).waitFor();
    const [, where = '', atom = ''] =
      /(cu_\w+\.xyz, frame \d+): 1 atom: (\d+)/.exec(await offline.text('#selected')) ?? [];
    await page.locator('#structure-text', { hasText: `${where}:` }).waitFor();
    await page.locator('#structure-selected', { hasText: `Atom ${atom} selected` }).waitFor();

    await page.locator('#filter summary').click();
    await page.locator('#filter-low').fill('-1e9');
    await page.locator('#filter-select').click();
    const [train, test] = await Promise.all([described('cu_train.xyz'), described('cu_test.xyz')]);
    await page.locator('#selected', { hasText: /^3,786 atoms selected/ }).waitFor();
    expect(test.rows).toBe(3786);

    await page.locator('#count').fill('5');
    await page.locator('#compress').click();
    await page.locator('#kept-save').waitFor();
    const { picks } = await compress(test, { reference: train, size: { count: 5 } });
    expect(await offline.text('#kept')).toContain(`frames ${picks.join(', ')}:`);
    expect(await offline.text('#kept-command')).toBe(
      'quests compress cu_test.xyz -r cu_train.xyz -s 5 -o kept.xyz',
    );
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#kept-save').click()]);
    const kept = join(offline.folder, 'kept.xyz');
    await download.saveAs(kept);
    expect((await descriptors(readStructures(kept))).data).toEqual(test.select(picks).data);
    mkdirSync('build/screenshots', { recursive: true });
    await page.screenshot({ path: 'build/screenshots/living.png', fullPage: true });
  });

  it('shows names of files as text, whatever they hold', async () => {
    const name = "<img src=x onerror=alert(1)>'&</script>.xyz".replaceAll('/', '∕');
    writeFileSync(join(offline.folder, name), '2\n\nCu 0 0 0\nCu 2.5 0 0\n');
    const made = await quests(['report', name, '--interactive', '-o', 'odd.html'], offline.folder);
    expect(made.code, made.stderr).toBe(0);
    await offline.open(join(offline.folder, 'odd.html'));
    expect(await offline.text('#verdict')).toContain(name);
    expect(await offline.text('footer')).toContain(name);
    expect(await offline.page.locator('img[src="x"]').count()).toBe(0);
  });
});

describe.runIf(hasChromium || process.env.CI)(`an interactive report of the page${withoutChromium}`, () => {
  const open = new OpenPage();
  const offline = new Offline();

  it('says what the page says', async () => {
    const { page } = open;
    await page.goto(`${open.url}?sample=crystal-melt&k=16`);
    await open.done();
    const file = join(offline.folder, 'page.html');
    writeFileSync(file, await open.saved('#living'));
    await page.locator('#living:enabled').waitFor();
    expect(await page.locator('#error').isVisible()).toBe(false);
    await offline.open(file);
    for (const id of ['verdict', 'why', 'next', 'used', 'numbers', 'notes']) {
      const expected = (await page.locator(`#${id}`).textContent()) ?? '';
      expect(await offline.text(`#${id}`), id).toBe(expected);
    }
    expect(await offline.text('#structure-text')).toBe(await page.locator('#structure-text').textContent());
    // It saves the plain report, too.
    const [download] = await Promise.all([
      offline.page.waitForEvent('download'),
      offline.page.locator('#report').click(),
    ]);
    expect(download.suggestedFilename()).toBe('report.html');
  });
});
