import type { ServerResponse } from 'node:http';
import { parse, stringify } from 'devalue';
import { QuestsError } from '../base/error.js';
import { either, isRecord, record, TEXT, whole } from '../base/kinds.js';
import { Explorer } from '../explorer/explorer.js';
import type { ExploreReply, ExploreRequest } from '../explorer/protocol.js';
import { requestKind } from '../explorer/request-kind.js';
import { addressOf } from '../io/files/address.js';
import { openBlob } from '../io/files/blob.js';
import { type FileFolder, groupedFiles } from '../io/files/file-folder.js';
import { openFile } from '../io/files/files.js';
import { isUrl } from '../io/files/http-request.js';
import type { InputFile } from '../io/files/input.js';
import type { OpenFile, ReadOptions } from '../io/files/opened.js';
import { LIVE_REQUEST } from '../live/live-request-kind.js';
import type { LiveReply, LiveRequest } from '../live/protocol.js';
import { pageContents } from './page-files.js';
import type { ServedFile, ServedReply } from './protocol.js';
import type { SharedFiles } from './shared-files.js';

/** A file of a request: named, at an address, or sent. Which are named is known to the visitor. */
const FILE = either(
  '{ named }, { url } or { sent }',
  [(value) => isRecord(value) && 'named' in value, record('a named file', { named: whole(0) })],
  [(value) => isRecord(value) && 'url' in value, record('an address', { url: TEXT })],
  [isRecord, record('a sent file', { sent: TEXT })],
);

const REQUEST = requestKind(FILE);

/** What is read: a file that was named or is at an address, or what was sent. */
type Read = InputFile | File | FileFolder;

/** Files that a page has not fetched yet, at the most: the first go. */
const MOST_DOWNLOADS = 8;

/**
 * One page that is open: an explorer of its own, whose replies go out as lines while the page
 * listens.
 */
export class Visitor {
  readonly id = crypto.randomUUID();
  readonly #replies: ServerResponse;
  readonly #shared: SharedFiles;
  readonly #explorer: Explorer<Read>;
  readonly #sent = new Map<string, File>();
  readonly #downloads = new Map<string, Blob>();
  readonly #leaveLive: (() => void) | undefined;

  constructor(replies: ServerResponse, shared: SharedFiles) {
    this.#replies = replies;
    this.#shared = shared;
    this.#explorer = new Explorer<Read>(
      (file, options) => this.#open(file, options),
      (reply) => this.#reply(reply),
      shared.backend,
      () => pageContents(),
    );
    this.#write({ is: 'welcome', visitor: this.id });
    this.#leaveLive = shared.live?.join((reply) => this.#replyLive(reply));
  }

  /**
   * Takes a request; replies come as lines.
   *
   * @throws {QuestsError} INVALID_ARGUMENT for what is none
   */
  ask(line: string): void {
    const request = parsed(line);
    REQUEST.judge(request, 'request');
    void this.#answer(request as ExploreRequest<ServedFile>);
  }

  /**
   * Takes a request about the simulation that is watched.
   *
   * @throws {QuestsError} INVALID_ARGUMENT for what is none, or where there is no simulation
   */
  askLive(line: string): void {
    const { live } = this.#shared;
    if (live === undefined) throw new QuestsError('INVALID_ARGUMENT', 'no simulation is watched: --watch');
    const request = parsed(line);
    LIVE_REQUEST.judge(request, 'request');
    void live.answer(request as LiveRequest, (reply) => this.#replyLive(reply));
  }

  /** Keeps a file that the page sent until it was read; its name in requests. */
  keep(file: File): string {
    const id = crypto.randomUUID();
    this.#sent.set(id, file);
    return id;
  }

  /** Bytes of the files that it sent and that were not read yet. */
  get bytes(): number {
    return [...this.#sent.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** A file for the page, once. */
  take(id: string): Blob | undefined {
    const blob = this.#downloads.get(id);
    this.#downloads.delete(id);
    return blob;
  }

  /** Ends what is under way; nobody listens any more. */
  leave(): void {
    this.#leaveLive?.();
    void this.#explorer.answer({ do: 'cancel' });
    this.#sent.clear();
    this.#downloads.clear();
  }

  async #answer(request: ExploreRequest<ServedFile>): Promise<void> {
    if (request.do !== 'run') {
      await this.#explorer.answer(request);
      return;
    }
    try {
      const sets = request.sets.map((set) => {
        const files = set.files.flatMap((file) => this.#files(file));
        const sent = files.filter((file) => file instanceof File);
        // Names of files that were sent are their paths in what was dropped.
        const others = files.filter((file) => !(file instanceof File));
        return { ...set, files: [...groupedFiles(sent, ({ name }) => name), ...others] };
      });
      await this.#explorer.answer({ ...request, sets });
    } catch (thrown) {
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      const code = thrown instanceof QuestsError ? thrown.code : null;
      this.#write({ is: 'failure', message, code, cancelled: false });
    }
    // What was sent is in memory as structures now, or it is sent again.
    this.#sent.clear();
  }

  /** What a request means: nothing of this machine but what was named or sent. */
  #files(file: ServedFile): readonly (InputFile | File)[] {
    if ('named' in file) {
      const set = this.#shared.sets[file.named];
      if (set === undefined) throw new QuestsError('INVALID_ARGUMENT', `there is no set ${file.named}`);
      return set.files;
    }
    if ('url' in file) {
      if (isUrl(file.url)) return [addressOf(file.url)];
      throw new QuestsError('INVALID_ARGUMENT', 'expected an address, http:// or https://');
    }
    const sent = this.#sent.get(file.sent);
    if (sent === undefined) throw new QuestsError('INVALID_ARGUMENT', 'the file was not sent');
    return [sent];
  }

  #open(file: Read, options: ReadOptions): Promise<OpenFile> {
    if (file instanceof File || 'files' in file) return openBlob(file, options);
    const { path, name = path, select = options.select, members = options.members } = file;
    return openFile({ path, name }, { ...this.#shared.reading, ...options, select, members });
  }

  #reply(reply: ExploreReply): void {
    if (reply.is !== 'file') {
      this.#write(reply);
      return;
    }
    this.#write({ is: 'download', what: reply.what, name: reply.name, id: this.#offer(reply.blob) });
  }

  #replyLive(reply: LiveReply): void {
    if (reply.is !== 'live-file') this.#write(reply);
    else this.#write({ is: 'live-download', name: reply.name, id: this.#offer(reply.blob) });
  }

  /** Keeps a file until the page fetches it; its name there. */
  #offer(blob: Blob): string {
    const id = crypto.randomUUID();
    const [oldest] = this.#downloads.keys();
    if (oldest !== undefined && this.#downloads.size >= MOST_DOWNLOADS) this.#downloads.delete(oldest);
    this.#downloads.set(id, blob);
    return id;
  }

  #write(reply: ServedReply): void {
    if (!this.#replies.writableEnded) this.#replies.write(`${stringify(reply)}\n`);
  }
}

/** @throws {QuestsError} INVALID_ARGUMENT for what is no line of ours */
function parsed(line: string): unknown {
  try {
    return parse(line);
  } catch (thrown) {
    const problem = thrown instanceof Error ? thrown.message : String(thrown);
    throw new QuestsError('INVALID_ARGUMENT', `not a request: ${problem}`);
  }
}
