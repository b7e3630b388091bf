import type { LammpsRun } from './live-protocol.js';

/** LAMMPS in a worker that the page started, and a port to it. */
export interface LammpsWorker {
  /** For the worker that checks the simulation. */
  readonly port: MessagePort;
  end(): void;
}

/**
 * Starts LAMMPS on this thread: Firefox 153 now and then never returns from `new Worker` within a
 * worker. Null for modules of another host: no policy of a page lets it start these, and the worker
 * that checks does.
 *
 * @param onFailure told in one line why LAMMPS cannot be loaded
 */
export function startLammps(
  { module }: Pick<LammpsRun, 'module'>,
  onFailure: (message: string) => void,
): LammpsWorker | null {
  if (new URL(module).origin !== location.origin) return null;
  const worker = new Worker(new URL('port.js', module), { type: 'module' });
  worker.onerror = ({ message }) => {
    onFailure(lammpsAbsent(module, message));
  };
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(port1, [port1]);
  return {
    port: port2,
    end: () => {
      worker.terminate();
    },
  };
}

/** Says that there is no LAMMPS at an address, and what to do. */
export function lammpsAbsent(module: string, why?: string): string {
  return (
    `LAMMPS cannot be loaded from ${module}${why ? ` (${why})` : ''}: npm install lammps.js and build the ` +
    'page, or give the address of worker.js of lammps.js (on this host: beside port.js of the page)'
  );
}
