/** `quests/workers`: what its functions take, judged. */
import { FUNCTION, record } from '../../base/kinds.js';
import * as workers from '../../faces/browser/workers.js';
import { judged } from '../judged.js';

export const lendWorkers = judged(workers.lendWorkers, {
  worker: record('a Worker', { postMessage: FUNCTION, terminate: FUNCTION }),
});

export const borrowWorkers = judged(workers.borrowWorkers, {
  port: record('the port of lendWorkers', { postMessage: FUNCTION, start: FUNCTION }),
});
