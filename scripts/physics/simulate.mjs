// Makes the simulations of docs/physics.md:
// node scripts/physics/simulate.mjs FOLDER [PART…] [--quick]. Parts are the keys below, by default
// all. See lammps.mjs for LAMMPS. Runs that have ended are not repeated. --quick makes about a
// tenth of each, which quick.mjs measures and holds against the stored tables.
import { simulateAdatoms } from './adatoms.mjs';
import { simulateCoexistence } from './coexistence.mjs';
import { simulateFaults } from './faults.mjs';
import { simulateHops } from './hops.mjs';
import { simulateMelting } from './melting.mjs';
import { simulateNucleation } from './nucleation.mjs';
import { simulateQuiet } from './quiet.mjs';
import { simulateSilicon } from './silicon.mjs';

const PARTS = {
  melting: simulateMelting,
  quiet: simulateQuiet,
  coexistence: simulateCoexistence,
  nucleation: simulateNucleation,
  hops: simulateHops,
  adatoms: simulateAdatoms,
  faults: simulateFaults,
  silicon: simulateSilicon,
};
const [folder, ...names] = process.argv.slice(2).filter((one) => one !== '--quick');
const quick = process.argv.includes('--quick');
const unknown = names.find((name) => !(name in PARTS));
if (folder === undefined || unknown !== undefined) {
  const parts = Object.keys(PARTS).join(', ');
  console.error(`expected FOLDER [PART…] [--quick], parts of ${parts}; got ${unknown ?? 'no folder'}`);
  process.exit(2);
}
for (const name of names.length === 0 ? Object.keys(PARTS) : names) PARTS[name](`${folder}/${name}`, quick);
