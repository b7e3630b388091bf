// node scripts/record-behaviour.mjs OUT [--of CHECKOUT]: runs every command of the build, and what
// it says and writes goes into OUT, a file of text for each run. Two recordings are compared with
// --compare BEFORE AFTER: exit 1 where they differ.
import { parseArgs } from 'node:util';

import { differences } from './behaviour/compare.mjs';
import { record } from './behaviour/record.mjs';
import { Missing, script, stage } from './build/stage.mjs';

const USAGE = 'usage: record-behaviour.mjs OUT [--of CHECKOUT] | --compare BEFORE AFTER';

await script(async () => {
  const { values, positionals } = parseArgs({
    options: { of: { type: 'string', default: '.' }, compare: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (positionals.length !== (values.compare ? 2 : 1)) throw new Missing(USAGE);
  const [first, second] = positionals;
  if (values.compare) {
    const lines = differences(first, second);
    process.stdout.write(lines.length === 0 ? 'no difference\n' : `${lines.join('\n')}\n`);
    if (lines.length > 0) process.exitCode = 1;
    return;
  }
  await stage('record', async (note) => {
    const count = await record(first, values.of);
    note(`${count} runs`);
  });
});
