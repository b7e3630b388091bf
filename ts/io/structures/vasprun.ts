import { cellVolume } from '../../model/cell.js';
import type { Structure } from '../../model/structure.js';
import type { ByteSource } from '../text/bytes.js';
import { invalidFile, invalidStructure, type FilePlace, shown } from '../text/fault.js';
import { type FrameOptions, readFrames } from './frames.js';
import type { LineReader } from '../text/lines.js';
import { textNumber } from '../text/number.js';
import { here, toCartesian } from './poscar-header.js';
import { KILOBAR } from './units.js';
import { VaspSteps } from './vasp-steps.js';
import { readDipole, readSpecies, readVectors, tagOf } from './vasprun-lines.js';

/** 1 kbar in eV/Å³ with the constants of VASP, which added pressure times volume to an energy. */
const VASP_KILOBAR = 1e-22 / 1.60217733e-19;

/** The line that a run begins with. */
const RUN = /<modeling\b/;

/** What has been read of a calculation. */
interface Calculation {
  basis?: Float64Array;
  /** In units of the cell vectors. */
  positions?: Float64Array;
  forces?: Float64Array;
  stress?: Float64Array;
  /** In e·Å, of the last electronic step that says it. */
  dipole?: readonly number[];
  /** Free energy, with pressure times volume. */
  enthalpy?: number;
  /** Of the last electronic step. */
  electronic?: { free?: number; zero?: number };
  electronicSteps: number;
}

/** What holds for all calculations of a run. */
interface Run {
  species?: readonly string[];
  /** Which components of an atom may move. */
  selective?: Uint8Array;
  /** External pressure, in kbar. */
  pressure: number;
  mostElectronicSteps?: number;
  hasLearned?: boolean;
}

/**
 * Reads vasprun.xml of VASP, calculation by calculation. All are periodic in all directions.
 * `info.energy` and `info.free_energy` are as in {@link readOutcar} and ASE: without the external
 * pressure times the volume, and extrapolated to σ → 0 with the last electronic step;
 * `info.stress` has nine numbers in eV/Å³, positive under tension, symmetric, `info.dipole` three
 * in e·Å. Forces are
 * `arrays.forces`, in eV/Å, the flags of selective dynamics `arrays.selective_dynamics`.
 *
 * A calculation that is not finished is left out, with a note. Steps of a machine-learned force
 * field have no electronic steps: they have `info.machine_learned`. Files may be concatenated.
 *
 * @param source bytes of the file, not compressed, a tag on each line, as VASP writes it
 * @throws {QuestsError} INVALID_FILE, with file, frame and line, for a calculation that is not as
 *   VASP writes it, and for a file without a finished one; INVALID_STRUCTURE for coordinates or a
 *   cell that are not finite. The signal's reason when cancelled
 */
export function readVasprun(
  source: ByteSource,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  return readFrames(source, options, (lines) => new VasprunReader(lines, options));
}

/** Whether a file begins like vasprun.xml. */
export function looksLikeVasprun(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head);
  return /^\ufeff?\s*</.test(text) && RUN.test(text);
}

class VasprunReader extends VaspSteps<string, Calculation> {
  private run: Run = { pressure: 0 };
  /** The calculation that has begun. */
  private calculation: Calculation | undefined;
  private isElectronic = false;
  private isInitial = false;

  constructor(lines: LineReader, options: FrameOptions) {
    super(lines, options, { start: /^\s*<(\?xml|modeling)\b/, glued: /<(\?xml|modeling)\b/ });
  }

  mayBegin(): boolean {
    return /<(calculation|modeling)\b/.test(this.lines.text());
  }

  protected key(): string | undefined {
    return tagOf(this.lines);
  }

  protected forget(): void {
    this.calculation = undefined;
    this.isElectronic = false;
  }

  protected async take(tag: string, isWanted: boolean, place: FilePlace): Promise<Calculation | undefined> {
    const { lines, calculation } = this;
    switch (tag) {
      case 'modeling':
        this.beginRun(place);
        break;
      case 'calculation':
        this.calculation = { electronicSteps: 0 };
        this.isElectronic = false;
        break;
      case '/calculation':
        this.calculation = undefined;
        return calculation && this.checked(calculation, isWanted, place);
      case 'scstep':
        this.isElectronic = true;
        if (calculation !== undefined) calculation.electronicSteps++;
        break;
      case '/scstep':
        this.isElectronic = false;
        break;
      case 'structure':
        this.isInitial = lines.text().includes('"initialpos"');
        break;
      case 'array':
        if (nameOf(lines.text()) === 'atoms') this.run.species = await readSpecies(lines, place);
        break;
      case 'varray':
        await this.takeVectors(nameOf(lines.text()), isWanted, place);
        break;
      case 'dipole':
        await this.takeDipole(place);
        break;
      case 'i':
        this.takeValue(lines.text(), place);
        break;
    }
    return undefined;
  }

  protected beginRun(place: FilePlace): undefined {
    this.noteUnfinished(place);
    this.run = { pressure: 0 };
    this.calculation = undefined;
    this.isElectronic = false;
  }

  private async takeVectors(name: string, isWanted: boolean, place: FilePlace): Promise<void> {
    const { lines, calculation, run } = this;
    if (calculation === undefined) {
      if (name !== 'selective' || !this.isInitial) return;
      run.selective = Uint8Array.from(await readVectors(lines, name, this.atoms(place), place));
      return;
    }
    if (name === 'basis') {
      calculation.basis = await readVectors(lines, name, 3, place);
      checkFinite(calculation.basis, name, here(lines, place));
    } else if (name === 'stress') calculation.stress = await readVectors(lines, name, 3, place);
    else if (isWanted && (name === 'positions' || name === 'forces')) {
      calculation[name] = await readVectors(lines, name, this.atoms(place), place);
      if (name === 'positions') checkFinite(calculation[name], name, here(lines, place));
    }
  }

  private async takeDipole(place: FilePlace): Promise<void> {
    const { calculation, lines } = this;
    if (calculation === undefined) return;
    const dipole = await readDipole(lines, place);
    if (dipole !== undefined) calculation.dipole = dipole;
  }

  /** Takes `<i name="…"> value </i>`. */
  private takeValue(line: string, place: FilePlace): void {
    const { run, calculation } = this;
    const name = nameOf(line);
    const value = (): number => valueOf(line, name, here(this.lines, place));
    if (calculation === undefined) {
      if (name === 'PSTRESS') run.pressure = value();
      else if (name === 'NELM') run.mostElectronicSteps ??= value();
      else if (name === 'ML_LMLFF') run.hasLearned = />\s*\.?T/i.test(line);
    } else if (this.isElectronic) {
      const electronic = (calculation.electronic ??= {});
      if (name === 'e_fr_energy') electronic.free = value();
      else if (name === 'e_0_energy') electronic.zero = value();
    } else if (name === 'e_fr_energy') calculation.enthalpy = value();
  }

  private atoms(place: FilePlace): number {
    const { species } = this.run;
    if (species !== undefined) return species.length;
    throw invalidFile(here(this.lines, place), 'expected <array name="atoms"> before coordinates');
  }

  /** A finished calculation; refused without a cell or coordinates. */
  private checked(calculation: Calculation, isWanted: boolean, place: FilePlace): Calculation {
    const { basis, positions } = calculation;
    const missing =
      basis === undefined ? 'basis' : positions === undefined && isWanted ? 'positions' : undefined;
    if (missing === undefined) return calculation;
    throw invalidFile(here(this.lines, place), `expected <varray name="${missing}"> in the calculation`);
  }

  protected end(place: FilePlace): undefined {
    if (place.frame === 0) {
      const problem = 'the file ends before a calculation is finished, expected </calculation>';
      throw invalidFile({ ...place, line: this.lines.number }, problem);
    }
    this.noteUnfinished(place);
    this.calculation = undefined;
    return undefined;
  }

  private noteUnfinished(place: FilePlace): void {
    if (this.calculation === undefined) return;
    const text = 'the last calculation of a run is not finished and is left out';
    this.notes.say('unfinished', place.frame ?? 0, text);
  }

  protected structureOf(calculation: Calculation, place: FilePlace): Structure {
    const { frame = 0 } = place;
    const { pressure, selective, species = [], mostElectronicSteps, hasLearned } = this.run;
    const {
      basis = new Float64Array(9),
      forces,
      stress,
      dipole,
      enthalpy,
      electronic,
      electronicSteps,
    } = calculation;
    const positions = calculation.positions as Float64Array;
    toCartesian(positions, basis);
    const freeEnergy = enthalpy && enthalpy - pressure * VASP_KILOBAR * (cellVolume({ cell: basis }) ?? 0);
    const { free, zero } = electronic ?? {};
    const toZero = free === undefined || zero === undefined ? 0 : zero - free;
    const isLearned = hasLearned === true && electronicSteps === 0;
    const isUnconverged = mostElectronicSteps !== undefined && electronicSteps >= mostElectronicSteps;
    if (isLearned) this.notes.machineLearned(frame);
    else if (isUnconverged) this.notes.unconverged(frame);
    return {
      positions,
      cell: basis,
      pbc: [true, true, true],
      species,
      arrays: {
        ...(forces && { forces: { kind: 'R', width: 3, data: forces } }),
        ...(selective && { selective_dynamics: { kind: 'L', width: 3, data: selective } }),
      },
      info: {
        ...(freeEnergy !== undefined && { energy: freeEnergy + toZero, free_energy: freeEnergy }),
        ...(stress && { stress: stressOf(stress) }),
        ...(dipole && { dipole }),
        ...(isLearned && { machine_learned: true }),
        ...(isUnconverged && { converged: false }),
      },
      source: { file: place.file, frame },
    };
  }
}

/**
 * A pressure in kbar as a stress in eV/Å³; its lower half, which differs in the last digits, as the
 * upper.
 */
function stressOf(pressure: Float64Array): number[] {
  const [xx = 0, xy = 0, xz = 0, , yy = 0, yz = 0, , , zz = 0] = pressure;
  return [xx, xy, xz, xy, yy, yz, xz, yz, zz].map((value) => 0 - value * KILOBAR);
}

function nameOf(line: string): string {
  return /\bname="([^"]*)"/.exec(line)?.[1] ?? '';
}

function valueOf(line: string, name: string, place: FilePlace): number {
  const text = />([^<]*)/.exec(line)?.[1]?.trim() ?? '';
  const value = textNumber(text);
  if (value === undefined || !line.includes('</i>')) {
    throw invalidFile(place, `expected a number for ${name}, found ${shown(text)}`);
  }
  return value;
}

function checkFinite(values: Float64Array, name: string, place: FilePlace): void {
  if (!values.every(Number.isFinite)) throw invalidStructure(place, `${name} must be finite`);
}
