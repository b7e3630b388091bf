// LAMMPS beside the page, where somebody has installed lammps.js: the page runs it. It is never a
// part of what is published, nor of the page that is kept offline.
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { filesUnder } from './part.mjs';

const FROM = 'node_modules/lammps.js';
const TO = 'dist/page/lammps';
/** What the page starts: lammps.js on a port. */
const PORT = 'apps/web/lammps/port.js';

/** What its worker imports, and its licence. */
const MODULES = ['worker', 'worker-host', 'worker-client', 'worker-protocol', 'client', 'cpp/lammps'];

export const lammps = {
  name: 'LAMMPS beside the page',
  inputs: [join(FROM, 'package.json'), PORT, 'scripts/build/lammps.mjs'],
  outputs: () => filesUnder(TO),
  make(note) {
    if (!existsSync(FROM)) {
      note('lammps.js is not installed');
      return;
    }
    const copy = (from, to) => {
      mkdirSync(dirname(join(TO, to)), { recursive: true });
      cpSync(join(FROM, from), join(TO, to));
    };
    for (const name of MODULES) copy(`dist/${name}.js`, `${name}.js`);
    for (const name of ['LICENSE', 'package.json']) copy(name, name);
    cpSync(PORT, join(TO, 'port.js'));
  },
};
