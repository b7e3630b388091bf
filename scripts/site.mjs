// npm run docs:site: the documentation as a site in build/site, to be put on any static host, with
// the reference of the library and the page; then follows its links, searches it, and looks at it
// with axe. `-- --base /folder/` says where on its host it will lie ("/quests/" by default).
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { everything } from './build/everything.mjs';
import { packages, program } from './build/packages.mjs';
import { Missing, run, script, stage } from './build/stage.mjs';
import { writeReference } from './docs/reference.mjs';
import { checkAccessibility, checkLinks, checkSearch } from './site/checks.mjs';
import { makeGallery } from './site/gallery.mjs';
import { gatherPages } from './site/pages.mjs';

const TOOL = 'apps/site';
const PAGES = 'build/site-pages';
const OUT = 'build/site';
const REPORT = 'gallery/report.html';

await script(async () => {
  const { values } = parseArgs({ options: { base: { type: 'string', default: '/quests/' } } });
  const { base } = values;
  if (!/^\/(.*\/)?$/.test(base)) throw new Missing(`--base "${base}": expected a path such as /quests/`);
  await everything();
  await packages(TOOL);
  // Made of packages, which may have been missing until now.
  const { startBrowser } = await import('./page.mjs');
  const browser = await startBrowser();
  try {
    await stage('pages', () => gatherPages(PAGES));
    await stage('pictures', async (note) => note(await makeGallery(join(PAGES, 'gallery'), browser)));
    await stage('reference', writeReference);
    await stage('site', () => build(base));
    await check(base, browser);
  } finally {
    await browser.close();
  }
  process.stdout.write(`${OUT}: for ${base} of a static host\n`);
});

async function build(base) {
  rmSync(OUT, { recursive: true, force: true });
  const env = {
    ...process.env,
    QUESTS_SITE_PAGES: resolve(PAGES),
    QUESTS_SITE_OUT: resolve(OUT),
    QUESTS_SITE_BASE: base,
    // A link to such a file is to the file, not to a page.
    VITE_EXTRA_EXTENSIONS: 'cff',
  };
  await run(process.execPath, [program('vitepress', 'vitepress', TOOL), 'build', TOOL], { env });
  cpSync('build/api', join(OUT, 'api'), { recursive: true });
  cpSync('dist/page', join(OUT, 'try'), { recursive: true });
  cpSync(join(PAGES, REPORT), join(OUT, REPORT));
  for (const file of ['CITATION.cff', 'LICENSE']) cpSync(file, join(OUT, file));
}

/** Serves the site as a host would, from its folder, and looks at it. */
async function check(base, browser) {
  const { preview } = await import('vite');
  const host = 'build/site-host';
  rmSync(host, { recursive: true, force: true });
  mkdirSync(host, { recursive: true });
  cpSync(OUT, join(host, base), { recursive: true });
  const server = await preview({ build: { outDir: resolve(host) }, appType: 'mpa', preview: { port: 0 } });
  const url = `http://localhost:${server.httpServer.address().port}${base}`;
  try {
    await stage('links', (note) => checkLinks(url, OUT, note));
    await stage('search', () => checkSearch(url, browser));
    await stage('accessibility', (note) => checkAccessibility(url, browser, note));
  } finally {
    await server.close();
    rmSync(host, { recursive: true, force: true });
  }
}
