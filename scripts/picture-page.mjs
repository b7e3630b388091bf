// node scripts/picture-page.mjs [FILE]: takes the pictures of the page that documents show: of the
// samples cu_train.xyz and cu_test.xyz at three sizes, light and dark, busy, and with an error; of
// argon that melts, where lammps.js is beside the page; with FILE (a large run, see
// scripts/make-large-run.mjs) that of it, too. `--only NAME` takes that one alone. Needs the build
// and Chromium.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hosted, startBrowser } from './page.mjs';

/** In a clone, but not in the package. */
const FOLDER = 'docs/pictures';
/** Those that the package has, too, by what is pictured. */
const SHOWN = { 'desktop-light': 'docs/browser-verdict.webp', 'phone-dark': 'docs/browser-phone.webp' };
const SIZES = {
  desktop: { width: 1440, height: 900 },
  laptop: { width: 1280, height: 720 },
  phone: { width: 390, height: 844 },
};
/** Bytes of a picture at the most. */
const MOST_BYTES = 25_000;
/** How much smaller a picture may be, and its quality: the first that takes few enough bytes. */
const SHARES = [0.75, 0.6, 0.55, 0.5, 0.45];
const QUALITIES = [0.7, 0.5, 0.4, 0.3, 0.25];
/** A picture of an empty canvas takes fewer bytes than that. */
const BLANK_BYTES = 10_000;
/** Milliseconds that computing may take at most. */
const PATIENCE = 1_800_000;

const {
  positionals: [large],
  values: { only },
} = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true });
const host = await hosted();
const browser = await startBrowser();
mkdirSync(FOLDER, { recursive: true });
try {
  for (const size of Object.keys(SIZES)) {
    for (const theme of ['light', 'dark']) {
      await picture(`${size}-${theme}`, size, theme, async (page) => {
        await page.goto(`${host.url}?sample=train-test`);
        await results(page);
      });
    }
  }
  await picture('busy', 'laptop', 'light', async (page) => {
    await page.goto(`${host.url}?sample=crystal-melt`);
    await page.locator('#state', { hasText: 'entropy' }).waitFor({ timeout: PATIENCE });
  });
  await picture('error', 'laptop', 'dark', async (page) => {
    await page.goto(`${host.url}?empty`);
    const buffer = Buffer.from('2\nProperties=species:S:1:pos:R:3\nCu 0 0 0\nCu 1 oops 0\n');
    await page.locator('#file-0').setInputFiles({ name: 'broken.xyz', mimeType: 'text/plain', buffer });
    await page.locator('#run').click();
    await page.locator('#error:visible').waitFor({ timeout: PATIENCE });
  });
  if (existsSync('dist/page/lammps')) {
    await picture('live', 'desktop', 'dark', async (page) => {
      await page.goto(`${host.url}#live`);
      await page.locator('#live-run').click();
      await page.locator('#live-state', { hasText: 'Stopped: ' }).waitFor({ timeout: PATIENCE });
      for (const id of ['#live', '#live-structure']) {
        await page.locator(`${id}[aria-busy="false"]`).waitFor({ timeout: PATIENCE });
      }
      await drawn(page.locator('#live-structure'));
    });
  }
  if (large !== undefined) {
    await picture('large', 'desktop', 'light', async (page) => {
      await page.goto(`${host.url}?empty`);
      await page.locator('#file-0').setInputFiles(large);
      await page.locator('#run').click();
      await results(page);
    });
  }
} finally {
  await browser.close();
  await host.close();
}

/** Takes a picture of what the window shows. */
async function picture(name, size, colorScheme, prepare) {
  if (only !== undefined && only !== name) return;
  const page = await browser.newPage({ viewport: SIZES[size], colorScheme });
  await prepare(page);
  const png = await page.screenshot();
  await page.close();
  const webp = await compressed(png);
  for (const file of [join(FOLDER, `${name}.webp`), SHOWN[name]]) {
    if (file === undefined) continue;
    writeFileSync(file, webp);
    process.stdout.write(`${file}: ${webp.length} bytes\n`);
  }
}

/** Waits until all is drawn. */
async function results(page) {
  await page.locator('#state', { hasText: 'Done.' }).waitFor({ timeout: PATIENCE });
  await page.locator('#map[aria-busy="false"]').waitFor({ timeout: PATIENCE });
  const structure = page.locator('#structure[aria-busy="false"]');
  await structure.waitFor({ timeout: PATIENCE });
  await drawn(structure);
}

/**
 * Without a graphics card the first picture of a structure takes seconds. Until then the canvas is
 * of one colour, which takes few bytes.
 */
async function drawn(structure) {
  const began = performance.now();
  while ((await structure.screenshot()).length < BLANK_BYTES) {
    if (performance.now() - began > PATIENCE) throw new Error('the structure is not drawn');
    await structure.page().waitForTimeout(500);
  }
  await structure.page().evaluate(() => window.scrollTo(0, 0));
}

/** WebP of at most MOST_BYTES, by the browser. */
async function compressed(png) {
  const page = await browser.newPage();
  const base64 = await page.evaluate(
    async ([source, shares, qualities, most]) => {
      const bytes = Uint8Array.from(atob(source), (letter) => letter.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes]));
      for (const share of shares) {
        const canvas = new OffscreenCanvas(image.width * share, image.height * share);
        const context = canvas.getContext('2d');
        context.imageSmoothingQuality = 'high';
        context.drawImage(image, 0, 0, canvas.width, canvas.height);
        for (const quality of qualities) {
          const blob = await canvas.convertToBlob({ type: 'image/webp', quality });
          if (blob.size > most) continue;
          const webp = new Uint8Array(await blob.arrayBuffer());
          return btoa(Array.from(webp, (byte) => String.fromCharCode(byte)).join(''));
        }
      }
      throw new Error(`a picture does not fit ${most} bytes`);
    },
    [png.toString('base64'), SHARES, QUALITIES, MOST_BYTES],
  );
  await page.close();
  return Buffer.from(base64, 'base64');
}
