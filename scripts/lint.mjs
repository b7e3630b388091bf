// npm run lint: everything that judges the sources without running them; `--fix` (npm run format)
// mends what it can.
import { needNode, needRust } from './build/machine.mjs';
import { packages, program } from './build/packages.mjs';
import { targetFolder } from './build/parts.mjs';
import { run, script, stage } from './build/stage.mjs';
import { spelling } from './lint/spelling.mjs';
import { workflows } from './lint/workflows.mjs';

const fix = process.argv.includes('--fix');
const node = (...args) => run(process.execPath, args);
const cargo = (...args) => run('cargo', args);

await script(async () => {
  needNode();
  needRust();
  await packages();
  await stage('eslint', () => node(program('eslint', 'eslint'), ...(fix ? ['--fix'] : []), '.'));
  // Made of packages, which may have been missing until now.
  const { checkWidth, wrapAll } = await import('./lint/width.mjs');
  if (fix) await stage('comments', async () => wrapAll());
  await stage('prettier', () => node(program('prettier', 'prettier'), fix ? '--write' : '--check', '.'));
  if (!fix) {
    await stage('width', async () => checkWidth());
    const cruise = program('dependency-cruiser', 'depcruise');
    const rules = ['--config', 'scripts/lint/direction.mjs', '--output-type', 'err-long'];
    await stage('imports', () => node(cruise, ...rules, 'ts', 'apps', 'bench'));
    const early = ['--config', 'scripts/lint/before-packages.mjs', '--output-type', 'err-long'];
    await stage('imports of scripts', () => node(cruise, ...early, 'scripts'));
    await stage('spelling', spelling);
    const { checkLicences } = await import('./lint/licences.mjs');
    await stage('licences of packages', async () => checkLicences());
    await stage('workflows', workflows);
  }
  await stage('rustfmt', () => cargo('fmt', '--all', ...(fix ? [] : ['--check'])));
  const workspace = ['--workspace', '--all-targets', '--locked', '--target-dir', targetFolder];
  await stage('clippy', () =>
    cargo('clippy', ...workspace, '--features', 'quests/profile', '--', '-D', 'warnings'),
  );
});
