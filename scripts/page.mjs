// The built page, hosted, and Chromium to look at it: what scripts that measure or picture the page
// share.
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { preview } from 'vite';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Chromium without a window. */
export function startBrowser() {
  const executablePath = NAMES.flatMap((name) =>
    process.env.PATH.split(delimiter).map((folder) => join(folder, name)),
  ).find(existsSync);
  if (executablePath === undefined) throw new Error('Chromium is not installed');
  // Structures are drawn without a graphics card.
  const args = ['--no-sandbox', '--disable-gpu', '--enable-unsafe-swiftshader'];
  return chromium.launch({ executablePath, args });
}

/** The page of `npm run build` on a static host. */
export async function hosted() {
  const server = await preview({
    build: { outDir: resolve('dist/page') },
    preview: { port: 0, open: false },
  });
  const { port } = server.httpServer.address();
  return { url: `http://localhost:${port}/`, close: () => server.close() };
}
