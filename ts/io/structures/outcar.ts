import type { AtomArray, InfoValue, Structure } from '../../model/structure.js';
import type { ByteSource } from '../text/bytes.js';
import { invalidFile, invalidStructure, type FilePlace, shown } from '../text/fault.js';
import { type FrameOptions, readFrames } from './frames.js';
import type { LineReader } from '../text/lines.js';
import { textNumber } from '../text/number.js';
import { endsEarly, readTable } from '../text/table.js';
import {
  energyOf,
  firstNumbers,
  hasLetterI,
  interleaved,
  isGlued,
  type Key,
  keyOf,
  numbersOf,
  pressureOf,
  RUN,
  RUNS,
  spaced,
  stressOf,
} from './outcar-lines.js';
import { OutcarHeader } from './outcar-header.js';
import { endsBefore, here } from './poscar-header.js';
import { VaspSteps } from './vasp-steps.js';

/** Decimals of an energy, as VASP writes them: fewer in the last line are cut. */
const WHOLE_ENERGY = /\.\d{8}(\D|$)/;

/** The columns of the table of atoms. */
const COLUMNS = [
  { name: 'position', kind: 'R', width: 3, finite: true },
  { name: 'force', kind: 'R', width: 3 },
] as const;

/** What has been read of a step. */
interface Step {
  cell?: Float64Array | undefined;
  species?: readonly string[];
  table?: readonly AtomArray[];
  /** Whether its coordinates were met, read or passed over. */
  hasTable?: boolean;
  stress?: readonly number[];
  magmom?: InfoValue;
  /** Magnetic moments along x, or along x, y, z, one after the other. */
  moments?: Float64Array[];
  freeEnergy?: number;
  energy?: number;
  isUnconverged?: boolean;
  isLearned?: boolean;
}

/**
 * Reads OUTCAR of VASP 5 and 6, ionic step by ionic step. All are periodic in all directions.
 * `info.energy` is the energy without entropy, extrapolated to σ → 0, and `info.free_energy` TOTEN,
 * both in eV, as in ASE; `info.stress` has nine numbers in eV/Å³, with ASE's sign: positive under
 * tension. Forces are `arrays.forces`, in eV/Å, moments `arrays.magmoms` and `info.magmom`.
 *
 * A step of a machine-learned force field is a frame, with `info.machine_learned`, unless the same
 * step was calculated too: then the calculation is. Steps without coordinates (NWRITE = 0) and one
 * that is not finished are left out, with a note. Files may be concatenated.
 *
 * @param source bytes of the file, not compressed
 * @throws {QuestsError} INVALID_FILE, with file, frame, line and atom, for a step that is not as
 *   VASP writes it, and for a file without a finished step; INVALID_STRUCTURE for coordinates or a
 *   cell that are not finite. The signal's reason when cancelled
 */
export function readOutcar(
  source: ByteSource,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  return readFrames(source, options, (lines) => new OutcarReader(lines, options));
}

/** Whether a file begins like OUTCAR: with the version of VASP. */
export function looksLikeOutcar(head: Uint8Array): boolean {
  return RUN.test(new TextDecoder().decode(head));
}

class OutcarReader extends VaspSteps<Key, Step> {
  private header = new OutcarHeader();
  private step: Step = {};
  /** A finished step of a machine-learned model, which may be calculated too. */
  private learned: Step | undefined;
  /** The cell that was met last: it may hold for later steps. */
  private cell: Float64Array | undefined;
  /** The ionic step that has begun and is not finished. */
  private begun: string | undefined;
  /** Whether the run has come to its steps: then its header is over. */
  private hasSteps = false;

  constructor(lines: LineReader, options: FrameOptions) {
    super(lines, options, RUNS);
  }

  mayBegin(): boolean {
    const key = keyOf(this.lines);
    if (key === 'vasp.' || key === 'executed on') return true;
    return key === '--' && /Iteration\s*\d+\(\s*1\)/.test(this.lines.text());
  }

  protected key(): Key | undefined {
    return keyOf(this.lines);
  }

  protected forget(): void {
    this.step = {};
    this.learned = undefined;
    this.begun = undefined;
  }

  protected take(
    key: Key,
    isWanted: boolean,
    place: FilePlace,
  ): Promise<Step | undefined> | Step | undefined {
    const { lines, step, header } = this;
    // An energy is whole, or refused.
    if (key !== 'vasp.' && !key.endsWith('without') && isGlued(lines)) return this.beginRun(place);
    switch (key) {
      case 'vasp.':
        return RUN.test(lines.text()) ? this.beginRun(place) : undefined;
      case 'executed on':
        // The first line may be glued to half a line of the run before.
        return header.isEmpty && !this.hasSteps ? undefined : this.beginRun(place);
      case 'POTCAR:':
        if (this.hasSteps) return this.beginWithPotential(lines.text(), place);
        header.takePotential(lines.text());
        break;
      case 'TITEL':
      case 'VRHFIN':
        header.takePotential(lines.text());
        break;
      case 'NELM':
        header.takeElectronicSteps(lines.text());
        break;
      case 'number of dos':
        header.takeIons(lines.text());
        break;
      case 'ions per type':
        return this.readCounts(place);
      case '--':
        // Dashes stand everywhere.
        if (hasLetterI(lines)) this.beginIteration(lines.text());
        break;
      case 'direct lattice vectors':
        return this.readCell(place);
      case 'in kB':
        step.stress = stressOf(pressureOf(lines, place));
        break;
      case 'number of electron':
        this.takeMoment(lines.text(), place);
        break;
      case 'magnetization (':
        return this.readMoments(lines.text(), place);
      case 'POSITION': {
        const text = lines.text();
        if (text.includes('TOTAL-FORCE')) return this.readAtoms(text.includes('(ML)'), isWanted, place);
        break;
      }
      case 'free  energy':
        step.freeEnergy = energyOf(lines, 'free', place);
        break;
      case 'energy  without':
      case 'ML energy  without':
        step.energy = energyOf(lines, 'zero', place);
        if (!lines.terminated || isGlued(lines)) this.checkWhole(lines.text(), place);
        return this.finish(key === 'ML energy  without', place);
    }
    return undefined;
  }

  /** Refuses an energy that the end of its run cuts. */
  private checkWhole(text: string, place: FilePlace): void {
    if (WHOLE_ENERGY.test(text.slice(text.indexOf('sigma')))) return;
    throw invalidFile(here(this.lines, place), 'the run ends within an energy');
  }

  /** A run of which nothing else was seen begins with its list of potentials. */
  private beginWithPotential(text: string, place: FilePlace): Step | undefined {
    const step = this.beginRun(place);
    this.header.takePotential(text);
    return step;
  }

  protected beginRun(place: FilePlace): Step | undefined {
    this.noteUnfinished(place);
    const { learned } = this;
    this.header = new OutcarHeader();
    this.step = {};
    this.begun = undefined;
    this.hasSteps = false;
    this.learned = undefined;
    this.cell = undefined;
    return learned;
  }

  private beginIteration(text: string): void {
    const [, ionic, electronic] = /Iteration\s*(\d+|\*+)\(\s*(\d+|\*+)\)/.exec(text) ?? [];
    if (ionic === undefined) return;
    this.begun = ionic;
    this.hasSteps = true;
    const most = this.header.mostElectronicSteps;
    this.step.isUnconverged = most !== undefined && Number(electronic) >= most;
  }

  /** A step is finished. */
  private finish(isLearned: boolean, place: FilePlace): Step | undefined {
    const { step, learned } = this;
    this.step = {};
    this.hasSteps = true;
    if (!isLearned) this.begun = undefined;
    if (step.hasTable !== true) {
      const why = 'have no coordinates and are left out; vasprun.xml has them';
      this.notes.say('bare-steps', place.frame ?? 0, `steps that VASP wrote in short (NWRITE = 0) ${why}`);
      return undefined;
    }
    step.cell ??= this.cell;
    if (step.cell === undefined) {
      throw invalidFile(here(this.lines, place), 'expected "direct lattice vectors" in the step');
    }
    if (!isLearned) {
      // The same step, calculated.
      this.learned = undefined;
      return step;
    }
    this.learned = { ...step, isLearned };
    return learned;
  }

  protected end(place: FilePlace): Step | undefined {
    const { learned } = this;
    this.learned = undefined;
    if (learned !== undefined) return learned;
    if (place.frame === 0) {
      const expected = 'an ionic step with coordinates, forces and energies';
      throw invalidFile({ ...place, line: this.lines.number }, `the file ends before ${expected}`);
    }
    this.noteUnfinished(place);
    this.begun = undefined;
    return undefined;
  }

  private noteUnfinished(place: FilePlace): void {
    const isBegun = this.begun !== undefined || this.step.hasTable === true;
    if (!isBegun) return;
    const which = this.begun === undefined ? 'the last step' : `step ${this.begun}`;
    this.notes.say('unfinished', place.frame ?? 0, `${which} of a run is not finished and is left out`);
  }

  /** Numbers that go on where the line of them was full. */
  private async furtherCounts(): Promise<string> {
    const { lines } = this;
    let text = '';
    for (;;) {
      const [next = ''] = await lines.peek(1);
      if (!/^\s*\d+(\s+\d+)*\s*$/.test(next)) return text;
      await lines.next();
      text += ` ${next}`;
    }
  }

  private async readCounts(place: FilePlace): Promise<undefined> {
    const { lines, header } = this;
    const text = lines.text();
    header.takeCounts(text + (await this.furtherCounts()), here(lines, place));
  }

  private async readCell(place: FilePlace): Promise<undefined> {
    const { lines } = this;
    const cell = new Float64Array(9);
    for (let row = 0; row < 3; row++) {
      if (!lines.advance() && !(await lines.next())) {
        throw endsBefore(lines, place, `lattice vector ${row + 1}`);
      }
      const vector = firstNumbers(lines, 6, place);
      for (let axis = 0; axis < 3; axis++) {
        const value = vector[axis] as number;
        if (!Number.isFinite(value)) {
          throw invalidStructure(here(lines, place), 'lattice vectors must be finite');
        }
        cell[3 * row + axis] = value;
      }
    }
    this.step.cell = this.cell = cell;
  }

  private async readAtoms(isLearned: boolean, isWanted: boolean, place: FilePlace): Promise<undefined> {
    const { lines, step } = this;
    const atoms = this.header.atoms(here(lines, place));
    await this.passDashes(place);
    step.hasTable = true;
    // Which frame a learned step is shows later only.
    if (isWanted || isLearned) {
      step.table = await readTable(lines, COLUMNS, atoms, place, 'any');
      step.species = this.header.species(here(lines, place));
    } else {
      const passed = await lines.pass(atoms);
      if (passed < atoms) throw endsEarly(lines, atoms, passed, place);
    }
    const [next] = await lines.peek(1);
    if (next !== undefined && !next.trim().startsWith('---')) {
      const after = `after ${atoms} atom${atoms === 1 ? '' : 's'}`;
      const where = { ...place, line: lines.number + 1 };
      // Half of the dashes, and the next run.
      if (RUNS.glued.test(next)) await lines.next();
      throw invalidFile(where, `expected dashes ${after}, found ${shown(next.trim())}`);
    }
  }

  private takeMoment(text: string, place: FilePlace): void {
    const list = /magnetization\s+(\S.*)$/.exec(text)?.[1];
    if (list === undefined) return;
    const moments = list.trim().split(/\s+/);
    const values = numbersOf(list, moments.length, here(this.lines, place));
    this.step.magmom = values.length === 1 ? (values[0] as number) : values;
  }

  private async readMoments(text: string, place: FilePlace): Promise<undefined> {
    const { lines, step } = this;
    const axis = ['x', 'y', 'z'].indexOf(/\((\w)\)/.exec(text)?.[1] ?? '');
    if (axis === -1) return;
    const atoms = this.header.atoms(here(lines, place));
    await this.passDashes(place);
    const moments: number[] = [];
    for (let atom = 0; atom < atoms; atom++) {
      if (!(await lines.next())) throw endsEarly(lines, atoms, atom, place);
      const field = spaced(lines.text()).trim().split(/\s+/).at(-1) ?? '';
      const value = textNumber(field);
      if (value === undefined) {
        throw invalidFile({ ...here(lines, place), atom }, `expected a moment, found ${shown(field)}`);
      }
      moments.push(value);
    }
    if (axis === 0) step.moments = [Float64Array.from(moments)];
    else step.moments?.push(Float64Array.from(moments));
  }

  /** Goes to the dashes that a table begins with, at most four lines ahead. */
  private async passDashes(place: FilePlace): Promise<void> {
    const { lines } = this;
    for (let line = 0; line < 4; line++) {
      if (!(await lines.next())) throw endsBefore(lines, place, 'a table');
      const text = lines.text();
      if (RUNS.start.test(text) || RUNS.glued.test(text)) break;
      if (text.trim().startsWith('---')) return;
    }
    throw invalidFile(here(lines, place), 'expected dashes before a table');
  }

  protected structureOf(step: Step, place: FilePlace): Structure {
    const { frame = 0 } = place;
    const { cell, species, table, stress, magmom, moments, freeEnergy, energy } = step;
    const [positions, forces] = table ?? [];
    if (step.isLearned === true) this.notes.machineLearned(frame);
    else if (step.isUnconverged === true) this.notes.unconverged(frame);
    const arrays: Record<string, AtomArray> = { forces: forces as AtomArray };
    if (moments !== undefined) arrays.magmoms = interleaved(moments);
    return {
      positions: positions?.data as Float64Array,
      cell: cell as Float64Array,
      pbc: [true, true, true],
      species: species as readonly string[],
      arrays,
      info: {
        ...(energy !== undefined && { energy }),
        ...(freeEnergy !== undefined && { free_energy: freeEnergy }),
        ...(stress !== undefined && { stress }),
        ...(magmom !== undefined && { magmom }),
        ...(step.isLearned === true && { machine_learned: true }),
        ...(step.isUnconverged === true && { converged: false }),
      },
      source: { file: place.file, frame },
    };
  }
}
