import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { accessError } from '../../base/file-access.js';

/**
 * A file that grows record by record, so that whoever looks sees whole records only, and a run that
 * was stopped can go on after the last of them.
 */
export class AppendedFile {
  readonly path: string;
  readonly #fd: number;
  #length: number;

  /**
   * Opens it.
   *
   * @param keep bytes of an existing file that stay; what follows is cut off
   * @throws {QuestsError} FILE_ACCESS
   */
  constructor(path: string, keep: number) {
    this.path = path;
    this.#length = keep;
    try {
      this.#fd = openSync(path, keep > 0 ? 'r+' : 'w');
      ftruncateSync(this.#fd, keep);
    } catch (error) {
      throw accessError('write', path, error);
    }
  }

  /**
   * Adds a record.
   *
   * @throws {QuestsError} FILE_ACCESS, as for a disk that is full; the file then ends where it did
   */
  append(text: string): void {
    const bytes = Buffer.from(text);
    try {
      for (let done = 0; done < bytes.length;) {
        done += writeSync(this.#fd, bytes, done, bytes.length - done, this.#length + done);
      }
    } catch (error) {
      ftruncateSync(this.#fd, this.#length);
      throw accessError('write', this.path, error);
    }
    this.#length += bytes.length;
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** The whole lines of a file that may have been cut within one; none where there is no file. */
export function wholeLines(path: string): string[] {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
}

/** Bytes that lines take in a file, with their ends. */
export function bytesOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
}
