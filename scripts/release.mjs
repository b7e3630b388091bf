// npm run release -- --dry-run: makes every package of a release in build/packed, and checks all
// that can be checked before somebody installs them. Nothing is published. The workflow release.yml
// does the same for a tag, then npm run release -- --publish, which does not build again.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { everything } from './build/everything.mjs';
import { upToDate } from './build/part.mjs';
import { Missing, run, script, stage } from './build/stage.mjs';
import { addon } from './release/addon.mjs';
import { PLATFORMS } from './release/platforms.mjs';
import { rehearse } from './release/rehearsal.mjs';
import { toolchain } from './release/toolchain.mjs';
import { checkEntries } from './release/types.mjs';

const PACKED = 'build/packed';

await script(async () => {
  const flag = { type: 'boolean', default: false };
  const { values } = parseArgs({ options: { 'dry-run': flag, publish: flag } });
  if (values['dry-run'] === values.publish) {
    throw new Missing('usage: npm run release -- --dry-run (or --publish, in the workflow)');
  }
  if (values.publish) {
    const { publish } = await import('./release/publish.mjs');
    return publish(PACKED);
  }
  await everything();
  await toolchain(PLATFORMS.map(({ target }) => target));
  for (const platform of PLATFORMS) await upToDate(addon(platform));
  await stage('packages', (note) => pack(note));
  // It needs packages, which may have been missing until now.
  const { problemsOfPackages } = await import('./release/packages.mjs');
  await stage('what they say of themselves', () => {
    const found = problemsOfPackages(PACKED);
    if (found.length > 0) throw new Missing(found.join('\n'));
  });
  const main = readdirSync(PACKED).find((file) => /^quests-\d/.test(file));
  await stage('entries and types', () => checkEntries(resolve(PACKED, main)));
  await stage('installation from a registry', (note) => rehearse(PACKED, note));
  process.stdout.write('nothing was published\n');
});

async function pack(note) {
  rmSync(PACKED, { recursive: true, force: true });
  mkdirSync(PACKED, { recursive: true });
  await run(process.execPath, [join('scripts', 'pack.mjs'), PACKED, '--release']);
  note(`${readdirSync(PACKED).length} in ${PACKED}`);
}
