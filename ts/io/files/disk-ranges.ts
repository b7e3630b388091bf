import { open } from 'node:fs/promises';
import { accessError } from '../../base/file-access.js';
import { inWindows } from '../text/ranges.js';
import type { OpenRanges } from '../text/folder.js';
import type { InputOptions } from './contents.js';

/**
 * Opens a file on the disk to read ranges of it.
 *
 * @param name what messages call it
 * @throws {QuestsError} FILE_ACCESS for a file that cannot be read, also later. The signal's reason
 *   when cancelled
 */
export async function diskRanges(
  path: string,
  name: string,
  size: number,
  { signal, onProgress }: InputOptions,
): Promise<OpenRanges> {
  const refuse = (error: unknown): never => {
    throw accessError('read', name, error);
  };
  const file = await open(path).catch(refuse);
  let done = 0;
  const ranges = inWindows({
    size,
    read: async (start, length) => {
      signal?.throwIfAborted();
      const place = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, size - start)));
      const { bytesRead } = await file.read(place, 0, place.length, start).catch(refuse);
      done = Math.min(size, done + bytesRead);
      onProgress?.({ done, total: size, phase: 'reading' });
      return place.subarray(0, bytesRead);
    },
  });
  return { ...ranges, close: () => file.close() };
}
