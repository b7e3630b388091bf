import { type OpenFile, wrongContents } from '../io/files/opened.js';
import { StoredReference, type StoredReferenceOptions } from './stored-reference.js';

/** An opened file as a stored reference; refuses any other. */
export async function storedReferenceOf(
  opened: OpenFile,
  options: StoredReferenceOptions,
): Promise<StoredReference> {
  if (opened.holds === 'matrix' && opened.reference !== undefined) {
    return new StoredReference(await opened.reference(), options);
  }
  opened.close();
  throw wrongContents(opened, 'a stored reference (.qref)');
}
