import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { openUrl } from '../../../../ts/io/files/blob.js';
import { readStructures } from '../../../../ts/io/files/dataset.js';
import { findFiles } from '../../../../ts/io/files/inputs.js';
import type { ReadOptions } from '../../../../ts/io/files/opened.js';
import { writeStructuresParquet } from '../../../../ts/io/matrices/parquet-write.js';
import type { ReadNote } from '../../../../ts/io/structures/frames.js';
import { all, failure } from '../../../support/data/reading.js';
import { zipOf } from '../../../support/data/zip.js';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Starts a server on this machine; the address that it is at. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The range that a request asks for; undefined for all. */
function rangeOf({ headers }: IncomingMessage, size: number): [number, number] | undefined {
  const [, start, end = ''] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
  return start === undefined ? undefined : [Number(start), end === '' ? size : Number(end) + 1];
}

function send(request: IncomingMessage, response: ServerResponse, body: Buffer, headers = {}): Buffer {
  const range = rangeOf(request, body.length);
  const [start, end] = range ?? [0, body.length];
  const part = body.subarray(start, end);
  const about = range && { 'content-range': `bytes ${start}-${start + part.length - 1}/${body.length}` };
  response.writeHead(range ? 206 : 200, { 'content-length': part.length, ...about, ...headers });
  return part;
}

const XYZ = Buffer.from(Array.from({ length: 3000 }, (_, frame) => `1\n\nCu ${frame} 0 0\n`).join(''));

/** First coordinates of the frames at an address, as Node and as a page reads them. */
async function read(url: string, options: ReadOptions = {}): Promise<number[]> {
  const found = await all(readStructures([{ path: url }], options));
  const opened = await openUrl(url, options);
  if (opened.holds !== 'structures') throw new Error('no structures');
  const inPage = await all(opened.structures);
  expect(inPage).toEqual(found);
  return found.map(({ positions }) => positions[0] as number);
}

const COUNTED = Array.from({ length: 3000 }, (_, frame) => frame);

describe('what is at an address', () => {
  it('is streamed, after redirects, also compressed', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/old.xyz') {
        response.writeHead(302, { location: '/x.xyz' }).end();
        return;
      }
      const body = request.url === '/x.xyz.gz' ? gzipSync(XYZ) : XYZ;
      response.end(send(request, response, body));
    });
    expect(await read(`${url}/x.xyz`)).toEqual(COUNTED);
    expect(await read(`${url}/old.xyz`, { select: '-1' })).toEqual([2999]);
    expect(await read(`${url}/x.xyz.gz`)).toEqual(COUNTED);
    const [first] = await all(readStructures([`${url}/x.xyz?token=secret`], { select: '0' }));
    expect(first?.source).toEqual({ file: `${url}/x.xyz`, frame: 0 });
  });

  it('is asked for its first bytes, and for the rest only where that is needed', async () => {
    const asked: (string | undefined)[] = [];
    const long = Buffer.concat([XYZ, XYZ, XYZ]);
    const url = await serve((request, response) => {
      asked.push(request.headers.range);
      response.end(send(request, response, request.url === '/long.xyz' ? long : XYZ));
    });
    expect(await all(readStructures([`${url}/x.xyz`]))).toHaveLength(3000);
    expect(asked.splice(0)).toEqual(['bytes=0-65535']);
    expect(await all(readStructures([`${url}/long.xyz`]))).toHaveLength(9000);
    expect(asked.splice(0)).toEqual(['bytes=0-65535', 'bytes=65536-']);
  });

  it('is asked for as a whole where the answer does not say how large it is', async () => {
    const asked: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      asked.push(request.headers.range);
      // As pages see it of hosts that do not show them the header.
      const [start, end] = rangeOf(request, XYZ.length) ?? [0, XYZ.length];
      const part = XYZ.subarray(start, end);
      response.writeHead(206, { 'content-length': part.length }).end(part);
    });
    expect(await all(readStructures([`${url}/x.xyz`]))).toHaveLength(3000);
    expect(asked).toEqual(['bytes=0-65535', 'bytes=0-']);
  });

  it('is named with files and frames', async () => {
    expect(await findFiles(['https://u:p@h.org/a.zip//*.xyz@::2', 'http://h.org/x.xyz?v=[1]'])).toEqual([
      { path: 'https://u:p@h.org/a.zip', name: 'https://h.org/a.zip', members: '*.xyz', select: '::2' },
      { path: 'http://h.org/x.xyz?v=[1]', name: 'http://h.org/x.xyz' },
    ]);
  });

  it('is read in ranges where its format asks for them', async () => {
    const filler = Buffer.alloc(8 << 20).map((_, index) => (index * 2654435761) >>> 24);
    const zip = zipOf([
      { name: 'a.bin', data: filler, method: 0 },
      { name: 'b.xyz', data: XYZ },
    ]);
    let sent = 0;
    const url = await serve((request, response) => {
      const part = send(request, response, zip, { etag: '"1"' });
      sent += part.length;
      response.end(part);
    });
    expect(await read(`${url}/x.zip`, { members: 'b.xyz' })).toEqual(COUNTED);
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(2 * (zip.length - filler.length + (1 << 20)));
  });

  it('is held in memory where the server sends no ranges, with a note', async () => {
    const structures = [{ positions: Float64Array.of(7, 0, 0) }, { positions: Float64Array.of(8, 0, 0) }];
    const parquet = Buffer.concat(await all(writeStructuresParquet(structures)));
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': parquet.length }).end(parquet);
    });
    const notes: ReadNote[] = [];
    expect(await read(`${url}/x.parquet`, { onNote: (note) => notes.push(note) })).toEqual([7, 8]);
    expect(notes.map(({ kind }) => kind)).toEqual(['memory', 'memory']);
  });

  it('is read with what CP2K wrote beside it', async () => {
    const asked: string[] = [];
    const files: Readonly<Record<string, string>> = {
      '/w-pos-1.xyz': '1\n i = 3, time = 1.5, E = -1.5\n O 7 0 0\n',
      '/w-frc-1.xyz': '1\n i = 3, time = 1.5, E = -1.5\n O 1 0 0\n',
      '/w-1.cell': '3 1.5 9 0 0 0 8 0 0 0 7 504\n',
      '/z-pos-1.xyz.gz': '1\n i = 3, time = 1.5, E = -1.5\n O 7 0 0\n',
      '/z-1.cell.gz': '3 1.5 6 0 0 0 8 0 0 0 7 504\n',
    };
    const url = await serve((request, response) => {
      const { pathname, search } = new URL(request.url ?? '', 'http://h');
      asked.push(`${pathname}${search}`);
      const text = files[pathname];
      if (text === undefined) response.writeHead(pathname === '/z-frc-1.xyz' ? 403 : 404).end();
      else {
        const body = pathname.endsWith('.gz') ? gzipSync(text) : Buffer.from(text);
        response.end(send(request, response, body));
      }
    });
    const notes: ReadNote[] = [];
    const onNote = (note: ReadNote): void => {
      if (note.kind === 'beside') notes.push(note);
    };
    const [along] = await all(readStructures([{ path: `${url}/w-pos-1.xyz?t=1` }], { onNote }));
    expect(along).toMatchObject({
      cell: Float64Array.of(9, 0, 0, 0, 8, 0, 0, 0, 7),
      pbc: [true, true, true],
    });
    expect(along?.arrays?.forces?.data[0]).toBeCloseTo(51.42206709, 6);
    expect(asked).toEqual(['/w-pos-1.xyz?t=1', '/w-frc-1.xyz?t=1', '/w-1.cell?t=1']);
    const [packed] = await all(readStructures([`${url}/z-pos-1.xyz.gz`], { onNote }));
    expect(packed?.cell?.[0]).toBe(6);
    expect(packed?.arrays).toEqual({});
    expect(notes.map(({ text }) => text.replaceAll(`${url}/`, ''))).toEqual([
      'read along: w-frc-1.xyz and w-1.cell',
      'read along: z-1.cell',
    ]);
    expect(await read(`${url}/w-pos-1.xyz`)).toEqual([7]);
  });

  it('goes on where the connection broke off', async () => {
    const starts: number[] = [];
    const url = await serve((request, response) => {
      const part = send(request, response, XYZ, { etag: '"1"' });
      starts.push(rangeOf(request, XYZ.length)?.[0] ?? -1);
      if (part.length < 20_000) {
        response.end(part);
        return;
      }
      response.write(part.subarray(0, 20_000), () => {
        setTimeout(() => response.destroy(), 20);
      });
    });
    expect(await read(`${url}/x.xyz`)).toEqual(COUNTED);
    expect(starts.slice(0, 3)).toEqual([0, 20_000, 40_000]);
  });

  it('may come slowly, and after the server was busy', async () => {
    let requests = 0;
    const url = await serve((request, response) => {
      if (requests++ % 3 < 2) {
        response.writeHead(503).end();
        return;
      }
      const part = send(request, response, XYZ);
      let at = 0;
      const more = (): void => {
        if (at >= part.length) response.end();
        else response.write(part.subarray(at, (at += 16_384)), () => setTimeout(more, 5));
      };
      more();
    });
    expect(await read(`${url}/x.xyz`)).toEqual(COUNTED);
    expect(requests).toBe(6);
  });

  it('is let go of when cancelled', async () => {
    const url = await serve((request, response) => {
      response.write(send(request, response, XYZ).subarray(0, 1000));
    });
    const controller = new AbortController();
    const reading = all(readStructures([`${url}/x.xyz`], { signal: controller.signal }));
    setTimeout(() => {
      controller.abort(new Error('enough'));
    }, 50);
    await expect(reading).rejects.toThrow('enough');
  });
});

describe('an address that cannot be read', () => {
  const refused = async (listener: RequestListener, file = 'x.xyz'): Promise<string> => {
    const url = await serve(listener);
    const message = await failure(read(`${url}/${file}`));
    return message.replace(url, 'URL');
  };

  it.each([
    [404, 'not found (404)'],
    [403, 'not allowed (403)'],
    [418, "I'm a Teapot (418)"],
    [500, 'Internal Server Error (500)'],
  ])('answers %d', async (status, answer) => {
    const message = await refused((_, response) => {
      response.writeHead(status).end();
    });
    expect(message).toBe(`FILE_ACCESS: cannot read URL/x.xyz: ${answer}`);
  });

  it('has no server', async () => {
    const url = await serve(() => undefined);
    servers.splice(0).forEach((server) => server.close());
    expect(await failure(read(`${url}/x.xyz`))).toMatch(/the connection failed \(ECONNREFUSED\)$/);
  });

  it('breaks off where there are no ranges', async () => {
    const message = await refused((_, response) => {
      response.writeHead(200, { 'content-length': XYZ.length });
      response.write(XYZ.subarray(0, 20_000), () => setTimeout(() => response.destroy(), 20));
    });
    expect(message).toBe(
      'FILE_ACCESS: cannot read URL/x.xyz: the connection broke off after 20000 bytes, and the server ' +
        'sends no ranges',
    );
  });

  it('has changed meanwhile', async () => {
    let version = 0;
    const changing: RequestListener = (request, response) => {
      version++;
      const isSame = request.headers['if-range'] === undefined;
      if (!isSame) {
        response.writeHead(200, { etag: `"${version}"` }).end(XYZ);
        return;
      }
      const part = send(request, response, XYZ, { etag: `"${version}"` });
      response.write(part.subarray(0, 20_000), () => setTimeout(() => response.destroy(), 20));
    };
    expect(await refused(changing)).toBe(
      'FILE_ACCESS: URL/x.xyz: changed on the server while it was read; read it again',
    );
    const zip = zipOf([{ name: 'a.xyz', data: Buffer.concat([XYZ, XYZ, XYZ]), method: 0 }]);
    let requests = 0;
    const replaced: RequestListener = (request, response) => {
      const body = requests++ === 0 ? zip : Buffer.concat([zip, zip]);
      response.end(send(request, response, body, { etag: '"1"' }));
    };
    expect(await refused(replaced, 'x.zip')).toMatch(/changed on the server while it was read/);
  });

  it('sends other than as many bytes as it promised', async () => {
    const message = await refused((_, response) => {
      // A body that ends by itself, of which a proxy says another length.
      response.writeHead(206, { 'content-range': `bytes 0-${XYZ.length + 9}/${XYZ.length + 10}` });
      response.end(XYZ);
    });
    expect(message).toBe(
      `FILE_ACCESS: cannot read URL/x.xyz: bytes from 0 arrived, but those from ${XYZ.length} were asked for`,
    );
  });
});
