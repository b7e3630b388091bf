import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  compress,
  deltaEntropy,
  type DescriptorMatrix,
  descriptors,
  metrics,
  overlapOf,
  readStructures,
} from '../../ts/node.js';
import { type Browser, hasChromium, startChromium, withoutChromium } from './chromium.js';
import { serve, type Server } from './serve.js';

const ROOT = resolve(import.meta.dirname, '../..');
const EXAMPLES = join(ROOT, 'examples');
const SCREENSHOTS = join(ROOT, 'build/screenshots');
const AXE = readFileSync(join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8');

/** The longest task of the page's own thread, in ms. */
const LONGEST_TASK = 100;

const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' blob: data:; worker-src 'self'; object-src 'none'";

/** What the page writes as JSON. */
interface Saved {
  readonly sets: readonly { name: string; entropy: number; diversity: number; efficiency: number }[];
  readonly comparison: { overlap: number; novelty: number; mean: number } | null;
}

describe.runIf(hasChromium || process.env.CI)(`the page in Chromium${withoutChromium}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'quests-page-'));
  let browser: Browser;
  let server: Server;
  let page: Page;
  let requests: string[];
  let problems: string[];
  /** Addresses of other hosts that a test started. */
  let hosts: string[];

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    browser = await startChromium();
    // Scripts of a test are not subject to the policy of the page; those of the page are.
    await browser.context.addInitScript(AXE);
    await browser.context.addInitScript(() => {
      const tasks: number[] = [];
      Object.assign(globalThis, { longTasks: tasks });
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) tasks.push(duration);
      }).observe({ entryTypes: ['longtask'] });
    });
    server = await serve(join(ROOT, 'build/page'), { headers: { 'content-security-policy': POLICY } });
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    page = await browser.context.newPage();
    requests = [];
    problems = [];
    hosts = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('pageerror', ({ message }) => problems.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
  });

  afterEach(async () => {
    const others = requests.filter(
      (url) =>
        ![server.url, ...hosts].some((host) => url.startsWith(host)) &&
        !/^(blob:http:\/\/127|data:)/.test(url),
    );
    expect(others).toEqual([]);
    expect(problems).toEqual([]);
    await page.close();
  });

  const done = async (): Promise<void> => {
    await page.locator('#state', { hasText: 'Done.' }).waitFor({ timeout: 120_000 });
  };

  const choose = async (set: number, ...files: string[]): Promise<void> => {
    await page.locator(`#file-${set}`).setInputFiles(files);
  };

  /** The text of a file that the page writes. */
  async function saved(button: string): Promise<string> {
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator(button).click()]);
    return readFileSync(await download.path(), 'utf8');
  }

  const described = (name: string): Promise<DescriptorMatrix> =>
    descriptors(readStructures(join(EXAMPLES, name)));

  function near(value: number | undefined, expected: number): void {
    expect(Math.abs((value ?? NaN) - expected)).toBeLessThan(1e-12 * Math.max(1, Math.abs(expected)));
  }

  it('says of each sample what Node says, without a long task of its own, and asks for nothing afterwards', async () => {
    await page.goto(server.url);
    await page.getByRole('button', { name: 'crystal, then its melt' }).click();
    await done();
    expect(await page.locator('#verdict').textContent()).toMatch(
      /^Yes: most of cu_melt\.xyz is new to cu_crystal\.xyz/,
    );
    const [x, y] = await Promise.all([described('cu_crystal.xyz'), described('cu_melt.xyz')]);
    const dH = await deltaEntropy(y, x);
    const { sets, comparison } = JSON.parse(await saved('#json')) as Saved;
    for (const [at, matrix] of [x, y].entries()) {
      const expected = await metrics(matrix);
      near(sets[at]?.entropy, expected.entropy);
      near(sets[at]?.diversity, expected.diversity);
      near(sets[at]?.efficiency, expected.efficiency);
    }
    near(comparison?.overlap, await overlapOf(dH));
    near(comparison?.novelty, dH.filter((value) => value >= 0).length / dH.length);
    await page.screenshot({ path: join(SCREENSHOTS, 'crystal-melt.png'), fullPage: true });
    await page.locator('#verdict').scrollIntoViewIfNeeded();
    await page.evaluate(() => document.querySelector('#results')?.scrollIntoView());
    await page.screenshot({ path: join(SCREENSHOTS, 'verdict.png') });

    // All of it is here now: another run needs no server.
    const before = requests.filter((url) => url.startsWith('http')).length;
    await choose(0, join(EXAMPLES, 'cu_train.xyz'));
    await choose(1, join(EXAMPLES, 'cu_test.xyz'));
    await page.locator('#run').click();
    await page.locator('#verdict', { hasText: 'cu_test.xyz' }).waitFor({ timeout: 120_000 });
    await done();
    expect(requests.filter((url) => url.startsWith('http')).length).toBe(before);

    await page.locator('#count').fill('7');
    await page.locator('#compress').click();
    await page.locator('#kept-save').waitFor({ timeout: 120_000 });
    const [train, test] = await Promise.all([described('cu_train.xyz'), described('cu_test.xyz')]);
    const { picks } = await compress(test, { reference: train, size: { count: 7 } });
    expect(await page.locator('#kept').textContent()).toContain(
      `7 of 120 structures kept, frames ${picks.join(', ')}:`,
    );
    const keptFile = join(folder, 'kept.xyz');
    writeFileSync(keptFile, await saved('#kept-save'));
    expect((await descriptors(readStructures(keptFile))).data).toEqual(test.select(picks).data);
    const tasks = await page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks);
    expect(Math.max(0, ...tasks)).toBeLessThan(LONGEST_TASK);
  }, 240_000);

  it('refuses a malformed file in one line, works on, and can be cancelled and started again', async () => {
    const bad = join(folder, 'bad.xyz');
    writeFileSync(bad, '2\nProperties=species:S:1:pos:R:3\nCu 0 0 0\nCu 1 oops 0\n');
    await page.goto(server.url);
    await choose(0, bad);
    await page.locator('#run').click();
    await page.locator('#error', { hasText: 'bad.xyz' }).waitFor();
    expect(await page.locator('#error').textContent()).toMatch(/line 4/);
    await page.screenshot({ path: join(SCREENSHOTS, 'refused.png') });

    await choose(0, join(EXAMPLES, 'cu_melt.xyz'));
    await page.locator('#run').click();
    await page.locator('#state', { hasText: 'kernel sums' }).waitFor();
    await page.locator('#cancel').click();
    await page.locator('#state', { hasText: 'Cancelled.' }).waitFor();
    expect(await page.locator('#results').isVisible()).toBe(false);

    await choose(0, join(EXAMPLES, 'cu_train.xyz'));
    await page.locator('#run').click();
    await done();
    const { sets } = JSON.parse(await saved('#json')) as Saved;
    near(sets[0]?.entropy, (await metrics(await described('cu_train.xyz'))).entropy);
  }, 240_000);

  it('reads gzip, keeps settings in its address, and exports what a lasso chose', async () => {
    await page.goto(`${server.url}?bandwidth=0.03&select=::10`);
    expect(await page.locator('#bandwidth').inputValue()).toBe('0.03');
    await choose(0, join(EXAMPLES, 'cu_run.lammpstrj.gz'));
    await page.locator('#run').click();
    await done();
    expect(new URL(page.url()).searchParams.get('bandwidth')).toBe('0.03');
    const map = page.locator('#map');
    await map.scrollIntoViewIfNeeded();
    const box = await map.boundingBox();
    if (box === null) throw new Error('there is no map');
    await page.keyboard.down('Shift');
    await page.mouse.move(box.x + 5, box.y + 5);
    await page.mouse.down();
    for (const [x, y] of [
      [0.5, 0.02],
      [0.5, 0.98],
      [0.02, 0.98],
    ] as const) {
      await page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 4 });
    }
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await page.locator('#export').waitFor();
    const told = Number(/^(\d+) environments/.exec((await page.locator('#chosen').textContent()) ?? '')?.[1]);
    expect(told).toBeGreaterThan(0);
    await page.screenshot({ path: join(SCREENSHOTS, 'lasso.png') });
    const file = join(folder, 'chosen.xyz');
    writeFileSync(file, await saved('#export'));
    let marked = 0;
    for await (const { arrays } of readStructures(file)) {
      const marks = arrays?.chosen?.data as Uint8Array;
      marked += marks.reduce((sum, mark) => sum + mark, 0);
    }
    expect(marked).toBe(told);
  }, 240_000);

  it('says of the crystal alone what Node says, isolated from other origins as well', async () => {
    const isolated = await serve(join(ROOT, 'build/page'), {
      isolated: true,
      headers: { 'content-security-policy': POLICY },
    });
    try {
      const expected = await metrics(await described('cu_crystal.xyz'));
      const texts: string[] = [];
      for (const host of [server, isolated]) {
        await page.goto(host.url);
        expect(await page.evaluate(() => crossOriginIsolated)).toBe(host === isolated);
        await page.getByRole('button', { name: 'crystal', exact: true }).click();
        await done();
        expect(await page.locator('#verdict').textContent()).toMatch(/^cu_crystal\.xyz: entropy \d/);
        expect(await page.locator('#numbers').innerText()).not.toContain('overlap');
        texts.push(await saved('#json'));
        const { sets, comparison } = JSON.parse(texts.at(-1) ?? '') as Saved;
        expect(comparison).toBeNull();
        near(sets[0]?.entropy, expected.entropy);
        near(sets[0]?.diversity, expected.diversity);
      }
      expect(texts[1]).toBe(texts[0]);
      await page.screenshot({ path: join(SCREENSHOTS, 'crystal.png'), fullPage: true });
    } finally {
      hosts.push(isolated.url);
      await isolated.close();
    }
  }, 120_000);

  it('refuses what would not fit the memory before any work, and says what to do', async () => {
    await page.goto(`${server.url}?k=4096`);
    await page.evaluate(() => {
      const phases: string[] = [];
      Object.assign(globalThis, { phases });
      const state = document.querySelector('#state');
      new MutationObserver(() => phases.push(state?.textContent ?? '')).observe(state as Element, {
        childList: true,
      });
    });
    await choose(0, join(EXAMPLES, 'cu_run.lammpstrj.gz'));
    await page.locator('#run').click();
    await page.locator('#error', { hasText: 'environments would take about' }).waitFor({ timeout: 60_000 });
    expect(await page.locator('#error').textContent()).toMatch(
      /^\d+ environments would take about [\d.]+ GB, WebAssembly has 4: choose fewer frames \(::\d+ under Settings .*quests entropy FILE$/,
    );
    const phases = await page.evaluate(() => (globalThis as unknown as { phases: string[] }).phases);
    expect(phases.filter((phase) => !/^$|: reading$/.test(phase))).toEqual([]);
    await page.screenshot({ path: join(SCREENSHOTS, 'memory.png') });

    const every = Number(/::(\d+)/.exec((await page.locator('#error').textContent()) ?? '')?.[1]);
    await page.locator('summary', { hasText: 'Settings' }).click();
    await page.locator('#select').fill(`::${every}`);
    await page.locator('#run').click();
    await page.locator('#state', { hasText: 'descriptors' }).waitFor({ timeout: 60_000 });
    await page.locator('#cancel').click();
    await page.locator('#state', { hasText: 'Cancelled.' }).waitFor({ timeout: 60_000 });
  }, 120_000);

  it.each([
    { name: 'light', scheme: 'light', width: 1280 },
    { name: 'dark', scheme: 'dark', width: 1280 },
    { name: 'phone', scheme: 'light', width: 390 },
  ] as const)(
    'has no violations of accessibility: $name',
    async ({ name, scheme, width }) => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 844 });
      await page.goto(`${server.url}?sample=train-test`);
      await done();
      const violations = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as {
          axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        };
        return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
      });
      expect(violations).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBeLessThanOrEqual(0);
      await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
    },
    60_000,
  );
});
