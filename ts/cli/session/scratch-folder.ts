import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QuestsError } from '../../base/error.js';
import { accessError } from '../../base/file-access.js';
import type { Session } from './session.js';

/** What there is to do where the folder for temporary files is of no use. */
const ADVICE = 'TMPDIR names another folder for temporary files';

/**
 * Makes a folder for temporary files, which goes at the end of the session.
 *
 * @throws {QuestsError} FILE_ACCESS
 */
export async function scratchFolder(session: Session): Promise<string> {
  const place = tmpdir();
  const folder = await mkdtemp(join(place, 'quests-set-')).catch((error: unknown) => {
    throw inScratch(accessError('write', place, error), place);
  });
  session.atEnd(async () => {
    await rm(folder, { recursive: true, force: true }).catch(() => {
      session.note(`note: ${folder} could not be removed`);
    });
  });
  return folder;
}

/** An error; of a file in the folder, with what there is to do about it. */
export function inScratch(error: unknown, folder: string): unknown {
  if (!(error instanceof QuestsError) || error.code !== 'FILE_ACCESS') return error;
  const { file = '', problem } = error;
  if (!file.startsWith(folder)) return error;
  const reason = `${problem}; ${ADVICE}`;
  return new QuestsError('FILE_ACCESS', `cannot write ${folder}: ${reason}`, {
    cause: error,
    file: folder,
    problem: reason,
  });
}
