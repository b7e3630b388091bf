export * from './entries/browser/quests.js';
