/** eV/K, and GPa of one eV/Å³ (CODATA 2018). */
export const BOLTZMANN = 8.617333262e-5;
export const GIGAPASCALS = 160.21766208;
