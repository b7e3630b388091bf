// node scripts/picture-page.mjs: takes docs/browser-verdict.png, what the page says of the samples
// crystal and melt. Needs the build and Chromium.
import { hosted, startBrowser } from './page.mjs';

const FILE = 'docs/browser-verdict.png';
/** Pixels: from the verdict to the first figures. */
const SIZE = { width: 1280, height: 1045 };
/** Milliseconds that computing may take at most. */
const PATIENCE = 300_000;

const host = await hosted();
const browser = await startBrowser();
try {
  const page = await browser.newPage({ viewport: SIZE });
  await page.goto(`${host.url}?sample=crystal-melt`);
  await page.locator('#state', { hasText: 'Done.' }).waitFor({ timeout: PATIENCE });
  await page.locator('#structure[data-drawn]').waitFor({ timeout: PATIENCE });
  await page.evaluate(() => window.scrollTo(0, document.querySelector('#verdict').offsetTop - 12));
  await page.screenshot({ path: FILE });
} finally {
  await browser.close();
  await host.close();
}
process.stdout.write(`${FILE}\n`);
