import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { descriptors, entropy, readStructures } from '../../ts/node.js';
import { hasChromium, withoutChromium } from '../support/browser/chromium.js';
import { OpenPage } from '../support/browser/open-page.js';
import { formatExamples } from '../support/data/format-examples.js';

describe.runIf(hasChromium || process.env.CI)(`files of all formats in Chromium${withoutChromium}`, () => {
  const open = new OpenPage();

  it('have the entropies that they have in Node', async () => {
    const { page } = open;
    await page.goto(open.empty);
    for (const { format, name, files } of await formatExamples()) {
      // A folder is dropped, not chosen: see sources.test.ts.
      if (format === 'deepmd') continue;
      const path = join(open.folder, format, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, files[name] as Uint8Array);
      await open.choose(0, path);
      await page.locator('#run').click();
      await page.locator('#cancel').waitFor({ state: 'hidden' });
      expect(await page.locator('#error').isVisible(), format).toBe(false);
      await open.done();
      const expected = await entropy(await descriptors(readStructures(path)));
      const [set] = (await open.json()).sets;
      expect(set?.name, format).toBe(basename(path));
      expect(Math.abs((set?.entropy ?? NaN) - expected), format).toBeLessThan(1e-12);
    }
  });
});
