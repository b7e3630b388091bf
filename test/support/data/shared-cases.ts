import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Folder of small files that failed once, beside the checkout; ends with a slash. */
export const SHARED_CASES = fileURLToPath(new URL('../../../../shared/cases/', import.meta.url));

/** Whether the folder is there. */
export const hasSharedCases = existsSync(SHARED_CASES);

/** What to add to the title of tests that need the folder and are skipped without it. */
export const withoutSharedCases = hasSharedCases ? '' : ' (skipped: ../shared/cases is not there)';
