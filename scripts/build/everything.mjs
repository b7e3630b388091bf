import { browser, node } from './bundles.mjs';
import { lammps } from './lammps.mjs';
import { needNode } from './machine.mjs';
import { packages } from './packages.mjs';
import { checkNeeds, upToDate } from './part.mjs';
import { native, page, typescript, wasm, wasmTarget } from './parts.mjs';

/** Makes everything that is shipped, where it is not up to date. */
export async function everything() {
  needNode();
  // Before the packages: a minute's wait should not end with something missing.
  checkNeeds(native);
  await packages();
  await upToDate(native);
  await wasmTarget();
  await upToDate(wasm);
  await upToDate(typescript);
  await upToDate(node);
  await upToDate(browser);
  await upToDate(page);
  await upToDate(lammps);
}
