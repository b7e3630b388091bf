import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { callText, type Engine, type EnginePage, LIMIT, until, WINDOW } from './engine.js';
import { installed } from './installed.js';
import { hasScreen, startScreen } from './screen.js';

const program = installed('WebKitWebDriver');

/** The key under which WebDriver names an element. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** WebKitGTK with its own small browser, over WebDriver. */
export const WEBKIT: Engine = {
  name: 'WebKit',
  missing: [program === undefined ? 'webkit2gtk-driver' : '', hasScreen ? '' : 'xvfb']
    .filter(Boolean)
    .join(' '),
  start: async (): Promise<EnginePage> => {
    const folder = mkdtempSync(join(tmpdir(), 'quests-webkit-'));
    const screen = await startScreen();
    const port = await freePort();
    const driver = spawn(program ?? '', [`--port=${port}`], {
      stdio: 'ignore',
      env: { ...process.env, DISPLAY: screen.display, GDK_BACKEND: 'x11', HOME: folder },
    });
    const ended = new Promise<void>((resolve) => driver.once('close', () => resolve()));
    const driverUrl = `http://127.0.0.1:${port}`;
    await until('WebKitWebDriver', () => isThere(`${driverUrl}/status`));
    const { sessionId } = await asked<{ sessionId: string }>('POST', `${driverUrl}/session`, {
      capabilities: { alwaysMatch: { timeouts: { script: LIMIT, pageLoad: LIMIT } } },
    });
    const session = `${driverUrl}/session/${sessionId}`;
    await asked('POST', `${session}/window/rect`, WINDOW);
    const call: EnginePage['call'] = async <A extends readonly unknown[], R>(
      act: (...args: A) => R | Promise<R>,
      ...args: A
    ): Promise<R> => {
      const script = `return ${callText(act, args)}`;
      const value = await asked<R | null>('POST', `${session}/execute/sync`, { script, args: [] });
      // It has null for undefined.
      return (value ?? undefined) as R;
    };
    const click = async (selector: string): Promise<void> => {
      const found = await asked<Record<string, string>>('POST', `${session}/element`, {
        using: 'css selector',
        value: selector,
      });
      await asked('POST', `${session}/element/${found[ELEMENT] ?? ''}/click`, {});
    };
    return {
      goto: async (url) => {
        await asked('POST', `${session}/url`, { url });
      },
      call,
      click,
      // A browser that is driven saves nothing: what it would save is kept.
      saved: async (selector, name) => {
        await call(keepSaved);
        await click(selector);
        return until(name, () => call(takeSaved, name));
      },
      screenshot: async () => Buffer.from(await asked<string>('GET', `${session}/screenshot`), 'base64'),
      close: async () => {
        await asked('DELETE', session);
        driver.kill();
        await ended;
        await screen.close();
        rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      },
    };
  },
};

/** A command of WebDriver. */
async function asked<T>(method: string, url: string, body?: object): Promise<T> {
  const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
  const { value } = (await response.json()) as { value: T & { error?: string; message?: string } };
  if (!response.ok) throw new Error(`${value.error ?? ''}: ${value.message ?? ''}`);
  return value;
}

function isThere(url: string): Promise<true | undefined> {
  return fetch(url).then(
    () => true as const,
    () => undefined,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

interface Keeping {
  savedFiles?: { name: string; blob: Promise<string> }[];
}

/** Runs in the page. */
function keepSaved(): void {
  const page = globalThis as Keeping;
  if (page.savedFiles !== undefined) return;
  const files: { name: string; blob: Promise<string> }[] = [];
  page.savedFiles = files;
  let last: Promise<string> | undefined;
  const { createObjectURL } = URL;
  URL.createObjectURL = (blob) => {
    if (blob instanceof Blob) last = blob.text();
    return createObjectURL(blob);
  };
  HTMLAnchorElement.prototype.click = function () {
    if (last !== undefined) files.push({ name: this.download, blob: last });
  };
}

/** Runs in the page. */
function takeSaved(name: string): Promise<string> | undefined {
  return (globalThis as Keeping).savedFiles?.find((file) => file.name === name)?.blob;
}
