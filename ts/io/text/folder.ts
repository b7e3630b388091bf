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

/** A folder that is written; files are named as those of a {@link Folder}. */
export interface OutputFolder {
  /**
   * Adds bytes to the end of a file, which is made where there is none.
   *
   * @throws {QuestsError} FILE_ACCESS for an error of the disk. The signal's reason when cancelled
   */
  readonly append: (file: string, bytes: Uint8Array) => Promise<void>;
  /** Writes bytes over the first of a file. */
  readonly overwrite: (file: string, bytes: Uint8Array) => Promise<void>;
  /** Gives a folder in it another name; without one, what is in that folder is all there is. */
  readonly rename: (folder: string, name: string | undefined) => Promise<void>;
}
