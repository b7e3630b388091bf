// A simulation by LAMMPS, and its checks: in a worker of the page's computing, for itself. LAMMPS
// has a worker of its own, made of files that are no part of this page: they are loaded from where
// the person says.
import type { DescriptorMatrix } from 'quests';
import { type LammpsClient, watchLammps } from 'quests/analysis';
import { type LiveDecision, type LiveEnd, LiveWatch } from 'quests/explore';
import type { LammpsRun, LiveWorkerReply, LiveWorkerRequest } from './live-protocol.js';

/** What is used of lammps.js, beside `runScriptAsync`. */
interface LammpsWorkerClients {
  readonly LammpsWorkerClient: {
    create(
      worker: Worker,
      options: { onOutput: (stream: string, text: string) => void; onError: (error: Error) => void },
    ): Promise<LammpsClient>;
  };
}

/** Lines of LAMMPS that are sent at once. */
const LINES = 20;

/** Reads a reference, as the engine reads datasets: what that takes is in this worker once. */
export type ReadReference = (run: LammpsRun) => Promise<DescriptorMatrix>;

let live: LiveWatch | undefined;
let isStopping = false;
let said: string[] = [];

const reply = (message: LiveWorkerReply): void => {
  self.postMessage(message);
};

function tellSaid(): void {
  if (said.length > 0) reply({ is: 'live-output', lines: said });
  said = [];
}

/** Runs a simulation, or answers what is asked of the one that runs. */
export function answerLive(request: LiveWorkerRequest, read: ReadReference): void {
  if (request.do === 'stop') isStopping = true;
  else if (request.do === 'simulate') void run(request.run, read);
  else void live?.answer(request, reply);
}

async function run(asked: LammpsRun, read: ReadReference): Promise<void> {
  let end: LiveEnd;
  try {
    end = await simulated(asked, read);
  } catch (thrown) {
    end = { by: 'failure', message: thrown instanceof Error ? thrown.message : String(thrown) };
  }
  tellSaid();
  if (live === undefined) reply({ is: 'live-end', end });
  else live.end(end);
}

async function simulated(asked: LammpsRun, read: ReadReference): Promise<LiveEnd> {
  const { of, first, k, cutoff, bandwidth, entropy, mean, limit, script, every, elements } = asked;
  const x = asked.reference.length === 0 ? undefined : await read(asked);
  const name = asked.reference.map((file) => file.name).join(', ');
  const reference = x && { name, x };
  const options = { of, first, k, cutoff, bandwidth, entropy, mean, limit, reference };
  const watched = new LiveWatch({ ...options, canStop: true });
  live = watched;
  watched.join(reply);
  const lammps = await started(asked.module);
  const guard = {
    check: async (structure: Parameters<LiveWatch['check']>[0]): Promise<LiveDecision> => {
      tellSaid();
      return isStopping ? { decision: 'stop' } : watched.check(structure);
    },
  };
  const { stopped } = await watchLammps(lammps, script, guard, {
    every,
    ...(elements.length > 0 && { elements }),
  });
  if (stopped === undefined) return { by: 'simulation' };
  return isStopping || watched.last === undefined ? { by: 'person' } : { by: 'limit', row: watched.last };
}

/** LAMMPS in its worker; what it prints is told. */
async function started(address: string): Promise<LammpsClient> {
  const absent = (why: string): Error =>
    new Error(
      `LAMMPS cannot be loaded from ${address}${why}: npm install lammps.js and build the page, ` +
        'or give the address of worker.js of lammps.js',
    );
  // Modules of another host are imported by a script of our own: workers must be of this one.
  const isOwn = new URL(address).origin === self.location.origin;
  const text = `import ${JSON.stringify(address)};`;
  const entry = isOwn ? address : URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const worker = new Worker(entry, { type: 'module' });
  const failed = new Promise<never>((_, reject) => {
    worker.onerror = ({ message }) => {
      reject(absent(message ? ` (${message})` : ''));
    };
  });
  const client = new URL('worker-client.js', address).href;
  const loaded = import(/* @vite-ignore */ client) as Promise<LammpsWorkerClients>;
  const { LammpsWorkerClient } = await Promise.race([loaded.catch(() => Promise.reject(absent(''))), failed]);
  const onOutput = (_stream: string, line: string): void => {
    said.push(line);
    if (said.length >= LINES) tellSaid();
  };
  // What goes wrong with a run is thrown where it was asked for.
  const onError = (error: Error): void => void said.push(error.message);
  return Promise.race([LammpsWorkerClient.create(worker, { onOutput, onError }), failed]);
}
