/** k_B, in eV/K. */
export const BOLTZMANN = 8.617333262e-5;
