import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/**
 * SHA-256 of a file, in hexadecimal; `null` for what is no plain file: an address, a file in an
 * archive, a pipe.
 */
export async function fileChecksum(path: string): Promise<string | null> {
  const status = await stat(path).catch(() => undefined);
  if (status?.isFile() !== true) return null;
  // Loaded here: it would slow the start of every other command.
  const { createHash } = await import('node:crypto');
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path) as AsyncIterable<Uint8Array>) hash.update(bytes);
  return hash.digest('hex');
}
