import { browserLoaders } from './backend/browser-loaders.js';
import { registerLoaders } from './backend/choose.js';

registerLoaders(browserLoaders);

export * from './index.js';
