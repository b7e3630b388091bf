// node scripts/test-emulated.mjs [MACHINE ...] [--fast]: tests the addons on machines that this is
// not, which QEMU makes of it; without a name, on all. npm run test:arm is that for arm64. Fast:
// the golden tests alone.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { everything } from './build/everything.mjs';
import { program } from './build/packages.mjs';
import { targetFolder } from './build/parts.mjs';
import { Missing, run, script, stage } from './build/stage.mjs';
import { machine } from './emulate/emulator.mjs';
import { MACHINES } from './emulate/machines.mjs';
import { CARGO, environment } from './release/toolchain.mjs';
import { platformOf } from './release/platforms.mjs';

/** Of the tests of golden values and of the contract, those that are run fast. */
const FAST = ['test/golden/golden'];

await script(async () => {
  const { values, positionals } = parseArgs({
    options: { fast: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const machines = positionals.length > 0 ? positionals.map(named) : MACHINES;
  await everything();
  for (const one of machines) {
    const env = await machine(one);
    if (!values.fast && one.platform !== undefined) await rustTests(one);
    process.stdout.write(`${one.name}\n`);
    const vitest = [program('vitest', 'vitest'), 'run', '--config', 'test/emulated/vitest.config.ts'];
    const all = ['test/emulated', ...(values.fast ? FAST : ['test/golden', 'test/contract'])];
    // What WebAssembly does differs between kinds of processor, not between those of one kind.
    const native = one.platform !== undefined ? [] : ['-t', 'native'];
    const { status } = spawnSync(process.execPath, [...vitest, ...all, ...native], { stdio: 'inherit', env });
    if (status !== 0) throw new Missing(`tests failed on ${one.name}`);
  }
});

function named(name) {
  const found = MACHINES.find((one) => one.name === name);
  if (found === undefined) {
    throw new Missing(`${name}: no such machine, expected ${MACHINES.map((one) => one.name).join(', ')}`);
  }
  return found;
}

async function rustTests({ platform, emulator }) {
  const { target, oldest } = platformOf(platform);
  const variable = `CARGO_TARGET_${target.replaceAll('-', '_').toUpperCase()}_RUNNER`;
  // A tenth of the random cases: QEMU takes ten times as long.
  const env = { ...environment(), [variable]: emulator.join(' '), QUESTS_CASES: '32' };
  await stage('Rust tests', async (note) => {
    const options = ['--locked', '-p', 'quests', '--target', `${target}.${oldest.glibc}`];
    const output = await run(CARGO, ['test', ...options, '--target-dir', resolve(targetFolder)], { env });
    const passed = [...output.matchAll(/^test result: ok\. (\d+) passed/gm)];
    note(`${passed.reduce((sum, [, count]) => sum + Number(count), 0)} passed`);
  });
}
