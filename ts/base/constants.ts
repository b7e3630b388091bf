/** k_B, in eV/K. */
export const BOLTZMANN = 8.617333262e-5;

/** 1 eV/Å³ in GPa: GPa·Å³ over this are eV. */
export const GIGAPASCALS = 160.21766208;
