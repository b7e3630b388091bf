import { describe, expect, it } from 'vitest';
import { contacts } from '../../ts/faces/node/analysis.js';
import { audit, descriptors, QuestsError, type Skipped, type Structure } from '../../ts/node.js';
import { BACKENDS } from '../support/backends/backends.js';

/** What a promise fails with, as data. */
async function fieldsOf(promise: Promise<unknown>): Promise<object> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof QuestsError)) throw error;
    const { message, problem } = error;
    return { ...Object.fromEntries(Object.entries(error)), message, problem };
  }
  throw new Error('nothing failed');
}

const GOOD: Structure = { positions: Float64Array.of(0, 0, 0, 2, 2, 2) };
const NOT_FINITE: Structure = { positions: Float64Array.of(0, 0, 0, 2, NaN, 2) };
const TOO_CLOSE: Structure = { positions: Float64Array.of(9, 9, 9, 0, 0, 0, 0, 0, 4e-4) };
const at = (structure: Structure, frame: number): Structure => ({
  ...structure,
  source: { file: 'Si.xyz', frame },
});

describe.each(BACKENDS)('places of errors, %s', (backend) => {
  it('are fields: the index in the call where no file is known', async () => {
    const problem = 'y of atom 1 is NaN, expected a finite number';
    expect(await fieldsOf(descriptors([GOOD, NOT_FINITE], { backend }))).toEqual({
      name: 'QuestsError',
      code: 'INVALID_STRUCTURE',
      frame: 1,
      atom: 1,
      problem,
      message: `frame 1: ${problem}`,
      frames: [{ frame: 1, atom: 1, problem }],
    });
  });

  it('are fields: the file and its frame where they are known', async () => {
    const fields = await fieldsOf(descriptors([GOOD, at(TOO_CLOSE, 12)], { backend }));
    expect(fields).toMatchObject({ code: 'INVALID_STRUCTURE', file: 'Si.xyz', frame: 12, atom: 1 });
    expect(fields).toMatchObject({
      problem: 'atoms 1 and 2 are 4.00e-4 Å apart, expected at least 0.001 Å',
      message: 'Si.xyz, frame 12: atoms 1 and 2 are 4.00e-4 Å apart, expected at least 0.001 Å',
    });
    expect(fields).not.toHaveProperty('line');
  });

  it('name no frame where none is at fault', async () => {
    const fields = await fieldsOf(descriptors(GOOD, { backend, cutoff: -1 }));
    expect(fields).toMatchObject({ code: 'INVALID_ARGUMENT' });
    for (const field of ['file', 'frame', 'line', 'atom']) expect(fields).not.toHaveProperty(field);
  });

  it('name each of several bad frames, in order, once', async () => {
    const all = [NOT_FINITE, GOOD, at(TOO_CLOSE, 3), GOOD, NOT_FINITE, at(TOO_CLOSE, 5), TOO_CLOSE];
    const skipped: Skipped[] = [];
    const onSkip = (skip: Skipped): void => void skipped.push(skip);
    const x = await descriptors(all, { backend, onSkip });
    expect(x.frames).toBe(2);
    const places = skipped.map(({ file, frame, error }) => [
      file,
      frame,
      error.file,
      error.frame,
      error.atom,
    ]);
    // The core checks numbers when it plans, and distances in its steps.
    expect(places).toEqual([
      ['', undefined, undefined, 0, 1],
      ['', undefined, undefined, 4, 1],
      ['Si.xyz', 3, 'Si.xyz', 3, 1],
      ['Si.xyz', 5, 'Si.xyz', 5, 1],
      ['', undefined, undefined, 6, 1],
    ]);
    expect(skipped.every(({ error }) => !error.message.includes('\n'))).toBe(true);
  });

  it('count frames of the call, not of the batch they are computed in', async () => {
    const crystal: Structure = {
      positions: Float64Array.from(
        { length: 3 * 9000 },
        (_, i) => 3 * Math.floor(i / 3 / 30 ** (i % 3)) + 0.1,
      ),
      cell: [1e4, 0, 0, 0, 1e4, 0, 0, 0, 1e4],
    };
    const fields = await fieldsOf(descriptors([crystal, GOOD, NOT_FINITE], { backend, k: 2 }));
    expect(fields).toMatchObject({ frame: 2, message: expect.stringMatching(/^frame 2: /) as string });
  });

  it('are those of contacts and audits, too', async () => {
    const bad = at(NOT_FINITE, 7);
    expect(await fieldsOf(contacts([GOOD, bad], { backend }))).toMatchObject({
      file: 'Si.xyz',
      frame: 7,
      atom: 1,
    });
    const { unusable } = await audit([GOOD, bad], { backend });
    expect(unusable).toEqual([
      { file: 'Si.xyz', frame: 7, problem: 'y of atom 1 is NaN, expected a finite number' },
    ]);
  });
});
