// node scripts/release/try.mjs PACKED native|wasm: installs the packages of a release in a fresh
// folder, with one command, from a registry on this machine, and starts what is there. The workflow
// does so on each system that has an addon; only Node is needed.
import { Missing, script, stage } from '../build/stage.mjs';
import { tryOut } from './rehearsal.mjs';

await script(async () => {
  const [packed, backend] = process.argv.slice(2);
  if (packed === undefined || !['native', 'wasm'].includes(backend)) {
    throw new Missing('usage: node scripts/release/try.mjs PACKED native|wasm');
  }
  await stage(`${process.platform} ${process.arch}, Node ${process.versions.node}`, (note) =>
    tryOut(packed, backend, note),
  );
});
