// node scripts/measure-page.mjs [--serve] [environments, 100000 unless given, or FILE] [address
// query]: how long the page takes in Chromium for a dump of scripts/make-large-run.mjs, or a file:
// until the map, the first number, a verdict and all are there, phase by phase, and the longest
// tasks of its own thread with what ran in them, as docs/browser.md says. The page is that of `npm
// run build`, on a static host or, with --serve, of `quests serve`; a query like "tolerance=0.01"
// gives its settings.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';

import { hosted, startBrowser } from './page.mjs';

/** Atoms of a frame that make-large-run makes. */
const FRAME = 100_000;
/** Milliseconds of a run at most. */
const PATIENCE = 1_800_000;

const isServed = process.argv.includes('--serve');
const [environments = '100000', query = ''] = process.argv.slice(2).filter((one) => one !== '--serve');
const isFile = existsSync(environments);
const frames = Number(environments) / FRAME;
if (!isFile && !Number.isInteger(frames)) throw new Error(`environments come in frames of ${FRAME}`);
const folder = resolve('build/measured');
const data = isFile ? resolve(environments) : join(folder, `run-${environments}.lammpstrj`);
mkdirSync(folder, { recursive: true });
if (!existsSync(data))
  execFileSync(process.execPath, ['scripts/make-large-run.mjs', data, String(frames)], { stdio: 'inherit' });

const host = isServed ? await served(data) : await hosted();
const browser = await startBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on('pageerror', ({ message }) => process.stderr.write(`${message}\n`));
  await page.addInitScript(observe);
  // Not the example of a first visit.
  await page.goto(`${host.url}?${query || 'empty'}`);
  if (isServed) await page.locator('.drop[data-set="0"] select').selectOption({ label: data });
  else await page.locator('#file-0').setInputFiles(data);
  // The module of the page may still be loading, and the workers of the engine.
  await page.waitForLoadState('networkidle');
  await page.evaluate(
    () => (globalThis.measured = { phases: [], tasks: [], marks: {}, begun: performance.now() }),
  );
  await page.locator('#run').click();
  const state = page.locator('#state');
  await state
    .and(page.getByText('Done.'))
    .or(page.locator('#error:visible'))
    .first()
    .waitFor({ timeout: PATIENCE });
  if (await page.locator('#error').isVisible()) throw new Error(await page.locator('#error').textContent());
  const drawn = await page.evaluate(firstPicture);
  await page.locator('#structure[aria-busy="false"]').waitFor({ timeout: PATIENCE });
  const zoomed = await page.evaluate(zoomedPictures);
  const { phases, tasks, marks, begun } = await page.evaluate(() => globalThis.measured);

  const print = (text) => process.stdout.write(`${text}\n`);
  const where = isServed ? 'quests serve' : 'a static host';
  const what = isFile ? data : `${environments} environments`;
  print(`${what}, ${where}, ${availableParallelism()} threads${query && `, ${query}`}`);
  for (const [name, at] of Object.entries(marks)) {
    print(`  ${name} after ${((at - begun) / 1000).toFixed(2)} s`);
  }
  phases.forEach(({ phase, at }, index) => {
    const next = phases[index + 1]?.at;
    if (next !== undefined) print(`  ${phase}: ${((next - at) / 1000).toFixed(2)} s`);
  });
  print(`  all: ${((phases.at(-1).at - phases[0].at) / 1000).toFixed(2)} s`);
  print(
    `  map: first picture ${drawn.toFixed(0)} ms after the results; ` +
      `zooming, median ${zoomed.toFixed(0)} ms a picture`,
  );
  const longest = Math.max(0, ...tasks.map(({ duration }) => duration));
  print(`  tasks of the page's own thread above 50 ms: ${tasks.length}, longest ${longest.toFixed(0)} ms`);
  for (const { duration, scripts } of tasks) print(`    ${duration.toFixed(0)} ms: ${scripts.join('; ')}`);
  print(`  ${(await page.locator('#numbers').innerText()).replaceAll('\n', '\n  ')}`);
  await page.locator('#structure').scrollIntoViewIfNeeded();
  await page.screenshot({ path: join(folder, `page-${isFile ? 'file' : environments}.png`), fullPage: true });
} finally {
  await browser.close();
  await host.close();
}

/** The page of `quests serve`, which is told of the file. */
async function served(file) {
  const child = spawn(process.execPath, ['bin/quests.js', 'serve', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise((done) => child.stdout.once('data', (line) => done(String(line).trim())));
  return { url, close: () => child.kill('SIGINT') };
}

/**
 * Notes when the page says that another phase has begun, when the first of what it is looked at for
 * is there, and the long tasks; runs in the page.
 */
function observe() {
  globalThis.measured = { phases: [], tasks: [], marks: {}, begun: 0 };
  new PerformanceObserver((list) => {
    for (const { startTime, blockingDuration, scripts } of list.getEntries()) {
      const { begun, tasks } = globalThis.measured;
      if (blockingDuration === 0 || startTime < begun) continue;
      const ran = scripts.map(({ invoker, sourceFunctionName, duration }) => {
        return `${duration.toFixed(0)} ms ${sourceFunctionName} of ${invoker.split('/').at(-1)}`;
      });
      tasks.push({ duration: blockingDuration + 50, scripts: ran });
    }
  }).observe({ type: 'long-animation-frame' });
  const text = (selector) => document.querySelector(selector)?.textContent ?? '';
  const entropy = () =>
    [...document.querySelectorAll('#few tr')].find((row) => /entropy/.test(row.textContent));
  const wanted = {
    map: () => document.querySelector('#map').getAttribute('aria-busy') === 'false' && text('#few') !== '',
    'first number': () => /\d/.test(entropy()?.lastElementChild?.textContent ?? ''),
    verdict: () => !/^$|…$/.test(text('#verdict')),
    all: () => text('#state') === 'Done.',
  };
  document.addEventListener('DOMContentLoaded', () => {
    const state = document.querySelector('#state');
    new MutationObserver(() => {
      const { phases } = globalThis.measured;
      const phase = state.textContent;
      if (phase !== '' && phases.at(-1)?.phase !== phase) phases.push({ phase, at: performance.now() });
    }).observe(state, { childList: true, characterData: true, subtree: true });
    new MutationObserver(() => {
      const { marks, begun } = globalThis.measured;
      if (begun === 0) return;
      for (const [name, isThere] of Object.entries(wanted)) {
        if (!(name in marks) && isThere()) marks[name] = performance.now();
      }
    }).observe(document.body, { childList: true, characterData: true, attributes: true, subtree: true });
  });
}

/** Milliseconds until the map shows anything; runs in the page. */
async function firstPicture() {
  const begun = performance.now();
  const map = document.querySelector('#map');
  const isEmpty = () => {
    const { data } = map.getContext('2d').getImageData(0, 0, map.width, map.height);
    return !data.some((value) => value !== 0);
  };
  while (isEmpty()) await new Promise((done) => setTimeout(done, 20));
  return performance.now() - begun;
}

/** Median milliseconds from a step of the zoom to its picture; runs in the page. */
async function zoomedPictures() {
  const map = document.querySelector('#map');
  const times = [];
  const { putImageData } = CanvasRenderingContext2D.prototype;
  for (let step = 0; step < 9; step++) {
    const begun = performance.now();
    const shown = new Promise((done) => {
      CanvasRenderingContext2D.prototype.putImageData = function (...args) {
        putImageData.apply(this, args);
        done();
      };
    });
    map.dispatchEvent(new KeyboardEvent('keydown', { key: step < 5 ? '+' : '-' }));
    await shown;
    times.push(performance.now() - begun);
  }
  CanvasRenderingContext2D.prototype.putImageData = putImageData;
  return times.sort((a, b) => a - b)[4];
}
