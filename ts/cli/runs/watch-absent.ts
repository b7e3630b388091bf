import { existsSync } from 'node:fs';
import type { Session } from '../session/session.js';

/** Says of a file that is not there that it is waited for: its name may be spelt wrongly. */
export function noteAbsent(session: Session, path: string): void {
  if (path !== '-' && !existsSync(path)) session.note(`waiting for ${path}`);
}
