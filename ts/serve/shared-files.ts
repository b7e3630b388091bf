import type { Backend } from '../backend/backend.js';
import type { InputFile } from '../io/files/input.js';
import type { ReadOptions } from '../io/files/opened.js';
import type { LiveWatch } from '../live/live-watch.js';

/** A data set that the user of the server named. */
export interface NamedFiles {
  readonly name: string;
  readonly files: readonly InputFile[];
}

/** What every visitor works with. */
export interface SharedFiles {
  readonly sets: readonly NamedFiles[];
  readonly backend: Backend;
  /** How files that were named are read. */
  readonly reading: Pick<ReadOptions, 'format' | 'elements'>;
  /** A simulation that is watched, whether a page is open or not. Default: none. */
  readonly live?: LiveWatch | undefined;
}
