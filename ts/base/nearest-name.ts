/**
 * The known name that takes the fewest changes of letters, whatever their case; the first of
 * several.
 *
 * @param most changes; where all take more, the name is empty
 */
export function nearestName(name: string, known: readonly string[], most = Infinity): string {
  let [nearest, fewest] = ['', most + 1];
  for (const each of known) {
    const changes = distance(name.toLowerCase(), each.toLowerCase());
    if (changes < fewest) [nearest, fewest] = [each, changes];
  }
  return nearest;
}

/** Letters to insert, remove or replace until one text is the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
