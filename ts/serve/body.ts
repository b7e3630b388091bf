import type { IncomingMessage } from 'node:http';
import { QuestsError } from '../base/error.js';

/**
 * The body of a request.
 *
 * @param most bytes that it may have
 * @throws {QuestsError} TOO_LARGE
 */
export async function bodyOf(
  request: IncomingMessage,
  most: number,
  advice: string,
): Promise<Buffer<ArrayBuffer>> {
  const refuse = (): never => {
    throw new QuestsError('TOO_LARGE', `more than ${most / 1e6} MB in one request: ${advice}`);
  };
  if (Number(request.headers['content-length'] ?? 0) > most) refuse();
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > most) refuse();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
