// Before every file of tests: with QUESTS_SIMD set to an instruction set of the processor, all that
// the addon computes in the tests is computed with it. WebAssembly has one set of its own and
// refuses others, so the variable is taken away once the addon has seen it; the command line gets
// it back where a test starts it.
import { loadBackend } from '../../../ts/node.js';

const forced = process.env.QUESTS_SIMD ?? '';

if (forced !== '') {
  const simd = (await loadBackend('native')).core.simd();
  if (simd !== forced) throw new Error(`QUESTS_SIMD is ${forced}, but the addon computes with ${simd}`);
  process.env.QUESTS_SIMD = '';
}

/** Part of the environment of a program whose addon is to compute as that of the tests does. */
export function simdOf(args: readonly string[]): NodeJS.ProcessEnv {
  return { QUESTS_SIMD: args.includes('wasm') ? '' : forced };
}
