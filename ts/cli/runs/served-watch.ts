import { fixed } from '../../base/number-format.js';
import type { LiveEnd, LiveWatch } from '../../faces/node/explore.js';
import * as io from '../../faces/node/io.js';
import { ReadNotes } from '../session/read-notes.js';
import type { ReadFlags } from '../session/options.js';
import type { Session } from '../session/session.js';
import { stop, type WatchActions } from './watch-actions.js';
import { Lag } from './watch-lag.js';
import { noteAbsent } from './watch-absent.js';

/** Options of a watch that a page looks at. */
export interface ServedWatchFlags extends ReadFlags, Pick<WatchActions, 'stopFile'> {
  /** The file that the simulation writes. */
  readonly watch?: string;
}

/**
 * Follows a file for the pages that look on, whether one is open or not. What goes wrong with it is
 * told to them: the server goes on.
 */
export async function followForPages(
  path: string,
  flags: ServedWatchFlags,
  live: LiveWatch,
  session: Session,
): Promise<void> {
  try {
    live.end(await followed(path, flags, live, session));
  } catch (thrown) {
    if (session.signal.aborted) return;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    session.note(`note: ${message}: no more checks`);
    live.end({ by: 'failure', message });
  }
}

async function followed(
  path: string,
  flags: ServedWatchFlags,
  live: LiveWatch,
  session: Session,
): Promise<LiveEnd> {
  const { format, elements } = flags;
  const { signal, backend } = session;
  noteAbsent(session, path);
  const lag = new Lag();
  const { structures, behind } = io.followStructures(path, {
    signal,
    backend,
    format,
    elements,
    onNote: new ReadNotes(session, 1).onNote,
    onReplaced: () => {
      session.note(`note: ${path} was replaced or cut: its frames are checked from the first on`);
    },
    onUnfinished: ({ message }) => {
      session.note(`note: ${message}: not checked`);
    },
  });
  for await (const structure of structures) {
    lag.saw(behind());
    if (lag.skips()) continue;
    const { decision } = await live.check(structure);
    const { last: row } = live;
    if (decision === 'continue' || row === undefined) continue;
    await structures.return();
    const reason = `frame ${row.frame}, atom ${row.atom}: δH ${fixed(row.maximum, 3)} nats`;
    await stop(session, flags, reason);
    return { by: 'limit', row };
  }
  return { by: 'simulation' };
}
