/** A simulation that was told to stop: what was asked for, and an exit code of its own. */
export class SimulationStopped extends Error {
  override readonly name = 'SimulationStopped';
}
