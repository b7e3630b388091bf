// npm run lint: everything that judges the sources without running them; `--fix` (npm run format) mends what it can.
import { needNode, needRust } from './build/machine.mjs';
import { packages, program } from './build/packages.mjs';
import { targetFolder } from './build/parts.mjs';
import { run, script, stage } from './build/stage.mjs';

const fix = process.argv.includes('--fix');
const node = (...args) => run(process.execPath, args);
const cargo = (...args) => run('cargo', args);

await script(async () => {
  needNode();
  needRust();
  await packages();
  await stage('eslint', () => node(program('eslint', 'eslint'), ...(fix ? ['--fix'] : []), '.'));
  await stage('prettier', () => node(program('prettier', 'prettier'), fix ? '--write' : '--check', '.'));
  await stage('rustfmt', () => cargo('fmt', '--all', ...(fix ? [] : ['--check'])));
  await stage('comments in Rust', () => node('scripts/wrap-rust-comments.mjs', ...(fix ? ['--fix'] : [])));
  const workspace = ['--workspace', '--all-targets', '--locked', '--target-dir', targetFolder];
  await stage('clippy', () =>
    cargo('clippy', ...workspace, '--features', 'quests/profile', '--', '-D', 'warnings'),
  );
});
