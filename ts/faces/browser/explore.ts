/** `quests/explore`: one or two sets as a page shows them, reports, and the page itself. */
import '../../backend/register-browser.js';

export * from '../explore.js';
