// node scripts/advisories.mjs: known faults of the crates and packages we build on. It asks
// databases on the network: a person runs it, and .github/workflows/nightly-fuzz.yml does the same
// every night. Needs cargo-deny (`cargo install cargo-deny --locked`).
import { Missing, run, script, stage } from './build/stage.mjs';

await script(async () => {
  await stage('crates', async () => {
    await run('cargo', ['deny', '--version']).catch(() => {
      throw new Missing('cargo-deny is missing: cargo install cargo-deny --locked');
    });
    await run('cargo', ['deny', '--workspace', 'check']);
  });
  await stage('npm packages', () => run('npm', ['audit']));
  await stage('npm packages, signatures', () => run('npm', ['audit', 'signatures']));
});
