import { QuestsError } from '../../base/error.js';

/** A result, or why there is none. */
export type FitOrRefusal<T> =
  { readonly value: T; readonly refusal: null } | { readonly value: null; readonly refusal: string };

/**
 * What a fit gives, or why it refuses: what it was to be fitted to is worth showing all the same.
 */
export async function fitOrRefusal<T>(fit: () => Promise<T>): Promise<FitOrRefusal<T>> {
  try {
    return { value: await fit(), refusal: null };
  } catch (thrown) {
    if (!(thrown instanceof QuestsError && ['INVALID_ARGUMENT', 'EMPTY'].includes(thrown.code))) throw thrown;
    return { value: null, refusal: thrown.message };
  }
}
