import { describe, expect, it } from 'vitest';
import { breakable } from '../../../ts/report/html.js';
import { infoTexts } from '../../../ts/report/frame-info.js';

describe('values of frames in a report', () => {
  it('begin with those in which frames differ, and leave out whole ones', () => {
    const infos = [1, 2].map((at) => ({ method: 'PBE', energy: -at, T: 300, step: at, stress: [1, 2] }));
    expect(infoTexts(infos)).toEqual([
      'energy=-1, step=1, method=PBE, T=300',
      'energy=-2, step=2, method=PBE, T=300',
    ]);
    expect(infoTexts([{ a: 1, b: 2, c: 3, d: 4, e: 5 }])).toEqual(['a=1, b=2, c=3, d=4, …']);
    expect(infoTexts([{ a: 1 }, {}])).toEqual(['a=1', '']);
  });

  it('show of long ones that begin alike that in which they differ', () => {
    const of = (end: string): { path: string } => ({
      path: `/scratch/${'deep/'.repeat(30)}run_${end}/OUTCAR`,
    });
    expect(infoTexts([of('17'), of('18')])).toEqual(['path=…un_17/OUTCAR', 'path=…un_18/OUTCAR']);
    // Those that are the same are cut at their end, as is one alone.
    expect(infoTexts([of('17'), of('17')])[0]).toMatch(/^path=\/scratch\/deep.*…$/);
    const late = [0, 1].map((at) => ({ key: `${at}${'x'.repeat(200)}` }));
    expect(infoTexts(late)[1]).toBe(`key=1${'x'.repeat(39)}…`);
  });
});

it('breaks long words where names have joints, and leaves the text as it is', () => {
  expect(breakable('δH of a.xyz').text).toBe('δH of a.xyz');
  expect(breakable('new_<structures>/of_a_long_run.xyz is').text).toBe(
    'new_<wbr>&lt;structures&gt;/<wbr>of_<wbr>a_<wbr>long_<wbr>run.<wbr>xyz is',
  );
});
