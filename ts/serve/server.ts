import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { QuestsError } from '../base/error.js';
import { bodyOf } from './body.js';
import type { Guard } from './guard.js';
import { LAMMPS, PageFiles } from './page-files.js';
import { announced, SentBytes } from './sent-bytes.js';
import type { SharedFiles } from './shared-files.js';
import type { Visitor } from './visitor.js';

/** Bytes of a request, and of a file that a page sends, at the most. */
const LARGEST_REQUEST = 50e6;
const LARGEST_FILE = 500e6;

/** Pages that are open at once, and bytes that all of them have sent or send, at the most. */
const MOST_VISITORS = 16;
const MOST_SENT = 2e9;

/** Nothing that the page loads comes from elsewhere, and nobody frames it. */
const HEADERS = {
  'content-security-policy':
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; " +
    "img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/**
 * LAMMPS, where the build found it, makes functions from text. Its worker may do so, and no other
 * file of the page; it asks for nothing but its own modules.
 */
const LAMMPS_POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'unsafe-eval'; frame-ancestors 'none'";

function headersOf(path: string): Readonly<Record<string, string>> {
  return path.startsWith(LAMMPS) ? { ...HEADERS, 'content-security-policy': LAMMPS_POLICY } : HEADERS;
}

/** Options of {@link servePage}. */
export interface ServeOptions extends SharedFiles {
  /** Default: one that is free. */
  readonly port?: number | undefined;
  /** What computes, in words, for the page. */
  readonly engine: string;
}

/** The page, served. */
export interface PageServer {
  /** Whoever has it can compute here, and read the files that were named. */
  readonly url: string;
  /** Ends all work and all connections. */
  close(): Promise<void>;
}

/**
 * Serves the page on this machine alone, computing for it here: by the addon, from files that were
 * named, which the page knows by their number, or that it sends. Every request needs the random
 * token of the address, and no other origin or host.
 *
 * @throws {QuestsError} FILE_ACCESS: the page was not built, the port is in use or not allowed
 */
export async function servePage({ port = 0, engine, ...shared }: ServeOptions): Promise<PageServer> {
  const { createServer } = await import('node:http');
  const { Guard, LOOPBACK } = await import('./guard.js');
  const sets = shared.sets.map(({ name }) => name);
  const files = await PageFiles.find({ sets, engine, watched: shared.live?.of ?? null });
  const visitors = new Map<string, Visitor>();
  const sent = new SentBytes(MOST_SENT, () =>
    [...visitors.values()].reduce((sum, { bytes }) => sum + bytes, 0),
  );
  const server = createServer();
  await listening(server, port, LOOPBACK);
  const guard = new Guard((server.address() as AddressInfo).port);
  server.on('request', (request, response) => {
    answer(request, response, guard, { files, visitors, sent, shared }).catch((thrown: unknown) => {
      refuse(
        response,
        thrown instanceof QuestsError && thrown.code === 'TOO_LARGE' ? 413 : 400,
        wordsOf(thrown),
      );
    });
  });
  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}${guard.root}`,
    close: async () => {
      for (const visitor of visitors.values()) visitor.leave();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What requests are answered from. */
interface Hosted {
  readonly files: PageFiles;
  readonly visitors: Map<string, Visitor>;
  readonly sent: SentBytes;
  readonly shared: SharedFiles;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  guard: Guard,
  { files, visitors, sent, shared }: Hosted,
): Promise<void> {
  const admitted = guard.admitted(request);
  if (admitted === undefined) {
    refuse(response, 403, 'refused: open the complete address that quests serve printed');
    return;
  }
  const { path, query } = admitted;
  const route = `${request.method ?? ''} ${path}`;
  const visitor = visitors.get(query.get('visitor') ?? '');
  if (route === 'GET api/replies') {
    if (visitors.size >= MOST_VISITORS) {
      refuse(response, 503, `${MOST_VISITORS} pages are open already: close one`);
      return;
    }
    response.writeHead(200, { ...HEADERS, 'content-type': 'application/x-ndjson; charset=utf-8' });
    const { Visitor } = await import('./visitor.js');
    const arrived = new Visitor(response, shared);
    visitors.set(arrived.id, arrived);
    response.on('close', () => {
      visitors.delete(arrived.id);
      arrived.leave();
    });
    return;
  }
  const { 'content-length': length } = request.headers;
  if ((route === 'POST api/ask' || route === 'POST api/live') && visitor !== undefined) {
    await sent.during(announced(length, LARGEST_REQUEST), async () => {
      const line = (await bodyOf(request, LARGEST_REQUEST, 'select fewer atoms')).toString();
      if (route === 'POST api/ask') visitor.ask(line);
      else visitor.askLive(line);
    });
    response.writeHead(204, HEADERS).end();
    return;
  }
  if (route === 'POST api/files' && visitor !== undefined) {
    const id = await sent.during(announced(length, LARGEST_FILE), async () => {
      const body = await bodyOf(request, LARGEST_FILE, 'name the file after quests serve');
      return visitor.keep(new File([body], query.get('name') ?? 'a file'));
    });
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/plain' }).end(id);
    return;
  }
  const blob = route === 'GET api/download' ? visitor?.take(query.get('id') ?? '') : undefined;
  if (blob !== undefined) {
    const { pipeline } = await import('node:stream/promises');
    response.writeHead(200, {
      ...HEADERS,
      'content-type': 'application/octet-stream',
      'content-length': blob.size,
    });
    await pipeline(blob.stream(), response).catch(() => response.destroy());
    return;
  }
  const file = request.method === 'GET' ? await files.get(path) : undefined;
  if (file === undefined) refuse(response, 404, absent(route, visitor));
  else response.writeHead(200, { ...headersOf(path), 'content-type': file.type }).end(file.content);
}

/** Why there is no answer. */
function absent(route: string, visitor: Visitor | undefined): string {
  const isOfVisitor = ['POST api/ask', 'POST api/live', 'POST api/files', 'GET api/download'].includes(route);
  if (!isOfVisitor) return `not found: ${route}`;
  return visitor === undefined
    ? 'the page that asks is not open any more: open the address again'
    : 'there is no such file any more: save it again';
}

function refuse(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) response.destroy();
  // What was not read of a request is not waited for.
  else
    response
      .writeHead(status, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
      .end(text);
}

function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      const problem =
        code === 'EADDRINUSE'
          ? `port ${port} is in use; without --port a free one is taken`
          : code === 'EACCES'
            ? `port ${port} is not allowed to you; without --port a free one is taken`
            : message;
      reject(new QuestsError('FILE_ACCESS', problem));
    });
    server.listen(port, host, resolve);
  });
}
