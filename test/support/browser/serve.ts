import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve, sep } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.xyz': 'text/plain; charset=utf-8',
};

/** How a folder is served. */
export interface ServeOptions {
  /** Whether pages are cross-origin isolated. Default: no. */
  readonly isolated?: boolean;
  /** Further headers; of each file, by its path. */
  readonly headers?: (path: string) => Readonly<Record<string, string>>;
}

/** A static host on loopback. */
export interface Server {
  /** Ends with a slash. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the files of a folder, as any static host does. */
export async function serve(
  folder: string,
  { isolated = false, headers = () => ({}) }: ServeOptions = {},
): Promise<Server> {
  const root = resolve(folder);
  const isolation = {
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = join(root, decodeURIComponent(pathname.endsWith('/') ? `${pathname}index.html` : pathname));
    if (!path.startsWith(root + sep)) {
      response.writeHead(404).end();
      return;
    }
    readFile(path).then(
      (content) => {
        const type = TYPES[extname(path)] ?? 'application/octet-stream';
        response.writeHead(200, {
          'content-type': type,
          ...(isolated ? isolation : {}),
          ...headers(pathname),
        });
        response.end(content);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((done) => {
        server.close(() => {
          done();
        });
        server.closeAllConnections();
      }),
  };
}
