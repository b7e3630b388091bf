import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/browser/accessibility.js';
import { hasChromium, withoutChromium } from '../support/browser/chromium.js';
import { EXAMPLES, OpenPage } from '../support/browser/open-page.js';

const FIRST = '.drop[data-set="0"]';
const SECOND = '.drop[data-set="1"]';

describe.runIf(hasChromium || process.env.CI)(`files that are dropped in Chromium${withoutChromium}`, () => {
  const open = new OpenPage();

  /** Drops files and folders of the disk in the middle of an element. */
  async function drop(selector: string, ...files: readonly string[]): Promise<void> {
    // A file that was saved may have scrolled the page.
    await open.page.locator(selector).scrollIntoViewIfNeeded();
    const box = await open.page.locator(selector).boundingBox();
    if (box === null) throw new Error(`${selector} has no place`);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const session = await open.page.context().newCDPSession(open.page);
    const data = { items: [], files: [...files], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', { type, x, y, data });
    }
    await session.detach();
  }

  function xyz(...path: string[]): string {
    const file = join(open.folder, ...path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, '1\n\nCu 0 0 0\n');
    return file;
  }

  const names = (set: number): Promise<string | null> => open.page.locator(`#files-${set}`).textContent();
  const has = (set: number, text: string): Promise<void> =>
    open.page.locator(`#files-${set}`, { hasText: text }).waitFor();

  it('takes all files of a folder, in the order of their numbers, and computes with them', async () => {
    for (const name of ['run.10.xyz', 'run.9.xyz', 'deep/er/a.xyz', '.hidden.xyz']) xyz('runs', name);
    await open.page.goto(open.empty);
    await drop(FIRST, join(open.folder, 'runs'), xyz('last.xyz'));
    await has(0, 'last.xyz');
    expect((await names(0))?.replaceAll(/ \([^)]*\)/g, '')).toBe(
      'runs/deep/er/a.xyz, runs/run.9.xyz, runs/run.10.xyz, last.xyz',
    );
    await open.page.locator('#run').click();
    await open.done();
    expect((await open.json()).sets[0]).toMatchObject({ frames: 4, environments: 4 });
  });

  it('takes more files of a folder than a browser gives at a time', async () => {
    for (let at = 0; at < 230; at++) xyz('many', `${at}.xyz`);
    await open.page.goto(open.empty);
    await drop(FIRST, join(open.folder, 'many'));
    // So many are not named one by one, neither here nor in the verdict.
    await has(0, 'many (230 files), 2.8');
    await open.done();
    expect(await open.page.locator('#verdict').textContent()).toMatch(/^many \(230 files\)/);
    expect((await open.json()).sets[0]).toMatchObject({ frames: 230 });
  });

  it('says of a folder without files what it is', async () => {
    mkdirSync(join(open.folder, 'nothing'), { recursive: true });
    await open.page.goto(open.empty);
    await drop(FIRST, join(open.folder, 'nothing'));
    await open.page.locator('#error', { hasText: 'nothing: this folder holds no files.' }).waitFor();
  });

  it('shows the box that takes what is dragged, wherever on the page that is', async () => {
    await open.page.goto(open.empty);
    const over = async (where: string): Promise<(string | null)[]> => {
      await open.page.locator(where).evaluate((target) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(['x'], 'a.xyz'));
        target.dispatchEvent(new DragEvent('dragover', { bubbles: true, cancelable: true, dataTransfer }));
      });
      return open.page
        .locator('.drop.over')
        .evaluateAll((boxes) => boxes.map((box) => box.getAttribute('data-set')));
    };
    expect(await over('h1')).toEqual(['0']);
    expect(await over(SECOND)).toEqual(['1']);
    await open.choose(0, xyz('one.xyz'));
    expect(await over('h1')).toEqual(['1']);
  });

  it('stays where it is when files are dropped beside the boxes, and computes at once', async () => {
    await open.page.goto(open.empty);
    await drop('h1', join(EXAMPLES, 'cu_train.xyz'));
    await has(0, 'cu_train.xyz');
    await open.done();
    expect(open.page.url()).toBe(open.url);
    expect((await open.json()).sets).toHaveLength(1);
    // Another one is compared with it.
    await drop('h1', join(EXAMPLES, 'cu_test.xyz'));
    await open.page.locator('#verdict', { hasText: 'cu_test.xyz' }).waitFor();
    await open.done();
    expect((await open.json()).sets).toHaveLength(2);
    // Which of two a third replaces must be said.
    await drop('h1', xyz('third.xyz'));
    await open.page.locator('#error', { hasText: 'Drop files on the box of the first or' }).waitFor();
    expect(open.page.url()).toBe(open.url);
    expect(await names(0)).toContain('cu_train.xyz');
    expect(await names(1)).toContain('cu_test.xyz');
    // On its box it is taken, and nothing is wrong any more.
    await drop(SECOND, xyz('third.xyz'));
    await open.page.locator('#verdict', { hasText: 'third.xyz' }).waitFor();
    expect(await open.page.locator('#error').isVisible()).toBe(false);
  });

  it('says what a file may mean that was not read of it', async () => {
    const frame = '2\n8.0 8.0 8.0 90.0 90.0 90.0\nCu 0 0 0\nCu 2 0 0\n';
    const file = join(open.folder, 'plain.xyz');
    writeFileSync(file, frame.repeat(2));
    await open.page.goto(open.empty);
    await open.choose(0, file);
    await open.page.locator('#run').click();
    await open.done();
    expect(await open.page.locator('#notes').textContent()).toMatch(/^Note: plain\.xyz, frame 0: .*cell/);
    await open.choose(0, xyz('alone.xyz'));
    await open.page.locator('#run').click();
    await open.page.locator('#verdict', { hasText: 'alone.xyz' }).waitFor();
    // An atom alone: that is said, and nothing of the file before.
    expect(await open.page.locator('#notes').textContent()).toMatch(/^Note: alone\.xyz: no environment has/);
    expect(await open.page.locator('#notes li').count()).toBe(1);
  });

  it('says that results are of earlier files or settings', async () => {
    const stale = open.page.locator('#stale');
    await open.page.goto(open.empty);
    await open.choose(0, join(EXAMPLES, 'cu_train.xyz'));
    await open.page.locator('#run').click();
    await open.done();
    expect(await stale.isVisible()).toBe(false);
    await open.page.locator('#form summary').click();
    await open.page.locator('#cutoff').fill('4');
    await stale.waitFor();
    expect(await stale.textContent()).toMatch(/Out of date: files or settings have changed/);
    await expectAccessible(open.page);
    // The settings that the results are of.
    await open.page.locator('#cutoff').fill('5');
    expect(await stale.isVisible()).toBe(false);
    await open.page.locator('#threads').fill('2');
    expect(await stale.isVisible()).toBe(false);
    await open.choose(1, join(EXAMPLES, 'cu_test.xyz'));
    await stale.waitFor();
    // What fails leaves the results as they are.
    await open.page.locator('#bandwidth').fill('-1');
    await open.page.locator('#run').click();
    await open.page.locator('#error', { hasText: 'bandwidth is -1' }).waitFor();
    expect(await stale.isVisible()).toBe(true);
    await open.page.locator('#bandwidth').fill('0.015');
    await open.page.locator('#run').click();
    await open.page.locator('#verdict', { hasText: 'cu_test.xyz' }).waitFor();
    expect(await stale.isVisible()).toBe(false);
  });
});
