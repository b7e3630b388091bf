import { GIGAPASCALS } from '../../base/constants.js';

/** 1 Hartree in eV, CODATA 2014 as in ASE. */
export const HARTREE = 27.211386024367243;

/** 1 Bohr in Å, CODATA 2014 as in ASE. */
export const BOHR = 0.5291772105638411;

/** 1 kbar in eV/Å³. */
export const KILOBAR = 0.1 / GIGAPASCALS;
