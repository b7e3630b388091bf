import type { BackendName } from '../../../ts/node.js';
import { LiveWatch, type LiveRow } from '../../../ts/faces/node/explore.js';
import { type LammpsClient, watchLammps } from '../../../ts/faces/node/analysis.js';
import { MELTING } from './lammps.js';

/** How a simulation of LAMMPS in Node ended that was watched. */
export interface Melted {
  readonly rows: readonly LiveRow[];
  /** Step at which it was stopped. */
  readonly step: number | undefined;
  /** The frames that were kept, as extended xyz. */
  readonly kept: string;
}

/** Runs {@link MELTING} by lammps.js in this process, and stops it where an atom is new. */
export async function melted(backend: BackendName): Promise<Melted> {
  const { script, elements, every, above, ...described } = MELTING;
  // Not typed: it need not be installed.
  const client = 'lammps.js/client';
  const { LammpsClient } = (await import(/* @vite-ignore */ client)) as {
    LammpsClient: { create(output: object): Promise<{ start(): LammpsClient & { dispose(): void } }> };
  };
  const quiet = (): void => undefined;
  const lammps = (await LammpsClient.create({ print: quiet, printErr: quiet })).start();
  const limit = { above, stops: true };
  const live = new LiveWatch({ of: 'argon', canStop: true, limit, backend, ...described });
  const rows: LiveRow[] = [];
  live.join((reply) => {
    if (reply.is === 'live-check') rows.push(reply.row);
  });
  const { stopped } = await watchLammps(lammps, script, live, { every, elements });
  let kept = '';
  const files: Blob[] = [];
  await live.answer({ do: 'save', what: 'kept' }, (reply) => {
    if (reply.is === 'live-file') files.push(reply.blob);
  });
  for (const file of files) kept += await file.text();
  lammps.dispose();
  live.dispose();
  return { rows, step: stopped?.step, kept };
}
