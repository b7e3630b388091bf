/** Scores of `uncertainty --compare` in words; others are named as they were given. */
const TITLES: Readonly<Record<string, string>> = {
  dH: 'dH',
  nearest_1: 'nearest',
  nearest_10: '10th nearest',
  kde: 'KDE (PCA)',
  mahalanobis: 'Mahalanobis',
  mixture: 'Gaussian mixture',
  grade: 'D-optimality',
  local_grade: 'local D-optimality',
  known_errors: 'known errors',
};

export function scoreTitle(name: string): string {
  return TITLES[name] ?? name;
}
