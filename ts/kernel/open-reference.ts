import { freemem } from 'node:os';
import { MEMORY_SHARE } from '../base/constants.js';
import type { InputFile } from '../io/files/input.js';
import { openFile } from '../io/files/files.js';
import type { ReadOptions } from '../io/files/opened.js';
import { storedReferenceOf } from './opened-reference.js';
import type { StoredReference, StoredReferenceOptions } from './stored-reference.js';

/** Options of {@link openReference}. */
export interface OpenReferenceOptions
  extends StoredReferenceOptions, Pick<ReadOptions, 'signal' | 'onNote'> {}

/**
 * Opens a stored reference, which `quests reference build` makes. Only its head and its index are
 * read: some 0.1 % of the file.
 *
 * @param file a path, or an address (`http://`, `https://`), whose server should send ranges
 * @throws {QuestsError} FILE_ACCESS; INVALID_FILE for a file of something else, of a newer version,
 *   cut or damaged
 *
 * @example
 * const train = await openReference('train.qref');
 * const { k, cutoff } = train;
 * const dH = await deltaEntropy(await descriptors(structures, { k, cutoff }), train);
 * await train.close();
 */
export async function openReference(
  file: string | Pick<InputFile, 'path' | 'name'>,
  { memory = MEMORY_SHARE * freemem(), ...reading }: OpenReferenceOptions = {},
): Promise<StoredReference> {
  return storedReferenceOf(await openFile(file, reading), { memory });
}
