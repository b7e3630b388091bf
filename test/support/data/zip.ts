import { crc32, deflateRawSync } from 'node:zlib';

/** A file for an archive, and what is unusual about it. */
export interface ZipFile {
  readonly name: string;
  readonly data: Uint8Array | string;
  readonly method?: number;
  /** Sizes and checksum after the bytes, and zeros before them. */
  readonly isStreamed?: boolean;
  readonly isLarge?: boolean;
  readonly flags?: number;
  readonly crc?: number;
  readonly size?: number;
}

const IN_EXTRA = 0xffff_ffff;

function numbers(...fields: readonly (readonly [width: 2 | 4 | 8, value: number])[]): Buffer {
  return Buffer.concat(
    fields.map(([width, value]) => {
      const bytes = Buffer.alloc(width);
      if (width === 8) bytes.writeBigUInt64LE(BigInt(value));
      else bytes.writeUIntLE(value, 0, width);
      return bytes;
    }),
  );
}

/**
 * A ZIP archive, made by hand.
 *
 * @param large whether its end has numbers of 64 bits
 * @param before bytes before it, as of a program that unpacks itself
 */
export function zipOf(files: readonly ZipFile[], large = false, before = Buffer.alloc(0)): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  const add = (bytes: Buffer): void => {
    parts.push(bytes);
    at += bytes.length;
  };
  for (const file of files) {
    const { method = 8, isStreamed = false, isLarge = false } = file;
    const data = Buffer.from(file.data as string);
    const bytes = method === 8 ? deflateRawSync(data) : data;
    const name = Buffer.from(file.name);
    const flags = (file.flags ?? 0) | (isStreamed ? 8 : 0);
    const { crc = crc32(data), size = data.length } = file;
    const start = at;
    const local = isStreamed ? [0, 0, 0] : [crc, bytes.length, size];
    add(numbers([4, 0x04034b50], [2, 20], [2, flags], [2, method], [4, 0]));
    add(numbers(...local.map((value) => [4, value] as const), [2, name.length], [2, 0]));
    add(name);
    add(bytes);
    if (isStreamed) add(numbers([4, 0x08074b50], [4, crc], [4, bytes.length], [4, size]));
    const extra = isLarge
      ? numbers([2, 1], [2, 24], [8, size], [8, bytes.length], [8, start])
      : Buffer.alloc(0);
    const short = (value: number): number => (isLarge ? IN_EXTRA : value);
    directory.push(
      numbers([4, 0x02014b50], [2, 20], [2, 20], [2, flags], [2, method], [4, 0], [4, crc]),
      numbers([4, short(bytes.length)], [4, short(size)], [2, name.length], [2, extra.length], [2, 0]),
      numbers([2, 0], [2, 0], [4, 0], [4, short(start)]),
      name,
      extra,
    );
  }
  const start = at;
  for (const bytes of directory) add(bytes);
  const length = at - start;
  const count = files.length;
  if (large) {
    const end = at;
    add(numbers([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0]));
    add(numbers([8, count], [8, count], [8, length], [8, start]));
    add(numbers([4, 0x07064b50], [4, 0], [8, end], [4, 1]));
  }
  const short = (value: number, most: number): number => (large ? most : value);
  add(numbers([4, 0x06054b50], [2, 0], [2, 0]));
  add(numbers([2, short(count, 0xffff)], [2, short(count, 0xffff)]));
  add(numbers([4, short(length, IN_EXTRA)], [4, short(start, IN_EXTRA)], [2, 0]));
  return Buffer.concat([before, ...parts]);
}
