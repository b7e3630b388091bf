import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import {
  compress,
  deltaEntropy,
  descriptors,
  entropy,
  metrics,
  readStructures,
  writeDescriptors,
} from '../../ts/node.js';
import { overlapOf } from '../../ts/faces/node/analysis.js';
import { expectAccessible } from '../support/browser/accessibility.js';
import { hasChromium, withoutChromium } from '../support/browser/chromium.js';
import { described, EXAMPLES, near, OpenPage, type Saved } from '../support/browser/open-page.js';

describe.runIf(hasChromium || process.env.CI)(`the page in Chromium${withoutChromium}`, () => {
  const open = new OpenPage();

  it('says what Node says, without a long task of its own, and asks for nothing afterwards', async () => {
    await open.page.goto(open.empty);
    await open.page.getByRole('button', { name: 'crystal and melt' }).click();
    await open.done();
    expect(await open.page.locator('#verdict').textContent()).toMatch(
      /^[\d.]+ % of cu_melt\.xyz is outside cu_crystal\.xyz\.$/,
    );
    const [x, y] = await Promise.all([described('cu_crystal.xyz'), described('cu_melt.xyz')]);
    const dH = await deltaEntropy(y, x);
    const { sets, comparison } = await open.json();
    for (const [at, matrix] of [x, y].entries()) {
      const expected = await metrics(matrix);
      near(sets[at]?.entropy, expected.entropy);
      near(sets[at]?.diversity, expected.diversity);
      near(sets[at]?.efficiency, expected.efficiency);
    }
    near(comparison?.overlap, await overlapOf(dH));
    near(comparison?.novelty, dH.filter((value) => value >= 0).length / dH.length);
    await open.screenshot('crystal-melt');
    await open.page.locator('#verdict').scrollIntoViewIfNeeded();
    await open.page.evaluate(() => document.querySelector('#results')?.scrollIntoView());
    await open.screenshot('verdict', false);

    // All of it is here now: another run needs no server.
    const before = open.requests.filter((url) => url.startsWith('http')).length;
    await open.choose(0, join(EXAMPLES, 'cu_train.xyz'));
    await open.choose(1, join(EXAMPLES, 'cu_test.xyz'));
    await open.page.locator('#run').click();
    await open.page.locator('#verdict', { hasText: 'cu_test.xyz' }).waitFor();
    await open.done();
    expect(open.requests.filter((url) => url.startsWith('http')).length).toBe(before);

    await open.page.locator('#count').fill('7');
    await open.page.locator('#compress').click();
    await open.page.locator('#kept-save').waitFor();
    const [train, test] = await Promise.all([described('cu_train.xyz'), described('cu_test.xyz')]);
    const { picks } = await compress(test, { reference: train, size: { count: 7 } });
    expect(await open.page.locator('#kept').textContent()).toContain(
      `7 of 120 structures selected, frames ${picks.join(', ')}:`,
    );
    await open.screenshot('compress');
    const keptFile = join(open.folder, 'kept.xyz');
    writeFileSync(keptFile, await open.saved('#kept-save'));
    expect((await descriptors(readStructures(keptFile))).data).toEqual(test.select(picks).data);
    await open.expectNoLongTask();
  });

  it('refuses a malformed file in one line, works on, and can be cancelled and started again', async () => {
    const bad = join(open.folder, 'bad.xyz');
    writeFileSync(bad, '2\nProperties=species:S:1:pos:R:3\nCu 0 0 0\nCu 1 oops 0\n');
    await open.page.goto(open.empty);
    await open.choose(0, bad);
    await open.page.locator('#run').click();
    await open.page.locator('#error', { hasText: 'bad.xyz' }).waitFor();
    expect(await open.page.locator('#error').textContent()).toMatch(/line 4/);
    await open.screenshot('refused', false);

    await open.choose(0, join(EXAMPLES, 'cu_melt.xyz'));
    await open.page.locator('#run').click();
    await open.page.locator('#state', { hasText: 'computing entropy' }).waitFor();
    await open.page.locator('#cancel').click();
    await open.page.locator('#state', { hasText: 'Cancelled.' }).waitFor();
    // Numbers that were there already say that no more come.
    if (await open.page.locator('#results').isVisible()) {
      expect(await open.page.locator('#pending').textContent()).toMatch(/the computation was stopped/);
    }

    await open.choose(0, join(EXAMPLES, 'cu_train.xyz'));
    await open.page.locator('#run').click();
    await open.done();
    const { sets } = await open.json();
    near(sets[0]?.entropy, (await metrics(await described('cu_train.xyz'))).entropy);
  });

  it.each([
    ['k=0', /^k is 0, expected a whole number/],
    ['bandwidth=-1', /^bandwidth is -1.*, expected a positive number/],
    ['threads=1.5', /^threads is 1\.5, expected a whole number/],
    ['tolerance=-1', /^tolerance is -1, expected/],
  ])('says what is wrong with a setting, folded up or not: %s', async (query, message) => {
    await open.page.goto(`${open.url}?${query}`);
    await open.choose(0, join(EXAMPLES, 'cu_train.xyz'));
    await open.page.locator('#run').click();
    await open.page.locator('#error', { hasText: message }).waitFor();
  });

  it('reads gzip, and keeps settings in its address', async () => {
    await open.page.goto(`${open.url}?bandwidth=0.03&select=::10`);
    expect(await open.page.locator('#bandwidth').inputValue()).toBe('0.03');
    await open.choose(0, join(EXAMPLES, 'cu_run.lammpstrj.gz'));
    await open.page.locator('#run').click();
    await open.done();
    expect(new URL(open.page.url()).searchParams.get('bandwidth')).toBe('0.03');
    const { sets } = await open.json();
    const run = readStructures(join(EXAMPLES, 'cu_run.lammpstrj.gz'), { select: '::10' });
    near(sets[0]?.entropy, (await metrics(await descriptors(run), { bandwidth: 0.03 })).entropy);
  });

  it('says of the crystal alone what Node says, isolated from other origins as well', async () => {
    const expected = await metrics(await described('cu_crystal.xyz'));
    const texts: string[] = [];
    for (const url of [open.url, await open.serve({ isolated: true })]) {
      await open.page.goto(`${url}?empty`);
      expect(await open.page.evaluate(() => crossOriginIsolated)).toBe(url !== open.url);
      await open.page.getByRole('button', { name: 'crystal', exact: true }).click();
      await open.done();
      expect(await open.page.locator('#verdict').textContent()).toMatch(
        /^cu_crystal\.xyz is mostly redundant: about [\d,]+ distinct environments out of 12,000\.$/,
      );
      expect(await open.page.locator('#numbers').innerText()).not.toContain('overlap');
      texts.push(await open.saved('#json'));
      const { sets, comparison } = JSON.parse(texts.at(-1) ?? '') as Saved;
      expect(comparison).toBeNull();
      near(sets[0]?.entropy, expected.entropy);
      near(sets[0]?.diversity, expected.diversity);
    }
    expect(texts[1]).toBe(texts[0]);
    await open.screenshot('crystal');
  });

  it('computes the same with one worker, of descriptors, too', async () => {
    const npz = join(open.folder, 'crystal.npz');
    const x = await descriptors(readStructures(join(EXAMPLES, 'cu_crystal.xyz'), { select: ':1' }));
    await writeDescriptors(npz, x);
    const numbers: Saved['sets'][] = [];
    for (const threads of ['', '?threads=1']) {
      await open.page.goto(threads === '' ? open.empty : open.url + threads);
      await open.choose(0, npz);
      const before = open.requests.length;
      await open.page.locator('#run').click();
      await open.page.locator('#state', { hasText: 'Done.' }).waitFor();
      const asked = open.requests.slice(before).filter((url) => url.includes('browser-worker'));
      if (threads !== '') expect(asked).toEqual([]);
      else if (availableParallelism() > 1) expect(asked).not.toEqual([]);
      numbers.push((await open.json()).sets);
      // There is nothing to draw of descriptors.
      expect(await open.page.locator('#structure-section').isVisible()).toBe(false);
    }
    expect(numbers[1]).toEqual(numbers[0]);
    near(numbers[0]?.[0]?.entropy, (await metrics(x)).entropy);
  });

  it('says within which tolerance it computed, where it is not exact', async () => {
    await open.page.goto(`${open.url}?tolerance=0.2&bandwidth=0.05&select=::4`);
    await open.choose(0, join(EXAMPLES, 'cu_run.lammpstrj.gz'));
    await open.page.locator('#run').click();
    await open.done();
    const value = /entropy H \(nats\)\s+([\d.]+) ± ([\d.]+)/.exec(
      await open.page.locator('#numbers').innerText(),
    );
    expect(Number(value?.[2])).toBeLessThan(0.2);
    const run = readStructures(join(EXAMPLES, 'cu_run.lammpstrj.gz'), { select: '::4' });
    const x = await descriptors(run);
    const exact = await entropy(x, { bandwidth: 0.05 });
    expect(Math.abs(Number(value?.[1]) - exact)).toBeLessThan(Number(value?.[2]));
    await open.screenshot('tolerance');
  });

  it('refuses what would not fit the memory before any work, and says what to do', async () => {
    await open.page.goto(`${open.url}?k=4096`);
    await open.page.evaluate(() => {
      const phases: string[] = [];
      Object.assign(globalThis, { phases });
      const state = document.querySelector('#state');
      new MutationObserver(() => phases.push(state?.textContent ?? '')).observe(state as Element, {
        childList: true,
      });
    });
    await open.choose(0, join(EXAMPLES, 'cu_run.lammpstrj.gz'));
    await open.page.locator('#run').click();
    await open.page.locator('#error', { hasText: 'environments would take about' }).waitFor();
    const error = await open.page.locator('#error').textContent();
    expect(error).toMatch(/^[\d,]+ environments would take about [\d.]+ GB, WebAssembly has 4: /);
    expect(error).toMatch(/: select fewer frames \(::\d+ under Settings .*quests entropy FILE$/);
    const phases = await open.page.evaluate(() => (globalThis as unknown as { phases: string[] }).phases);
    expect(phases.filter((phase) => !/^$|: reading…$/.test(phase))).toEqual([]);
    await open.screenshot('memory', false);

    const every = Number(/::(\d+)/.exec((await open.page.locator('#error').textContent()) ?? '')?.[1]);
    await open.page.locator('summary', { hasText: 'Settings' }).click();
    await open.page.locator('#select').fill(`::${every}`);
    await open.page.locator('#run').click();
    await open.page.locator('#state', { hasText: 'descriptors' }).waitFor();
    await open.page.locator('#cancel').click();
    await open.page.locator('#state', { hasText: 'Cancelled.' }).waitFor();
  });

  it.each([
    { name: 'light', scheme: 'light', width: 1280 },
    { name: 'dark', scheme: 'dark', width: 1280 },
    { name: 'phone', scheme: 'light', width: 390 },
  ] as const)('has no violations of accessibility: $name', async ({ name, scheme, width }) => {
    await open.page.emulateMedia({ colorScheme: scheme });
    await open.page.setViewportSize({ width, height: 844 });
    await open.page.goto(`${open.url}?sample=train-test`);
    await open.done();
    await expectAccessible(open.page);
    await open.screenshot(name);
  });
});
