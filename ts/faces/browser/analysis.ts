/** `quests/analysis`: statistics, fits and steps that the everyday functions are made of. */
import '../../backend/register-browser.js';

export * from '../analysis.js';
