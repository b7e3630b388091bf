/** What ends a run: Ctrl-C, `kill`, a terminal that is closed, Ctrl-\. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * Lets the first signal cancel the run. From then on the signals do what they do by
 * default, so that a second one ends the process at once, whatever it is busy with.
 *
 * @returns the signal, and a function that stops listening
 */
export function cancelOnSignal(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const cancel = (): void => {
    release();
    controller.abort();
  };
  const release = (): void => {
    for (const name of SIGNALS) process.off(name, cancel);
  };
  for (const name of SIGNALS) process.on(name, cancel);
  return { signal: controller.signal, release };
}
