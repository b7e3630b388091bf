import type { RangeSource } from './ranges.js';

/** Some files that belong together: a folder of a disk, or of files that a page was given. */
export interface Folder {
  /** Its name, for messages and as `source.file`. */
  readonly name: string;
  /** Names of its files, with the folders in it before them: `set.000/coord.npy`. */
  readonly files: readonly string[];
  /**
   * Opens one of them.
   *
   * @throws {QuestsError} FILE_ACCESS for a file that cannot be read
   */
  readonly open: (file: string) => Promise<OpenRanges>;
}

/** Ranges of a file that is open until it is let go of. */
export interface OpenRanges extends RangeSource {
  readonly close: () => Promise<void>;
}
