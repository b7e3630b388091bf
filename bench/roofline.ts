/** What the machine could do at most, and what the kernels make of it. */
export function rooflineSections(): Promise<string[]> {
  return Promise.resolve([]);
}
