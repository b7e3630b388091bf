/** What a run of the command line is given from outside. */
export interface Context {
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Version of the package. */
  readonly version: string;
}
