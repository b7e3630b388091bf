/** `quests/explore` for browsers. */
import '../../backend/register-browser.js';

export * from '../explore.js';
