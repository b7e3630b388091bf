import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { loadBackend } from '../../ts/node.js';
import { Explorer, type ExploreReply } from '../../ts/faces/node/explore.js';
import { openBlob } from '../../ts/io/files/blob.js';
import { CHROMIUM } from '../support/browser/chromium-engine.js';
import { type EnginePage, until } from '../support/browser/engine.js';
import { near } from '../support/browser/open-page.js';
import { FIREFOX } from '../support/browser/firefox-engine.js';
import { serve, type Server } from '../support/browser/serve.js';
import { WEBKIT } from '../support/browser/webkit-engine.js';

const ROOT = resolve(import.meta.dirname, '../..');
const SCREENSHOTS = join(ROOT, 'build/screenshots');
const NAMES = ['cu_train.xyz', 'cu_test.xyz'] as const;

const textOf = (name: string): string => readFileSync(join(ROOT, 'examples', name), 'utf8');

/** What the page saves, as Node makes it: with the module that the page computes with, too. */
async function savedByNode(): Promise<{ json: string; csv: string }> {
  const said: ExploreReply[] = [];
  const own = new Explorer<File>(openBlob, (reply) => said.push(reply), await loadBackend('wasm'));
  const settings = { k: 32, cutoff: 5, bandwidth: 0.015, epsilon: 1e-5, species: false, select: '' };
  await own.answer({
    do: 'run',
    sets: NAMES.map((name) => ({ name, files: [new File([textOf(name)], name)] })),
    settings: { ...settings, tolerance: null, threads: null },
  });
  const saved = async (what: 'json' | 'csv'): Promise<string> => {
    await own.answer({ do: 'save', what });
    const reply = said.at(-1);
    if (reply?.is !== 'file') throw new Error(`no ${what}: ${JSON.stringify(reply)}`);
    return reply.blob.text();
  };
  return { json: await saved('json'), csv: await saved('csv') };
}

describe('the page in each engine of browsers', () => {
  let server: Server;
  let expected: { json: string; csv: string };

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    server = await serve(join(ROOT, 'dist/page'));
    expected = await savedByNode();
  });
  afterAll(() => server.close());

  for (const engine of [CHROMIUM, FIREFOX, WEBKIT]) {
    const skipped = engine.missing === '' ? '' : ` (skipped: ${engine.missing} is not installed)`;
    describe.runIf(engine.missing === '' || process.env.CI)(`${engine.name}${skipped}`, () => {
      let page: EnginePage;

      beforeAll(async () => {
        page = await engine.start();
      });
      afterAll(() => page.close());

      const textIn = (selector: string): Promise<string> =>
        page.call((of) => document.querySelector(of)?.textContent ?? '', selector);

      it('takes files that are dropped, says what Node says to the last bit, draws and saves', async () => {
        await page.goto(`${server.url}?empty`);
        await until('the page', async () => (await page.call(hasStarted)) || undefined);
        for (const [set, name] of NAMES.entries()) {
          await page.call(drop, `.drop[data-set="${set}"]`, name, textOf(name));
          await until(name, async () => (await textIn(`#files-${set}`)).includes(name) || undefined);
        }
        await until('results', async () => {
          expect(await textIn('#error')).toBe('');
          return (await textIn('#state')) === 'Done.' || undefined;
        });
        expect(await textIn('#verdict')).toBe('49.0 % of cu_test.xyz is outside cu_train.xyz.');
        for (const picture of ['#map', '#structure']) {
          await until(picture, async () => (await page.call(isDrawn, picture)) || undefined);
        }
        expect(await textIn('#structure-failure')).toBe('');
        await page.call(() => document.querySelector('#results')?.scrollIntoView());
        const name = engine.name.toLowerCase();
        writeFileSync(join(SCREENSHOTS, `engine-${name}.png`), await page.screenshot());
        const own = withoutFits(await page.saved('#json', 'quests.json'));
        const nodes = withoutFits(expected.json);
        expect(own.text).toBe(nodes.text);
        expect(own.fitted).toHaveLength(nodes.fitted.length);
        own.fitted.forEach((value, at) => near(value, nodes.fitted[at] as number));
        expect(await page.saved('#csv', 'quests.csv')).toBe(expected.csv);
      });
    });
  }
});

/**
 * The numbers of a JSON file apart from those of fits: fits take exp and log from the engine, and
 * engines, Chromium's and that of Node 20 among them, differ in their last digit.
 */
function withoutFits(json: string): { readonly text: string; readonly fitted: readonly number[] } {
  const fitted: number[] = [];
  const text = JSON.stringify(JSON.parse(json), (key, value: unknown) => {
    if (!/^(gap|gapAtMost)$/.test(key) || typeof value !== 'number') return value;
    fitted.push(value);
    return key;
  });
  return { text, fitted };
}

/** Whether the script of the page runs; runs in the page. */
function hasStarted(): boolean {
  return document.querySelector('#form') !== null && document.querySelector('#not-started') === null;
}

/** Drops a file on an element; runs in the page. */
function drop(selector: string, name: string, text: string): void {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([text], name));
  const at = { dataTransfer, bubbles: true, cancelable: true };
  for (const kind of ['dragenter', 'dragover', 'drop']) {
    document.querySelector(selector)?.dispatchEvent(new DragEvent(kind, at));
  }
}

/** Whether a picture is that of what was done last; runs in the page. */
function isDrawn(selector: string): boolean {
  return document.querySelector(selector)?.ariaBusy === 'false';
}
