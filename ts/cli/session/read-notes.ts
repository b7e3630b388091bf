import { QuestsError } from '../../base/error.js';
import * as explore from '../../faces/node/explore.js';
import type { Structure } from '../../faces/node/quests.js';
import type { ReadNote } from '../../faces/node/io.js';
import type { Session } from './session.js';
import { UsageError } from './usage-error.js';

/**
 * What readers note of the files of a command. A note is written once, since files may be read
 * twice. `--elements` is refused where every file has elements already.
 */
export class ReadNotes {
  readonly #session: Session;
  readonly #files: number;
  readonly #written = new Set<string>();
  /** Files that have elements. */
  readonly #named = new Map<string, ReadNote>();

  /** @param files how many there are in all */
  constructor(session: Session, files: number) {
    this.#session = session;
    this.#files = files;
  }

  readonly onNote = (note: ReadNote): void => {
    const { file, frame, text, kind } = note;
    if (kind === 'elements' && !this.#named.has(file)) {
      this.#named.set(file, note);
      if (this.#named.size === this.#files) throw new UsageError(`${file}, frame ${frame}: ${text}`);
    }
    if (!this.#written.has(`${kind} ${file}`)) this.#session.noteOnce(`note: ${explore.noteText(note)}`);
    this.#written.add(`${kind} ${file}`);
  };

  /** Structures of a set; refused where none is left of those that there were. */
  async *checked(structures: AsyncIterable<Structure>): AsyncGenerator<Structure, void, undefined> {
    let isEmpty = true;
    for await (const structure of structures) {
      isEmpty = false;
      yield structure;
    }
    if (isEmpty) throw this.#session.skippedFrames.nothingLeft() ?? new QuestsError('EMPTY', 'no frames');
  }
}
