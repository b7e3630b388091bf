// LAMMPS's worker, started by the page on behalf of the worker that checks the simulation: it takes
// a port to that one, and serves it as lammps.js serves the thread that made a worker.
import { installLammpsWorker } from './worker-host.js';

addEventListener(
  'message',
  ({ data: port }) => {
    installLammpsWorker(port);
    port.start();
  },
  { once: true },
);
