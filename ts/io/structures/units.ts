/** eV in a Hartree: CODATA 2014, as in ASE. */
export const HARTREE = 27.211386024367243;

/** Å in a Bohr: CODATA 2014, as in ASE. */
export const BOHR = 0.5291772105638411;
