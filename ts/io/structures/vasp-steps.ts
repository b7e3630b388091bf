import type { Structure } from '../../model/structure.js';
import type { FilePlace } from '../text/fault.js';
import type { LineReader } from '../text/lines.js';
import { type FrameOptions, type FrameReader, isBadData } from './frames.js';
import { Notes } from './notes.js';

/**
 * Reads the steps of runs of VASP, which may be joined in one file and cut anywhere: what is left
 * of the step in which a run was cut is left out. How lines are read is for the format to say.
 */
export abstract class VaspSteps<Key, Step> implements FrameReader {
  readonly lastMark = 0;
  protected readonly lines: LineReader;
  protected readonly notes: Notes;
  /** What the line has that a run begins with. */
  private readonly runStart: RegExp;

  constructor(lines: LineReader, options: FrameOptions, runStart: RegExp) {
    this.lines = lines;
    this.notes = new Notes(options);
    this.runStart = runStart;
  }

  /** Whether a step may begin with the present line. */
  abstract mayBegin(): boolean;
  /** What the present line says; undefined where that does not matter. */
  protected abstract key(): Key | undefined;
  /** Takes the present line; the step that it finishes, or shows to be finished. */
  protected abstract take(
    key: Key,
    isWanted: boolean,
    place: FilePlace,
  ): Promise<Step | undefined> | Step | undefined;
  /** The end of the file: what is left to be read. */
  protected abstract end(place: FilePlace): Step | undefined;
  /** Forgets the step that has begun. */
  protected abstract forget(): void;
  protected abstract structureOf(step: Step, place: FilePlace): Structure;

  async read(frame: number): Promise<Structure | undefined> {
    const place = { file: this.lines.file, frame };
    const step = await this.next(place, true);
    return step && this.structureOf(step, place);
  }

  async pass(frame: number): Promise<boolean> {
    return (await this.next({ file: this.lines.file, frame }, false)) !== undefined;
  }

  mark(): undefined {
    return undefined;
  }

  /** The next finished step; undefined at the end of the file. */
  private async next(place: FilePlace, isWanted: boolean): Promise<Step | undefined> {
    const { lines } = this;
    for (;;) {
      if (!lines.advance() && !(await lines.next())) return this.end(place);
      const key = this.key();
      if (key === undefined) continue;
      try {
        const taken = this.take(key, isWanted, place);
        // Most lines are taken at once, and need no promise.
        const step = taken instanceof Promise ? await taken : taken;
        if (step !== undefined) return step;
      } catch (thrown) {
        if (isBadData(thrown) && (await this.isCut())) continue;
        this.forget();
        throw thrown;
      }
    }
  }

  /**
   * Whether a line that cannot be read is where its run was cut: the last of the file, or before
   * the next run, to which it then goes.
   */
  private async isCut(): Promise<boolean> {
    const { lines, runStart } = this;
    lines.back();
    const [cut = '', next] = await lines.peek(2);
    if (lines.isBroken) return false;
    if (runStart.test(cut)) return true;
    if (next !== undefined && !runStart.test(next)) return false;
    await lines.next();
    return true;
  }
}
