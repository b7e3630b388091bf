/** `quests/explore`: one or two sets as a page shows them, reports, and the page itself. */
import '../../backend/register-node.js';

export * from '../explore.js';
export { pageContents } from '../../serve/page-files.js';
export { type PageServer, type ServeOptions, servePage } from '../../serve/server.js';
export type { NamedFiles } from '../../serve/shared-files.js';
