// node scripts/picture-page.mjs: takes docs/browser-verdict.jpg, what the page says of the samples
// cu_train.xyz and cu_test.xyz. Needs the build and Chromium.
import { hosted, startBrowser } from './page.mjs';

const FILE = 'docs/browser-verdict.jpg';
/** Pixels: from the verdict to the first figures. */
const SIZE = { width: 1240, height: 1170 };
/** As wide as pages of documents show it. */
const SCALE = 0.75;
/** A picture of an empty canvas takes fewer bytes than that. */
const BLANK_BYTES = 10_000;
/** Milliseconds that computing may take at most. */
const PATIENCE = 300_000;

const host = await hosted();
const browser = await startBrowser();
try {
  const page = await browser.newPage({ viewport: SIZE, deviceScaleFactor: SCALE });
  await page.goto(`${host.url}?sample=train-test`);
  await page.locator('#state', { hasText: 'Done.' }).waitFor({ timeout: PATIENCE });
  const structure = page.locator('#structure[aria-busy="false"]');
  await structure.waitFor({ timeout: PATIENCE });
  // Without a graphics card the first picture takes seconds. Until then the canvas is of one
  // colour, which takes few bytes.
  const began = performance.now();
  while ((await structure.screenshot()).length < BLANK_BYTES) {
    if (performance.now() - began > PATIENCE) throw new Error('the structure is not drawn');
    await page.waitForTimeout(500);
  }
  await page.evaluate(() => window.scrollTo(0, document.querySelector('#verdict').offsetTop - 12));
  await page.screenshot({ path: FILE, quality: 38 });
} finally {
  await browser.close();
  await host.close();
}
process.stdout.write(`${FILE}\n`);
