// node scripts/release-addon.mjs [PLATFORM ... | --all]: builds native addons as they are
// published, into build/release, on Linux and for any system; without a name, that of this machine.
// Each is checked for what it asks of the system that loads it; that of this machine is started,
// too.
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { upToDate } from './build/part.mjs';
import { Missing, script } from './build/stage.mjs';
import { addon, addonOf } from './release/addon.mjs';
import { PLATFORMS, platformHere, platformOf } from './release/platforms.mjs';
import { toolchain } from './release/toolchain.mjs';

await script(async () => {
  const { values, positionals } = parseArgs({
    options: { all: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const here = platformHere();
  const platforms = values.all ? PLATFORMS : positionals.length > 0 ? positionals.map(named) : [here];
  if (platforms.includes(undefined)) throw new Missing('no addon is published for this machine');
  await toolchain(platforms.map(({ target }) => target));
  for (const platform of platforms) await upToDate(addon(platform));
  // What is shipped must start, and compute.
  if (platforms.includes(here)) {
    execFileSync(process.execPath, ['-e', `require(${JSON.stringify(resolve(addonOf(here)))}).version()`]);
  }
});

function named(name) {
  const platform = platformOf(name);
  if (platform === undefined) {
    const known = PLATFORMS.map((one) => one.name).join(', ');
    throw new Missing(`${name}: no such platform, expected ${known}`);
  }
  return platform;
}
