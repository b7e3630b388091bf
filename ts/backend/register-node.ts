import { registerLoaders } from './choose.js';
import { nodeLoaders } from './node-loaders.js';

registerLoaders(nodeLoaders);
