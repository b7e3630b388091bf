import { browserLoaders } from './browser-loaders.js';
import { registerLoaders } from './choose.js';

registerLoaders(browserLoaders);
