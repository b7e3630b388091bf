import type { Progress } from '../../run/run-options.js';
import type { ByteSource } from '../text/bytes.js';
import type { OpenRanges } from '../text/folder.js';
import { rangesOf } from '../text/ranges.js';
import { readWhole } from '../matrices/whole.js';
import type { FrameOptions } from '../structures/frames.js';

/** Options of everything that reads a file. */
export interface InputOptions {
  /** Cancels reading; what waits for bytes then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called as bytes are read, with counts of bytes of the file as it lies on the disk. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** A compression that is undone as bytes come: of a whole file, or of one in a ZIP archive. */
export type Compression = 'gzip' | 'bzip2' | 'xz' | 'zstd' | 'deflate-raw';

/**
 * Undoes a compression.
 *
 * @param file what messages call the bytes
 */
export type Decompress = (
  bytes: AsyncIterable<Uint8Array>,
  compression: Compression,
  file: string,
) => AsyncIterable<Uint8Array>;

/** An opened file, or standard input. */
export interface Input {
  /** Its name, for messages. */
  readonly file: string;
  /** Bytes in the file; undefined where that is unknown, as for pipes and compressed files. */
  readonly size: number | undefined;
  /** Its contents, decompressed. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The same, where all of them are in memory already. */
  readonly whole?: Uint8Array | undefined;
  /** Any range of them; absent where they can be read only one after the other. */
  readonly ranges?: (() => Promise<OpenRanges>) | undefined;
  /**
   * Said where all of it is read into memory, since there are no ranges; absent where nothing is.
   */
  readonly memoryNote?: string;
  /** Opens a file that lies beside it, by its name; undefined where there is none. */
  readonly beside?: ((name: string) => Promise<ByteSource | undefined>) | undefined;
  /** For what is compressed within it. */
  readonly decompress: Decompress;
  /** Lets go of the file; needed only where `bytes` are not read. */
  readonly close: () => void;
}

type ContentsOptions = Pick<FrameOptions, 'signal' | 'onNote'>;

/** What an opened file holds: read from its beginning, or any range of it. */
export class Contents {
  readonly input: Input;
  readonly #stream: AsyncIterable<Uint8Array>;
  readonly #options: ContentsOptions;
  #whole: Uint8Array | undefined;

  /** @param stream the bytes of the input, from the first */
  constructor(input: Input, stream: AsyncIterable<Uint8Array>, options: ContentsOptions) {
    this.input = input;
    this.#stream = stream;
    this.#options = options;
    this.#whole = input.whole;
  }

  /** To be asked for once, unless all of it is in memory. */
  get bytes(): ByteSource {
    return this.#whole ?? this.#stream;
  }

  /** Ranges of the file where it has them, else of all its bytes in memory. */
  async ranges(): Promise<OpenRanges> {
    const { file, size, ranges, memoryNote } = this.input;
    if (ranges !== undefined) return ranges();
    const { signal, onNote } = this.#options;
    if (memoryNote !== undefined && this.#whole === undefined) {
      onNote?.({ file, frame: 0, text: memoryNote, kind: 'memory' });
    }
    this.#whole ??= await readWhole(this.#stream, { file, size, signal });
    const whole = this.#whole;
    const close = (): Promise<void> => Promise.resolve();
    const moved = memoryNote !== undefined && { moved: () => whole.length };
    return { ...rangesOf(whole), ...moved, close };
  }
}
