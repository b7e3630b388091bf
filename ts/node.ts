export * from './entries/node/quests.js';
