/** Bytes that a page begins with. */
const HEAD = 16;

/** A key, and what stands beside it in a page: a value, or where it is. */
interface Node {
  readonly key: Buffer;
  readonly low: number;
  readonly flags: number;
  readonly data: Buffer;
}

/** The bytes of an LMDB database with these keys and values, as small as it can be. */
export function lmdb(entries: readonly (readonly [string, Uint8Array])[], pageSize = 4096): Buffer {
  const pages: Buffer[] = [Buffer.alloc(pageSize), Buffer.alloc(pageSize)];
  const most = pageSize / 2 - HEAD;
  let level = entries
    .map(([key, value]) => ({ key: Buffer.from(key), value }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ key, value }): Node => {
      if (key.length + value.length + 8 <= most) {
        return { key, low: value.length, flags: 0, data: Buffer.from(value) };
      }
      const count = Math.ceil((HEAD + value.length) / pageSize);
      const page = Buffer.alloc(count * pageSize);
      const number = pages.reduce((sum, { length }) => sum + length, 0) / pageSize;
      page.writeBigUInt64LE(BigInt(number));
      page.writeUInt16LE(4, 10);
      page.writeUInt32LE(count, 12);
      page.set(value, HEAD);
      pages.push(page);
      const data = Buffer.alloc(8);
      data.writeBigUInt64LE(BigInt(number));
      return { key, low: value.length, flags: 1, data };
    });
  let levels = 0;
  let first = pages.reduce((sum, { length }) => sum + length, 0) / pageSize;
  while (level.length > 0 && (levels === 0 || level.length > 1)) {
    const kind = levels === 0 ? 2 : 1;
    const groups: Node[][] = [[]];
    let room = pageSize - HEAD;
    for (const node of level) {
      const size = 10 + node.key.length + node.data.length + 2;
      if (size > room) {
        groups.push([]);
        room = pageSize - HEAD;
      }
      room -= size;
      groups.at(-1)?.push(node);
    }
    level = groups.map((nodes, at): Node => {
      pages.push(pageOf(nodes, first + at, kind, pageSize));
      return { key: nodes[0]?.key ?? Buffer.alloc(0), low: first + at, flags: 0, data: Buffer.alloc(0) };
    });
    first += groups.length;
    levels++;
  }
  for (const [at, page] of pages.slice(0, 2).entries()) {
    page.writeBigUInt64LE(BigInt(at));
    page.writeUInt16LE(8, 10);
    page.writeUInt32LE(0xbeef_c0de, 16);
    page.writeUInt32LE(1, 20);
    page.writeUInt32LE(pageSize, 40);
    page.writeUInt16LE(at === 0 ? levels : 0, 94);
    page.writeBigUInt64LE(BigInt(at === 0 ? entries.length : 0), 120);
    page.writeBigUInt64LE(at === 0 && levels > 0 ? BigInt(first - 1) : 2n ** 64n - 1n, 128);
    // The first page is of the later transaction.
    page.writeBigUInt64LE(BigInt(7 - at), 144);
  }
  return Buffer.concat(pages);
}

function pageOf(nodes: readonly Node[], number: number, kind: number, pageSize: number): Buffer {
  const page = Buffer.alloc(pageSize);
  page.writeBigUInt64LE(BigInt(number));
  page.writeUInt16LE(kind, 10);
  page.writeUInt16LE(HEAD + 2 * nodes.length, 12);
  let end = pageSize;
  for (const [at, { key, low, flags, data }] of nodes.entries()) {
    // The first key of a branch is left out.
    const own = kind === 1 && at === 0 ? Buffer.alloc(0) : key;
    end -= 8 + own.length + data.length;
    end -= end % 2;
    page.writeUInt16LE(end, HEAD + 2 * at);
    page.writeUInt32LE(low, end);
    page.writeUInt16LE(flags, end + 4);
    page.writeUInt16LE(own.length, end + 6);
    page.set(own, end + 8);
    page.set(data, end + 8 + own.length);
  }
  page.writeUInt16LE(end, 14);
  return page;
}
