import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FrameOptions, ReadNote } from '../../../../ts/io/structures/frames.js';
import { looksLikeVasprun, readVasprun } from '../../../../ts/io/structures/vasprun.js';
import type { Skipped } from '../../../../ts/model/bad-frames.js';
import type { Structure } from '../../../../ts/model/structure.js';
import { all, bytesOf, failure, inPieces, rowReader } from '../../../support/data/reading.js';

const RUN = readFileSync(new URL('ase/made/vasprun.xml', import.meta.url), 'utf8');

function read(text: string, options: Partial<FrameOptions> = {}): Promise<Structure[]> {
  return all(readVasprun(bytesOf(text), { file: 'vasprun.xml', rowReader, ...options }));
}

async function readWithNotes(text: string): Promise<{ frames: Structure[]; notes: ReadNote[] }> {
  const notes: ReadNote[] = [];
  const frames = await read(text, { onNote: (note) => notes.push(note) });
  return { frames, notes };
}

describe('readVasprun', () => {
  it('is known by its first lines', () => {
    expect(looksLikeVasprun(bytesOf(RUN))).toBe(true);
    expect(looksLikeVasprun(bytesOf('<?xml version="1.0"?>\n<cml>'))).toBe(false);
  });

  it('reads pieces of any size, passes over calculations, and reads joined files', async () => {
    const whole = await read(RUN);
    expect(whole).toHaveLength(3);
    expect(await all(readVasprun(inPieces(bytesOf(RUN), 91), { file: 'vasprun.xml' }))).toEqual(whole);
    const frames = { end: 3, wants: (frame: number) => frame === 2 };
    expect(await read(RUN, { frames })).toEqual(whole.slice(2));
    const joined = await read(RUN + RUN);
    expect(joined.map(({ info }) => info?.energy)).toEqual(
      [...whole, ...whole].map(({ info }) => info?.energy),
    );
  });

  it('reads the finished calculations of a run that is not finished, wherever it ends', async () => {
    const ends = Array.from(RUN.matchAll(/<\/calculation>/g), ({ index }) => index + '</calculation>'.length);
    for (let length = 40; length < RUN.length; length += 61) {
      const finished = ends.filter((end) => end <= length).length;
      const cut = RUN.slice(0, length);
      if (finished === 0) {
        expect(await failure(read(cut))).toMatch(
          /^INVALID_FILE: vasprun.xml, frame 0, line \d+: the file ends before a calculation is finished/,
        );
        continue;
      }
      const isCut = RUN.slice(ends[finished - 1], length).includes('<calculation>');
      const note = {
        file: 'vasprun.xml',
        frame: finished,
        text: 'the last calculation of a run is not finished and is left out',
        kind: 'unfinished',
      };
      for (const [text, further] of [
        [cut, 0],
        [`${cut}\n${RUN}`, 3],
        // Cut within a line, which the next run goes on with.
        [cut.trimEnd() + RUN, 3],
      ] as const) {
        const { frames, notes } = await readWithNotes(text);
        expect(frames, `${length} bytes`).toHaveLength(finished + further);
        expect(notes).toEqual(isCut ? [note] : []);
      }
    }
  });

  it('reads steps of a machine-learned model, which have no electronic steps', async () => {
    const learned = RUN.replaceAll(/ *<scstep>(.|\n)*?<\/scstep>\n/g, '').replace(
      '<incar>\n',
      '<incar>\n  <i type="logical" name="ML_LMLFF"> T  </i>\n',
    );
    const { frames, notes } = await readWithNotes(learned);
    const [first] = await read(RUN);
    expect(frames[0]?.info).toMatchObject({
      energy: first?.info?.free_energy,
      free_energy: first?.info?.free_energy,
      machine_learned: true,
    });
    expect(notes.map(({ kind }) => kind)).toEqual(['machine-learned']);
  });

  it('keeps the last dipole of a calculation', async () => {
    const dipole = (z: number): string =>
      `   <dipole>\n    <v name="dipole">  0.1 -0.2  ${z}</v>\n    <i name="edip"> 0.5 </i>\n   </dipole>\n`;
    let step = 0;
    const text = RUN.replaceAll('</scstep>', () => `${dipole(step++)}  </scstep>`);
    const frames = await read(text);
    expect(frames.map(({ info }) => info?.dipole)).toHaveLength(3);
    expect(frames.at(-1)?.info?.dipole).toEqual([0.1, -0.2, step - 1]);
    const whole = await read(RUN);
    expect(frames.map(({ info }) => info?.energy)).toEqual(whole.map(({ info }) => info?.energy));
    expect(whole[0]?.info).not.toHaveProperty('dipole');
    // After those of the electronic steps, that of the calculation.
    const last = await read(text.replaceAll('</calculation>', `${dipole(99)} </calculation>`));
    expect(last.map(({ info }) => (info?.dipole as number[])[2])).toEqual([99, 99, 99]);
    expect(await failure(read(text.replace('-0.2', '***')))).toContain(
      'expected <v> with three values in dipole, found',
    );
  });

  it('says that electronic steps did not converge', async () => {
    const { frames, notes } = await readWithNotes(RUN.replace('"NELM">    60', '"NELM">     2'));
    expect(frames[0]?.info?.converged).toBe(false);
    expect(notes.map(({ kind }) => kind)).toEqual(['unconverged']);
  });

  it('reads rows without blanks, and elements that VASP cut', async () => {
    const tight = RUN.replaceAll(/<v>\s+(.*?)\s+<\/v>/g, '<v>$1</v>').replaceAll('<c>O </c>', '<c>r </c>');
    const whole = await read(RUN);
    expect(await read(tight)).toEqual(whole.map((frame) => ({ ...frame, species: ['Fe', 'Fe', 'Zr'] })));
  });
});

describe('broken vasprun.xml files', () => {
  const start = RUN.indexOf('<calculation>');
  const row = /<varray name="forces" >\n(.*\n)/.exec(RUN)?.[1] ?? '';
  const place = /<calculation>(?:.|\n)*?<varray name="positions" >\n(.*\n)/.exec(RUN)?.[1] ?? '';

  it.each<[string, string, string]>([
    [row, '', 'expected 3 rows of forces, found 2'],
    [row, row + row, 'expected 3 rows of forces, found "<v>'],
    [row, row.replace(/\d\.\d+/, '****'), 'expected <v> with three values in forces, found "<v>'],
    [row, '<v> 1 2 </v>\n', 'expected <v> with three values in forces, found "<v> 1 2 </v>"'],
    [place, place.replace(/-?\d\.\d+/, 'NaN'), 'positions must be finite'],
    ['name="positions"', 'name="places"', 'expected <varray name="positions"> in the calculation'],
    ['name="basis"', 'name="base"', 'expected <varray name="basis"> in the calculation'],
    ['<i name="e_fr_energy">', '<i name="e_fr_energy"> *', 'expected a number for e_fr_energy, found "*'],
  ])('are refused in one line, and skipped: %#', async (from, to, problem) => {
    const broken = RUN.slice(0, start) + RUN.slice(start).replace(from, to);
    expect(await failure(read(broken))).toMatch(/^INVALID_\w+: vasprun.xml, frame 0, line \d+: /);
    expect(await failure(read(broken))).toContain(problem);
    const skipped: Skipped[] = [];
    const frames = await read(broken, { onSkip: (skip) => skipped.push(skip) });
    expect(frames.map(({ source }) => source?.frame)).toEqual([1, 2]);
    expect(skipped.map(({ frame }) => frame)).toEqual([0]);
  });

  it.each<[string, string, string]>([
    ['<array name="atoms" >', '<array name="other" >', 'expected <array name="atoms"> before coordinates'],
    ['<c>O </c>', '<c></c>', 'expected an element for each atom in <array name="atoms">'],
  ])('are refused without atoms: %s', async (from, to, problem) => {
    expect(await failure(read(RUN.replace(from, to)))).toContain(problem);
  });
});
