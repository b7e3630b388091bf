// A simulation by LAMMPS, and its checks: in a worker of the page's computing, for itself. LAMMPS
// has a worker of its own, made of files that are no part of this page: they are loaded from where
// the person says. The page starts it, but for files of another host.
import type { DescriptorMatrix } from 'quests';
import { type LammpsClient, watchLammps } from 'quests/analysis';
import { type LiveDecision, type LiveEnd, LiveWatch } from 'quests/explore';
import { lammpsAbsent } from './lammps-worker.js';
import type { LammpsRun, LiveWorkerReply, LiveWorkerRequest } from './live-protocol.js';

/** What is used of lammps.js, beside `runScriptAsync`. */
interface LammpsWorkerClients {
  readonly LammpsWorkerClient: {
    create(
      worker: Worker | MessagePort,
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
  else if (request.do === 'simulate') void run(request.run, request.lammps, read);
  else void live?.answer(request, reply);
}

async function run(asked: LammpsRun, lent: MessagePort | null, read: ReadReference): Promise<void> {
  let end: LiveEnd;
  try {
    end = await simulated(asked, lent, read);
  } catch (thrown) {
    end = { by: 'failure', message: thrown instanceof Error ? thrown.message : String(thrown) };
  }
  tellSaid();
  if (live === undefined) reply({ is: 'live-end', end });
  else live.end(end);
}

async function simulated(asked: LammpsRun, lent: MessagePort | null, read: ReadReference): Promise<LiveEnd> {
  const { of, first, k, cutoff, bandwidth, entropy, mean, limit, script, every, elements } = asked;
  const x = asked.reference.length === 0 ? undefined : await read(asked);
  const name = asked.reference.map((file) => file.name).join(', ');
  const reference = x && { name, x };
  const options = { of, first, k, cutoff, bandwidth, entropy, mean, limit, reference };
  const watched = new LiveWatch({ ...options, canStop: true });
  live = watched;
  watched.join(reply);
  const lammps = await started(asked.module, lent);
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
async function started(address: string, lent: MessagePort | null): Promise<LammpsClient> {
  const { worker, failed } = lent === null ? own(address) : { worker: lent, failed: NEVER };
  const client = new URL('worker-client.js', address).href;
  const loaded = import(/* @vite-ignore */ client) as Promise<LammpsWorkerClients>;
  const absent = (): Promise<never> => Promise.reject(new Error(lammpsAbsent(address)));
  const { LammpsWorkerClient } = await Promise.race([loaded.catch(absent), failed]);
  const onOutput = (_stream: string, line: string): void => {
    said.push(line);
    if (said.length >= LINES) tellSaid();
  };
  // What goes wrong with a run is thrown where it was asked for.
  const onError = (error: Error): void => void said.push(error.message);
  lent?.start();
  return Promise.race([LammpsWorkerClient.create(worker, { onOutput, onError }), failed]);
}

/** What the page started fails there. */
const NEVER = new Promise<never>(() => undefined);

/** LAMMPS of another host, and its failure: a worker must be of this host, so it imports that. */
function own(address: string): { readonly worker: Worker; readonly failed: Promise<never> } {
  const text = `import ${JSON.stringify(address)};`;
  const entry = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const worker = new Worker(entry, { type: 'module' });
  const failed = new Promise<never>((_, reject) => {
    worker.onerror = ({ message }) => {
      reject(new Error(lammpsAbsent(address, message)));
    };
  });
  return { worker, failed };
}
