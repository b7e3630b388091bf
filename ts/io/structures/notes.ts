import type { FrameOptions, ReadNote } from './frames.js';

/** Notes of one file: of each kind the first is told. */
export class Notes {
  private readonly file: string;
  private readonly onNote: FrameOptions['onNote'];
  private readonly told = new Set<ReadNote['kind']>();

  constructor({ file, onNote }: Pick<FrameOptions, 'file' | 'onNote'>) {
    this.file = file;
    this.onNote = onNote;
  }

  /** Whether one of the kind would be told. */
  wants(kind: ReadNote['kind']): boolean {
    return this.onNote !== undefined && !this.told.has(kind);
  }

  /** Tells it, unless one of the kind has been told. */
  say(kind: ReadNote['kind'], frame: number, text: string): void {
    if (this.told.has(kind)) return;
    this.told.add(kind);
    this.onNote?.({ file: this.file, frame, text, kind });
  }

  machineLearned(frame: number): void {
    const text = 'steps of a machine-learned force field are read, too: info.machine_learned';
    this.say('machine-learned', frame, text);
  }

  unconverged(frame: number): void {
    const text = 'the electronic steps did not converge (NELM); read all the same: info.converged';
    this.say('unconverged', frame, text);
  }
}
