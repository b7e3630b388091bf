// npm start: sets up whatever is missing, then computes the example.
import { spawnSync } from 'node:child_process';

import { browser, node } from './build/bundles.mjs';
import { needNode } from './build/machine.mjs';
import { packages } from './build/packages.mjs';
import { checkNeeds, discardStale, upToDate } from './build/part.mjs';
import { native, page, typescript, wasm } from './build/parts.mjs';
import { script } from './build/stage.mjs';

await script(async () => {
  needNode();
  // Before the packages: a minute's wait should not end with something missing.
  checkNeeds(native);
  await packages();
  await upToDate(native);
  // Not built here: the example does not need it. What is there must not be an old one, though.
  discardStale(wasm);
  discardStale(browser);
  discardStale(page);
  await upToDate(typescript);
  await upToDate(node);
  const args = ['bin/quests.js', 'example', ...process.argv.slice(2)];
  process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
});
