import { type AtomNeighbours, countOf } from 'quests/explore';

/** Shells that are named at the most. */
const MOST_SHELLS = 5;

/** The neighbours of an atom in words, shell by shell. */
export function neighboursText({ atom, distances, shells }: AtomNeighbours): string {
  if (distances.length === 0) return `Atom ${atom} has no neighbours within the cutoff.`;
  const named = shells.slice(0, MOST_SHELLS).map(({ count, from, to }) => {
    const [near, far] = [from.toFixed(2), to.toFixed(2)];
    return `${count} at ${near === far ? near : `${near}–${far}`} Å`;
  });
  const rest = shells.length > MOST_SHELLS ? ', …' : '';
  return (
    `The environment of atom ${atom} is ${countOf(distances.length, 'neighbour')}, marked: ` +
    `${named.join(', ')}${rest}.`
  );
}
