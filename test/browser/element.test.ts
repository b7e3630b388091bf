import { resolve } from 'node:path';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, withoutChromium } from '../support/browser/chromium.js';
import { EXAMPLES, OpenPage } from '../support/browser/open-page.js';
import { serve, type Server } from '../support/browser/serve.js';

const PAGE = resolve(import.meta.dirname, '../../dist/page');

describe.runIf(hasChromium || process.env.CI)(`<quests-explorer> in other pages${withoutChromium}`, () => {
  const open = new OpenPage();
  /** Who has the page, who has data, and who has a page that shows both. */
  let quests: Server;
  let data: Server;
  let site: Server;
  let shown = '';

  beforeAll(async () => {
    const headers = { 'access-control-allow-origin': '*' };
    quests = await serve(PAGE, { headers: () => headers });
    data = await serve(EXAMPLES, { headers: () => headers });
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(shown);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    site = {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      close: () =>
        new Promise((done) => {
          server.close(() => done());
          server.closeAllConnections();
        }),
    };
    for (const one of [quests, data, site]) open.host(one);
  });

  afterAll(() => {
    shown = '';
  });

  /** The line that documents give. */
  const embed = (attributes: string): string =>
    `<script type="module" src="${quests.url}explorer.js"></script>` +
    `<quests-explorer ${attributes}></quests-explorer>`;
  const page = (body: string): string => `<!doctype html><html lang="en"><title>a page</title><body>${body}`;

  it('show data at addresses, with settings', async () => {
    shown = page(embed(`a="${data.url}cu_crystal.xyz@:2" b="${data.url}cu_melt.xyz@:1" k="16"`));
    await open.page.goto(site.url);
    const frame = open.page.frameLocator('quests-explorer iframe');
    await frame.locator('#verdict', { hasText: /of cu_melt\.xyz.* is outside cu_crystal\.xyz/ }).waitFor();
    await frame.locator('#used', { hasText: 'neighbours k: 16;' }).waitFor();
    expect(await open.page.locator('quests-explorer a').getAttribute('href')).toContain(
      new URLSearchParams({ a: `${data.url}cu_crystal.xyz@:2` }).toString(),
    );
    // Attributes that change are other data.
    await open.page.locator('quests-explorer').evaluate((one) => one.removeAttribute('b'));
    await frame.locator('#verdict', { hasText: /^cu_crystal\.xyz.* is mostly redundant/ }).waitFor();
  });

  it('show what is beside the page that shows them, by relative addresses', async () => {
    shown = page(`<base href="${data.url}">${embed('a="cu_crystal.xyz@:1"')}`);
    await open.page.goto(site.url);
    const frame = open.page.frameLocator('quests-explorer iframe');
    await frame.locator('#verdict', { hasText: /^cu_crystal\.xyz.* is mostly redundant/ }).waitFor();
  });

  it('work in the frame of an output cell, and say so where a sandbox forbids it', async () => {
    const cell = (sandbox: string): string => {
      const text = embed(`a="${data.url}cu_crystal.xyz@:1"`).replaceAll('"', '&quot;');
      return page(`<iframe title="cell" sandbox="${sandbox}" srcdoc="${text}"></iframe>`);
    };
    shown = cell('allow-scripts allow-same-origin');
    await open.page.goto(site.url);
    const frame = open.page.frameLocator('iframe').frameLocator('quests-explorer iframe');
    await frame.locator('#verdict', { hasText: /^cu_crystal\.xyz.* is mostly redundant/ }).waitFor();

    shown = cell('allow-scripts allow-popups');
    await open.page.goto(site.url);
    const told = open.page.frameLocator('iframe').locator('quests-explorer');
    await told.locator('p', { hasText: 'in a sandbox without an origin' }).waitFor();
    expect(await told.locator('a').getAttribute('href')).toContain(`${quests.url}?a=`);
    expect(await told.locator('iframe').count()).toBe(0);
  });
});
