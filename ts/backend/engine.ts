import type { Backend } from './backend.js';

/** What computes, in words: `native, avx512, 2 threads`. */
export function engineOf({ name, core }: Backend): string {
  const threads = core.threads();
  return `${name}, ${core.simd()}, ${threads} thread${threads === 1 ? '' : 's'}`;
}
