import { openBlob, openUrl } from '../io/files/blob.js';
import type { ReadOptions } from '../io/files/opened.js';
import { storedReferenceOf } from './opened-reference.js';
import type { StoredReference, StoredReferenceOptions } from './stored-reference.js';

/** Options of {@link openReference}. */
export interface OpenReferenceOptions
  extends StoredReferenceOptions, Pick<ReadOptions, 'signal' | 'onNote'> {}

/**
 * Opens a stored reference, which `quests reference build` makes: a file that a page was given, or
 * an address, whose server should send ranges. Only its head and its index are read.
 *
 * @throws {QuestsError} FILE_ACCESS; INVALID_FILE for a file of something else, of a newer version,
 *   cut or damaged
 */
export async function openReference(
  file: File | string,
  { memory, ...reading }: OpenReferenceOptions = {},
): Promise<StoredReference> {
  const opened = typeof file === 'string' ? await openUrl(file, reading) : await openBlob(file, reading);
  return storedReferenceOf(opened, { memory });
}
