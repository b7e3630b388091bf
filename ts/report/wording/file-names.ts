/**
 * Names of files without the folders of this machine: the shortest ends of their paths that tell
 * them apart. Addresses stay, without query and fragment.
 */
export function shortNames(paths: readonly string[]): ReadonlyMap<string, string> {
  const all = [...new Set(paths)];
  const parts = all.map((path) => (isAddress(path) ? [path.replace(/[?#].*$/s, '')] : path.split(/[\\/]/)));
  const end = (of: readonly string[], count: number): string => of.slice(-count).join('/');
  return new Map(
    all.map((path, at) => {
      const own = parts[at] as readonly string[];
      let count = 1;
      const isShared = (): boolean =>
        parts.some((other, index) => index !== at && end(other, count) === end(own, count));
      while (count < own.length && isShared()) count += 1;
      return [path, end(own, count)];
    }),
  );
}

function isAddress(path: string): boolean {
  return /^https?:/i.test(path);
}
