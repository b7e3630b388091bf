import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Folder of real structures by others, beside the checkout; ends with a slash. */
export const SHARED_DATA = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));

/** Whether the folder is there. */
export const hasSharedData = existsSync(SHARED_DATA);

/** What to add to the title of tests that need the folder and are skipped without it. */
export const withoutSharedData = hasSharedData ? '' : ' (skipped: ../shared/data is not there)';
