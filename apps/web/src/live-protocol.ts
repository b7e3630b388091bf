import type { LiveLimit, LiveReply, LiveRequest } from 'quests/explore';

/** A simulation that runs in the page. */
export interface LammpsRun {
  /** What it is called. */
  readonly of: string;
  readonly script: string;
  /** Elements of the atom types; none where types are no elements. */
  readonly elements: readonly string[];
  readonly every: number;
  /** What is known; empty where the first frames are. */
  readonly reference: readonly File[];
  readonly first: number;
  readonly k: number;
  readonly cutoff: number;
  readonly bandwidth: number;
  /** Whether H, and the mean δH, of each check are computed. Default: where they are quick. */
  readonly entropy?: boolean | undefined;
  readonly mean?: boolean | undefined;
  readonly limit: LiveLimit;
  /** Address of `worker.js` of lammps.js. */
  readonly module: string;
}

/** What the page asks the worker that runs a simulation. */
export type LiveWorkerRequest = LiveRequest | Simulate | { readonly do: 'stop' };

interface Simulate {
  readonly do: 'simulate';
  readonly run: LammpsRun;
  /** To LAMMPS in a worker that the page started; null where it is for this worker to start. */
  readonly lammps: MessagePort | null;
}

/** What it is told. */
export type LiveWorkerReply = LiveReply | { readonly is: 'live-output'; readonly lines: readonly string[] };

/** What workers are asked of a simulation: that of `quests serve` passes it on. */
export interface ForLive<Request = LiveWorkerRequest> {
  readonly do: 'live';
  readonly request: Request;
}
