// What must hold of the site before anybody sees it, as it is served from a folder of a host.
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { filesUnder } from '../build/part.mjs';
import { Missing } from '../build/stage.mjs';

/** Some pages of each kind, for checks that take a browser. */
const PAGES = [
  'index.html',
  'docs/trajectory.html',
  'docs/formats.html',
  'gallery.html',
  'bench/RESULTS.html',
];

/** Follows every link of the site's own; fails where one leads nowhere, or a page has none. */
export async function checkLinks(url, out, note) {
  const { LinkChecker } = await import('../../apps/site/node_modules/linkinator/build/src/index.js');
  const checker = new LinkChecker();
  const { links } = await checker.check({
    path: url,
    recurse: true,
    checkFragments: true,
    concurrency: 8,
    // Other hosts may be down, and this one may have no network.
    linksToSkip: (link) => Promise.resolve(!link.startsWith(url)),
  });
  const broken = links.filter(({ state }) => state === 'BROKEN');
  if (broken.length > 0) {
    const lines = broken.map(({ url: to, parent, status }) => `${parent}: ${to} (${status})`);
    throw new Missing(['links that lead nowhere:', ...new Set(lines)].join('\n'));
  }
  const reached = new Set(links.map(({ url: to }) => to.replace(/[?#].*$/, '')));
  const pages = filesUnder(out).filter((file) => file.endsWith('.html') && !/[\\/](api|try)[\\/]/.test(file));
  const alone = pages
    .map((file) => relative(out, file).replaceAll('\\', '/'))
    .filter(
      (page) =>
        page !== '404.html' &&
        ![page, page.replace(/(^|\/)index\.html$/, '$1'), page.replace(/\.html$/, '')].some((name) =>
          reached.has(`${url}${name}`),
        ),
    );
  if (alone.length > 0) throw new Missing(`pages that no link leads to: ${alone.join(', ')}`);
  note(`${links.filter(({ state }) => state === 'OK').length} links`);
}

/** Looks at pages in both themes with axe. */
export async function checkAccessibility(url, browser, note) {
  const axe = readFileSync(join('node_modules', 'axe-core', 'axe.min.js'), 'utf8');
  const found = [];
  for (const colorScheme of ['light', 'dark']) {
    const context = await browser.newContext({ colorScheme });
    await context.addInitScript(axe);
    const page = await context.newPage();
    for (const name of PAGES) {
      await page.goto(`${url}${name}`);
      const violations = await page.evaluate(async () => (await globalThis.axe.run()).violations);
      for (const { id, nodes } of violations) found.push(`${name}, ${colorScheme}: ${id}: ${nodes[0].html}`);
    }
    await context.close();
  }
  if (found.length > 0) throw new Missing(found.join('\n'));
  note(`${PAGES.length} pages, light and dark`);
}

/** Searches for a word as a person would; nothing may be asked of another host. */
export async function checkSearch(url, browser) {
  const context = await browser.newContext();
  const foreign = [];
  const page = await context.newPage();
  page.on('request', (request) => {
    const address = request.url();
    if (!address.startsWith(url) && !address.startsWith('data:')) foreign.push(address);
  });
  await page.goto(url);
  await page.getByRole('button', { name: 'Search' }).first().click();
  await page.getByRole('searchbox').or(page.locator('input[type=search]')).first().fill('learning curve');
  const hit = page.locator('.VPLocalSearchBox .result').first();
  await hit.waitFor();
  await hit.click();
  await page.waitForURL(/information|README|index/);
  await context.close();
  if (foreign.length > 0) throw new Missing(`the site asks other hosts: ${foreign.join(', ')}`);
}
