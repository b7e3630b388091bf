import { writeStructures } from 'quests';
import type { Case, Group } from '../case.js';
import { kept } from '../data/files.js';
import { thousandAtoms } from '../data/structures.js';
import type { Command } from '../engines/engine.js';
import { PYTHON_QUESTS } from '../python-environment.js';
import { above, speed } from '../target.js';

const H = /Dataset entropy:\s*([\d.]+)/;

const NODE: Command = { kind: 'command', name: 'node -e 0', program: process.execPath, args: ['-e', '0'] };

const OURS: Command = {
  kind: 'command',
  name: 'quests',
  program: process.execPath,
  args: ['bin/quests.js', 'entropy'],
  value: H,
};

const PYTHON: Command = {
  kind: 'command',
  name: 'python',
  program: PYTHON_QUESTS,
  args: ['entropy'],
  value: H,
};

const LIMIT =
  'of the time above Node’s own, loading modules and building the command take 40 %, reading the file ' +
  'in code not yet compiled a quarter, computing the rest';

const entropy: Case = {
  name: 'cli-entropy',
  title: '`quests entropy` on 1,000 atoms, whole process',
  task: async () => ({
    kind: 'command',
    file: await kept('thousand-8-decimals.xyz', (path) => writeStructures(path, [thousandAtoms()])),
  }),
  engines: [OURS, NODE, PYTHON],
  trusted: PYTHON,
  // Both print three decimals.
  tolerance: 1e-3,
  targets: [
    speed('quests', 'python', { least: 15, aim: 20, limit: LIMIT }),
    above('quests', 'node -e 0', { least: 100, aim: 60, limit: LIMIT }),
  ],
};

/** Whole processes. */
export const commandLineCases: Group = { name: 'cli', title: 'Command line', cases: [entropy] };
