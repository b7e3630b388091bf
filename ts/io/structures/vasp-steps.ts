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
  /** What a line has with which a run begins, and the same after half a line of the run before. */
  private readonly runLine: { readonly start: RegExp; readonly glued: RegExp };

  constructor(
    lines: LineReader,
    options: FrameOptions,
    runLine: { readonly start: RegExp; readonly glued: RegExp },
  ) {
    this.lines = lines;
    this.notes = new Notes(options);
    this.runLine = runLine;
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
  /** A run begins, after another where files are joined; a step of that which was still held. */
  protected abstract beginRun(place: FilePlace): Step | undefined;
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
        const cut = isBadData(thrown) ? await this.cutBy() : undefined;
        if (cut === undefined) {
          this.forget();
          throw thrown;
        }
        const step = cut === 'glued' ? this.beginRun(place) : undefined;
        if (step !== undefined) return step;
      }
    }
  }

  /**
   * Where the run was cut, for a line that cannot be read: at the end of the file, before the line
   * with which the next run begins, or, glued, within the line that goes on with the next run;
   * undefined for another line. Goes past what belongs to the run that was cut.
   */
  private async cutBy(): Promise<'end' | 'next' | 'glued' | undefined> {
    const { lines, runLine } = this;
    lines.back();
    const [cut = '', next] = await lines.peek(2);
    if (lines.isBroken) return undefined;
    if (runLine.start.test(cut)) return 'next';
    const isGlued = runLine.glued.test(cut);
    if (!isGlued && next !== undefined && !runLine.start.test(next)) return undefined;
    await lines.next();
    return isGlued ? 'glued' : next === undefined ? 'end' : 'next';
  }
}
