/** What is being done, by what the library calls it. */
const WORK: Readonly<Record<string, string>> = {
  reading: 'reading',
  sending: 'sending to quests serve',
  descriptors: 'computing descriptors',
  'kernel sums': 'computing entropy',
  entropies: 'computing entropy',
  'entropy of frames': 'computing the entropy of each frame',
  map: 'drawing the map',
};

/** What is being done, and of what. */
export function progressText({ phase, of }: { readonly phase: string; readonly of: string | null }): string {
  const text = `${WORK[phase] ?? phase}…`;
  return of === null ? text : `${of}: ${text}`;
}
