/** Long work in the core, planned into steps; run them in order, then `finish`. */
export interface CoreJob {
  readonly steps: number;
  /** Does step `index`; on the native backend off the event loop. */
  step(index: number): Promise<void> | void;
  /** Takes the result out and ends the job. */
  finish(): Float64Array;
  /** Frees what the job holds; a job that was not finished must be freed. */
  free(): void;
}
