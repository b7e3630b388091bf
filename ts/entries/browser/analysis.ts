/** `quests/analysis` for browsers. */
import '../../backend/register-browser.js';

export * from '../analysis.js';
