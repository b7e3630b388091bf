import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { serve } from '../support/cli/served.js';
import { deltaEntropy, metrics } from '../../ts/node.js';
import { noveltySummary } from '../../ts/faces/node/analysis.js';
import { expectAccessible } from '../support/browser/accessibility.js';
import { hasChromium, withoutChromium } from '../support/browser/chromium.js';
import { described, EXAMPLES, OpenPage } from '../support/browser/open-page.js';

describe.runIf(hasChromium || process.env.CI)(
  `the page of quests serve in Chromium${withoutChromium}`,
  () => {
    const open = new OpenPage();
    let url = '';
    /** A file that is served, in a folder with so long a name that the page must not be as wide. */
    const served = (name: string) => join(open.folder, 'folder-with-a-long-name-'.repeat(8), name);
    /** Ends the server. */
    let stop: () => Promise<void>;

    beforeAll(async () => {
      const names = ['cu_train.xyz', 'cu_test.xyz', 'cu_melt.xyz'];
      await mkdir(served(''), { recursive: true });
      for (const name of names) await copyFile(join(EXAMPLES, name), served(name));
      const started = await serve(names.map(served), open.folder);
      url = started.url.href;
      stop = started.close;
      open.host({ url, close: stop });
    });

    it('computes files by their names to the last bit, shows and saves them, is cancelled', async () => {
      const { page } = open;
      await page.goto(url);
      expect(await page.locator('#engine').textContent()).toMatch(
        /by quests serve on this machine \(native, /,
      );
      await page.locator('.drop[data-set="0"] select').selectOption({ label: served('cu_melt.xyz') });
      // At the first progress: the addon may be done before a click from here.
      await page.evaluate(() => {
        const state = document.querySelector('#state') as HTMLElement;
        const watch = new MutationObserver(() => {
          if (state.textContent === '') return;
          watch.disconnect();
          document.querySelector<HTMLElement>('#cancel')?.click();
        });
        watch.observe(state, { childList: true });
      });
      await page.locator('#run').click();
      await page.locator('#state', { hasText: 'Cancelled.' }).waitFor();

      await page.locator('.drop[data-set="0"] select').selectOption({ label: served('cu_train.xyz') });
      await page.locator('.drop[data-set="1"] select').selectOption({ label: served('cu_test.xyz') });
      await page.locator('#run').click();
      await open.done();
      await expectAccessible(page);
      await open.screenshot('served');
      const [x, y] = await Promise.all([described('cu_train.xyz'), described('cu_test.xyz')]);
      const { sets, comparison } = await open.json();
      for (const [at, matrix] of [x, y].entries()) {
        const { entropy, diversity, efficiency } = await metrics(matrix);
        expect(sets[at]).toMatchObject({ entropy, diversity, efficiency });
      }
      const { novelty, mean, overlap } = await noveltySummary(await deltaEntropy(y, x));
      expect(comparison).toMatchObject({ novelty, mean, overlap: overlap[0] });
      // Neither the module nor a worker of the browser's own computing was loaded.
      expect(open.requests.filter((address) => /wasm|engine\.worker/.test(address))).toEqual([]);
      // The server makes reports that stay alive, too.
      const living = await open.saved('#living');
      expect(living).toMatch(/^<!doctype html>.*<body class="living">.*id="living-data">/s);
      expect(living).not.toContain('quests-serve');
      const csv = await open.saved('#csv');
      expect(csv.trimEnd().split('\n')).toHaveLength(1 + x.rows + y.rows);
      await open.expectNoLongTask();
    });

    it('takes files that are selected in the page, and says what is wrong with them', async () => {
      const { page } = open;
      await page.goto(url);
      const bad = {
        name: 'bad.xyz',
        mimeType: 'text/plain',
        buffer: Buffer.from('2\n\nCu 0 0 0\nCu 1 oops 0\n'),
      };
      await page.locator('#file-0').setInputFiles(bad);
      await page.locator('#run').click();
      await page.locator('#error', { hasText: 'bad.xyz' }).waitFor();
      await open.choose(0, join(EXAMPLES, 'cu_train.xyz'));
      await page.locator('#run').click();
      await open.done();
      const { entropy } = await metrics(await described('cu_train.xyz'));
      expect((await open.json()).sets[0]?.entropy).toBe(entropy);
    });

    it('says that the server has stopped', async () => {
      await open.page.goto(url);
      await open.page.locator('#engine', { hasText: 'quests' }).waitFor();
      await stop();
      await open.page.locator('#error', { hasText: 'quests serve has stopped' }).waitFor();
    });
  },
);
