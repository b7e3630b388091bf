const ORDER = ['first', 'second'];

/** Names of sets; where two have the same, which of them each is stands behind it. */
export function distinctNames(names: readonly string[]): readonly string[] {
  if (new Set(names).size === names.length) return names;
  return names.map((name, at) => `${name} (${ORDER[at] ?? at + 1})`);
}
