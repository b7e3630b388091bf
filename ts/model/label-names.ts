/** What labels a structure: its energy, or the forces on its atoms. */
export type LabelQuantity = 'energy' | 'forces';

/** What the name of an energy or of forces says of it. */
export interface LabelName {
  /**
   * `exact`: the quantity itself (`energy`, `forces`); `truth` and `prediction`: of a reference
   * method (`REF_forces`), of a model (`MACE_forces`); `other`: of what is not known
   * (`energy_xtb`).
   */
  readonly role: 'exact' | 'truth' | 'prediction' | 'other';
  /** Place among names of this role: the lower, the sooner it is meant. */
  readonly rank: number;
}

/** Names of the quantity itself, the usual one first, without what separates their words. */
const EXACT: Readonly<Record<LabelQuantity, readonly string[]>> = {
  energy: ['energy', 'potentialenergy', 'potenergy', 'poteng', 'totalenergy', 'totenergy', 'toten'],
  forces: ['forces', 'force'],
};

/** The word of a name that says the quantity. */
const WORD: Readonly<Record<LabelQuantity, ReadonlySet<string>>> = {
  energy: new Set(['energy', 'toten']),
  forces: new Set(['forces', 'force']),
};

/** Words that add nothing: a total energy is the energy, and all forces are on atoms. */
const PLAIN: Readonly<Record<LabelQuantity, ReadonlySet<string>>> = {
  energy: new Set(['total', 'tot', 'potential', 'pot']),
  forces: new Set(['total', 'tot', 'atomic', 'atom', 'atoms']),
};

/** Words of another quantity: parts of an energy, differences, settings, errors. */
const NEVER = words(`
  kinetic kin ke free cutoff cut isolated e0 e0s atom atoms atomic per peratom external ext applied formation
  cohesive cohesion binding bonding atomisation adsorption interaction solvation solv dispersion mbd coulomb
  relative rel hull lattice node body onebody 1b 2b 3b
  electrostatic electronic ionic nuclear repulsion hartree exchange correlation xc fermi zero zpe
  vibrational thermal entropy strain elastic surface activation barrier band bandgap ionisation delta
  diff difference residual error errors err std stdev sigma var variance uncertainty weight weights max
  min maximum minimum mean average avg rms rmse mae norm magnitude normalised scaled shift shifted offset
  correction baseline drift net constraint restraint bias spring friction random langevin convergence
  tolerance tol threshold unit units key source type flag mask id index change gradient
`);

/**
 * Dispersion: a part of an energy (`d3_energy`), unless a method is named with it
 * (`pbe_d3_energy`).
 */
const DISPERSION = words('d2 d3 d4 d3bj bj vdw');

/** Words of methods whose results models are trained on. */
const TRUTH = words(`
  ref reference dft true truth target label labels qm abinitio vasp pbe pbesol pbed rpbe scan r2scan rscan
  revpbe b3lyp wb97x wb97m ccsd ccsdt mp2 hf castep cp2k qe espresso aims gaussian orca gpaw siesta
  abinit
`);

/** Words of models and their results. */
const PREDICTION = words(`
  pred predicted prediction predictions predict model ml mlip mlff mlp nn nnp nnip mace nequip allegro gap
  soap ace pace snap mtp dp dpa deepmd chgnet m3gnet megnet matgl orb sevennet 7net mattersim uma esen grace
  nep gpumd fit fitted eam meam adp schnet painn ani torchani reann aimnet lj tersoff reaxff uff eqv2
  equiformer escn gemnet alignn alphanet pet hiphive fchl qsnap uf3 ufp bpnn n2p2 runner flare tensornet
`);

/**
 * What a name says, if it names the energy or the forces themselves; undefined for every other
 * name, such as `kinetic_energy`, `free_energy`, `energy_per_atom`, `external_forces`.
 *
 * Words are told apart by case and by what is no letter or digit.
 */
export function labelName(name: string, quantity: LabelQuantity): LabelName | undefined {
  const all = name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    // The lists are British, most files American.
    .map((word) => word.replace(/iz(?=ation$|ed$)/, 'is'))
    .filter((word) => word !== '');
  const exact = EXACT[quantity].indexOf(all.join(''));
  // `energy` comes before `Energy`, where a file has both.
  if (exact !== -1) return { role: 'exact', rank: 2 * exact + Number(name !== name.toLowerCase()) };
  const own = all.filter((word) => !PLAIN[quantity].has(word));
  const at = own.findIndex((word) => WORD[quantity].has(word));
  const tags = own.filter((_, index) => index !== at);
  if (at === -1) return undefined;
  // `total_forces`: after all that have a place.
  if (tags.length === 0) return { role: 'exact', rank: 2 * EXACT[quantity].length };
  const others = quantity === 'energy' ? WORD.forces : WORD.energy;
  if (tags.some((tag) => NEVER.has(tag) || others.has(tag))) return undefined;
  const isOf = (known: ReadonlySet<string>): boolean =>
    tags.some((tag) => known.has(tag) || known.has(tag.replace(/\d+$/, '')));
  const role = isOf(PREDICTION) ? 'prediction' : isOf(TRUTH) ? 'truth' : 'other';
  if (role === 'other' && tags.some((tag) => DISPERSION.has(tag))) return undefined;
  return { role, rank: at === 0 ? 1 : 0 };
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
