import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';

import { type DescriptorMatrix, descriptors, readStructures } from '../../../ts/node.js';
import { addAxe } from './accessibility.js';
import { type Browser, type ChromiumOptions, startChromium } from './chromium.js';
import { serve, type Server } from './serve.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const PAGE = join(ROOT, 'dist/page');
export const EXAMPLES = join(ROOT, 'examples');
const SCREENSHOTS = join(ROOT, 'build/screenshots');

/** The longest task of the page's own thread, in ms, on a quiet machine. */
const LONGEST_TASK = 100;

/**
 * Tasks of the same work that show how busy a machine is, and additions in each: some 5 ms on a
 * quiet one.
 */
const TRIALS = 60;
const ADDITIONS = 4e6;

const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' blob: data:; connect-src 'self' http:; worker-src 'self'; object-src 'none'";

/** LAMMPS makes functions from text: its worker alone may do so. */
const LAMMPS_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'unsafe-eval'";

/** What the page writes as JSON. */
export interface Saved {
  readonly sets: readonly { name: string; entropy: number; diversity: number; efficiency: number }[];
  readonly comparison: { overlap: number; novelty: number; mean: number } | null;
}

/**
 * A page that is opened anew for each test of a file; afterwards, that it asked no other host and
 * complained of nothing.
 */
export class OpenPage {
  /** For files of a test. */
  readonly folder = mkdtempSync(join(tmpdir(), 'quests-page-'));
  page!: Page;
  /** Addresses that were asked for. */
  requests: string[] = [];
  #browser!: Browser;
  #servers: Server[] = [];
  #problems: string[] = [];

  constructor(options: ChromiumOptions = {}) {
    beforeAll(async () => {
      mkdirSync(SCREENSHOTS, { recursive: true });
      this.#browser = await startChromium(options);
      await addAxe(this.#browser.context);
      await this.#browser.context.addInitScript(() => {
        const tasks: number[] = [];
        Object.assign(globalThis, { longTasks: tasks });
        new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries()) tasks.push(duration);
        }).observe({ entryTypes: ['longtask'] });
      });
      await this.serve();
    });
    afterAll(async () => {
      await this.#browser.close();
      await Promise.all(this.#servers.map((server) => server.close()));
      rmSync(this.folder, { recursive: true, force: true });
    });
    beforeEach(async () => {
      this.page = await this.#browser.context.newPage();
      this.requests = [];
      this.#problems = [];
      this.page.on('request', (request) => this.requests.push(request.url()));
      this.page.on('pageerror', ({ message }) => this.#problems.push(message));
      this.page.on('console', (message) => {
        if (message.type() === 'error') this.#problems.push(message.text());
      });
    });
    afterEach(async () => {
      const others = this.requests.filter(
        (url) =>
          !this.#servers.some((server) => url.startsWith(server.url)) &&
          !/^(blob:http:\/\/127|data:)/.test(url),
      );
      expect(others).toEqual([]);
      expect(this.#problems).toEqual([]);
      await this.page.close();
    });
  }

  /** Where the page is. */
  get url(): string {
    return (this.#servers[0] as Server).url;
  }

  /** The same without the example that a first visit shows. */
  get empty(): string {
    return `${this.url}?empty`;
  }

  /** Another host of the page; its address. */
  async serve(options: { readonly isolated?: boolean } = {}): Promise<string> {
    const headers = (path: string): Record<string, string> => ({
      'content-security-policy': path.startsWith('/lammps/') ? LAMMPS_POLICY : POLICY,
    });
    const server = await serve(PAGE, { ...options, headers });
    this.host(server);
    return server.url;
  }

  /** A host that the page may ask; it is closed with the others. */
  host(server: Server): void {
    this.#servers.push(server);
  }

  /** Waits for results, and for all pictures that are shown with them. */
  async done(): Promise<void> {
    await this.page.locator('#state', { hasText: 'Done.' }).waitFor();
    await this.settled('#map');
    await this.settled('#structure');
    await this.page.locator('#plots figure[aria-busy="true"]').first().waitFor({ state: 'detached' });
  }

  /** Waits until a picture is that of what was done last. */
  async settled(picture: '#map' | '#structure'): Promise<void> {
    await this.page.locator(`${picture}[aria-busy="false"]`).waitFor();
  }

  async choose(set: number, ...files: string[]): Promise<void> {
    await this.page.locator(`#file-${set}`).setInputFiles(files);
  }

  /** The text of a file that the page writes. */
  async saved(button: string): Promise<string> {
    const [download] = await Promise.all([
      this.page.waitForEvent('download'),
      this.page.locator(button).click(),
    ]);
    return readFileSync(await download.path(), 'utf8');
  }

  async json(): Promise<Saved> {
    return JSON.parse(await this.saved('#json')) as Saved;
  }

  /**
   * How much longer the same work may take than it does at best: 1 where nothing else wants the
   * processor.
   */
  #stretch(): Promise<number> {
    return this.page.evaluate(
      async ([trials, additions]) => {
        const times: number[] = [];
        for (let trial = 0; trial < trials; trial++) {
          await new Promise((resolve) => setTimeout(resolve));
          const began = performance.now();
          let sum = 0;
          for (let at = 0; at < additions; at++) sum += at % 7;
          if (sum > 0) times.push(performance.now() - began);
        }
        return Math.max(...times) / Math.min(...times);
      },
      [TRIALS, ADDITIONS] as const,
    );
  }

  /** Keeps a picture of the page. */
  async screenshot(name: string, fullPage = true): Promise<void> {
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage });
  }

  async expectNoLongTask(): Promise<void> {
    const tasks = await this.page.evaluate(
      () => (globalThis as unknown as { longTasks: number[] }).longTasks,
    );
    expect(Math.max(0, ...tasks)).toBeLessThan(LONGEST_TASK * (await this.#stretch()));
  }
}

export const described = (name: string): Promise<DescriptorMatrix> =>
  descriptors(readStructures(join(EXAMPLES, name)));

/** WebAssembly and the addon differ in the last digits. */
export function near(value: number | undefined, expected: number): void {
  expect(Math.abs((value ?? NaN) - expected)).toBeLessThan(1e-12 * Math.max(1, Math.abs(expected)));
}
