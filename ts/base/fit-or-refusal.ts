import { QuestsError } from './error.js';

/** A result, or why there is none. */
export type FitOrRefusal<T> =
  { readonly value: T; readonly refusal: null } | { readonly value: null; readonly refusal: string };

/**
 * The result of a fit, or the reason why the data determine none: the data are worth showing all
 * the same.
 *
 * @param fit throws `QuestsError` INVALID_ARGUMENT or EMPTY where the data do not allow a fit;
 *   other errors pass through
 */
export async function fitOrRefusal<T>(fit: () => Promise<T>): Promise<FitOrRefusal<T>> {
  try {
    return { value: await fit(), refusal: null };
  } catch (thrown) {
    if (!(thrown instanceof QuestsError && ['INVALID_ARGUMENT', 'EMPTY'].includes(thrown.code))) throw thrown;
    return { value: null, refusal: thrown.message };
  }
}
