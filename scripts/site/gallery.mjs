// The pictures of the gallery, made by the commands that stand there.
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { Missing } from '../build/stage.mjs';
import { withRuns } from '../docs/runs.mjs';

const PAGE = 'apps/site/gallery.md';

/** Makes what the gallery shows; returns how many pictures. */
export async function makeGallery(folder, browser) {
  mkdirSync(folder, { recursive: true });
  const page = readFileSync(PAGE, 'utf8');
  const wanted = [...page.matchAll(/\(gallery\/([\w-]+\.\w+)\)/g)].map(([, name]) => name);
  const made = wanted.filter((name) => !name.endsWith('.png'));
  withRuns(page, (runs) => {
    for (const name of made) copyFileSync(join(runs, name), join(folder, name));
  });
  await pictureReport(join(folder, 'report.html'), folder, browser);
  const pictures = wanted.filter((name) => !name.endsWith('.html'));
  if (pictures.length === 0) throw new Missing(`${PAGE} shows no pictures`);
  return pictures.length;
}

/** Pictures of a report: its top, and its map. */
async function pictureReport(report, folder, browser) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 720 }, deviceScaleFactor: 2 });
  try {
    const page = await context.newPage();
    await page.goto(pathToFileURL(report).href);
    await page.screenshot({ path: join(folder, 'report.png') });
    const map = page.locator('section', { has: page.getByRole('heading', { name: /^Map of/ }) });
    await map.screenshot({ path: join(folder, 'map.png') });
  } finally {
    await context.close();
  }
}
