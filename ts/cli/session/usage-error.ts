/** A command line that cannot be obeyed, found before anything is computed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
