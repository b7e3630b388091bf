// Makes the simulations of docs/physics.md: node scripts/physics/simulate.mjs FOLDER [--quick].
// See lammps.mjs for LAMMPS. Runs that have ended are not repeated. --quick makes short runs of two
// isotherms, which show that LAMMPS works and are too few for measure-line.mjs.
import { simulateCoexistence } from './coexistence.mjs';
import { simulateHops } from './hops.mjs';
import { simulateMelting } from './melting.mjs';
import { simulateNucleation } from './nucleation.mjs';
import { simulateQuiet } from './quiet.mjs';
import { simulateSilicon } from './silicon.mjs';

const [folder] = process.argv.slice(2);
const quick = process.argv.includes('--quick');
simulateMelting(`${folder}/melting`, quick);
simulateQuiet(`${folder}/quiet`, quick);
simulateCoexistence(`${folder}/coexistence`, quick);
simulateNucleation(`${folder}/nucleation`, quick);
simulateHops(`${folder}/hops`, quick);
simulateSilicon(`${folder}/silicon`, quick);
