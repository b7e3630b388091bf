/**
 * `quests/workers`: threads for a worker that computes, started by the page; without the engine.
 */
export { borrowWorkers, lendWorkers } from '../../backend/browser-worker-port.js';
