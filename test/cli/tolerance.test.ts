import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DescriptorMatrix, writeDescriptors } from '../../ts/node.js';
import { BACKENDS } from '../contract/backends.js';
import { randomRows } from '../contract/random.js';
import { quests, temporaryFolder } from './cli.js';
