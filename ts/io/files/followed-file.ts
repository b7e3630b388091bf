import { statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { accessError, systemCode } from '../../base/file-access.js';
import { REST } from '../text/bytes.js';

/** Options of {@link FollowedFile}. */
export interface FollowOptions {
  /** Ends waiting; what waits then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Seconds without new bytes after which the file counts as whole. Default: never. */
  readonly idle?: number | undefined;
}

/** Bytes read at once. */
const PIECE = 1 << 20;

/** How often a file that has nothing new is asked again, in ms. */
const PATIENCE = 50;

/** Why there is nothing more to read of a file that was followed. */
export type FollowEnd = 'idle' | 'replaced';

/**
 * Bytes of a file that is being written, as they come. The file may not be there yet. Reading ends
 * where nothing has come for long enough, and where the file is cut, or another takes its name.
 */
export class FollowedFile {
  readonly #path: string;
  readonly #name: string;
  readonly #options: FollowOptions;
  #size = 0;
  #read = 0;
  #end: FollowEnd | undefined;

  constructor(path: string, name: string, options: FollowOptions) {
    this.#path = path;
    this.#name = name;
    this.#options = options;
  }

  /** Bytes that are written and not yet read, as far as is known. */
  get behind(): number {
    return Math.max(0, this.#size - this.#read);
  }

  /** Why the bytes ended; undefined before they do. */
  get end(): FollowEnd | undefined {
    return this.#end;
  }

  /**
   * The bytes, from the first on; `REST` where there are no more for now.
   *
   * @throws {QuestsError} FILE_ACCESS for a file that cannot be read. The signal's reason
   */
  async *bytes(): AsyncGenerator<Uint8Array, void, undefined> {
    const waiting = new Waiting(this.#options);
    const file = await this.#opened(waiting);
    if (file === undefined) return;
    // A piece stays until the next one is asked for.
    const place = Buffer.allocUnsafeSlow(PIECE);
    try {
      const { ino: own } = await file.stat();
      for (;;) {
        const { bytesRead } = await file.read(place, 0, PIECE, this.#read).catch(this.#refuse);
        this.#options.signal?.throwIfAborted();
        if (bytesRead > 0) {
          this.#read += bytesRead;
          // What comes while the frame is looked at counts as behind, too.
          this.#size = (await file.stat()).size;
          waiting.begin();
          yield place.subarray(0, bytesRead);
          continue;
        }
        const now = this.#status();
        if (now !== undefined && (now.ino !== own || now.size < this.#read)) {
          this.#end = 'replaced';
          return;
        }
        yield REST;
        if (!(await waiting.goesOn())) {
          this.#end = 'idle';
          return;
        }
      }
    } finally {
      await file.close();
    }
  }

  /** The file, once it is there; undefined where it does not come. */
  async #opened(waiting: Waiting): Promise<FileHandle | undefined> {
    for (;;) {
      try {
        return await open(this.#path);
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw accessError('read', this.#name, error);
      }
      if (await waiting.goesOn()) continue;
      this.#end = 'idle';
      return undefined;
    }
  }

  /** What has the name now; undefined for nothing, as between two files of one name. */
  #status(): { readonly ino: number; readonly size: number } | undefined {
    try {
      return statSync(this.#path);
    } catch {
      return undefined;
    }
  }

  readonly #refuse = (error: unknown): never => {
    throw accessError('read', this.#name, error);
  };
}

/** Waits for something that may never come. */
class Waiting {
  readonly #signal: AbortSignal | undefined;
  readonly #limit: number;
  #start = performance.now();

  constructor({ signal, idle = Infinity }: FollowOptions) {
    this.#signal = signal;
    this.#limit = 1000 * idle;
  }

  /** Something came: waiting begins anew. */
  begin(): void {
    this.#start = performance.now();
  }

  /** Waits a little; false where it was long enough in all. */
  async goesOn(): Promise<boolean> {
    if (performance.now() - this.#start >= this.#limit) return false;
    await sleep(PATIENCE, undefined, { signal: this.#signal }).catch(() => undefined);
    this.#signal?.throwIfAborted();
    return true;
  }
}
