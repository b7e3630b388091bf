import { loadBackend } from '../../../ts/backend/choose.js';
import { readExtxyz } from '../../../ts/io/structures/extxyz.js';
import type { ErrorCode, Structure } from '../../../ts/node.js';
import { QuestsError } from '../../../ts/base/error.js';

/** Reads plain rows of tables: the core that tests use. */
export const { core: rowReader } = await loadBackend();

/** All structures of a text in extended xyz. */
export async function read(text: string | Uint8Array, file = 'a.xyz'): Promise<Structure[]> {
  return all(readExtxyz(bytesOf(text), { file, rowReader }));
}

/** The one structure of a text in extended xyz. */
export async function readOne(text: string): Promise<Structure> {
  const [structure, ...others] = await read(text);
  if (structure === undefined || others.length > 0)
    throw new Error(`${others.length + 1} structures, expected one`);
  return structure;
}

export async function all<T>(items: AsyncIterable<T> | Iterable<T>): Promise<T[]> {
  const result: T[] = [];
  for await (const item of items) result.push(item);
  return result;
}

export function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? new TextEncoder().encode(text) : text;
}

/**
 * What a promise fails with, as `CODE: message`; every failure must be one line and one of ours.
 */
export async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof QuestsError)) throw error;
    if (/[\r\n]/.test(error.message))
      throw new Error(`more than one line: ${error.message}`, { cause: error });
    const code: ErrorCode = error.code;
    return `${code}: ${error.message}`;
  }
  throw new Error('nothing failed');
}

/** Bytes in pieces of a size. */
export function* inPieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.slice(start, start + size);
}
