// Publishing: in the workflow alone, where npm can prove what the packages were made from.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Missing, run, stage } from '../build/stage.mjs';
import { problemsOfPackages } from './packages.mjs';
import { manifestOf } from './registry.mjs';

/**
 * Publishes the packages of a folder that are not published yet. The main package comes last, so
 * that whoever gets it gets the addons, too: a release that stops halfway is not seen, and the same
 * command completes it.
 */
export async function publish(folder) {
  const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const { GITHUB_ACTIONS, GITHUB_REF } = process.env;
  if (GITHUB_ACTIONS !== 'true' || GITHUB_REF !== `refs/tags/v${version}`) {
    throw new Missing(`packages are published by the workflow release.yml, for the tag v${version}`);
  }
  const found = problemsOfPackages(folder);
  if (found.length > 0) throw new Missing(found.join('\n'));
  const packages = readdirSync(folder).map((file) => ({ file, of: manifestOf(join(folder, file)).name }));
  for (const { file, of } of packages.sort((a, b) => (a.of === name) - (b.of === name))) {
    await stage(of, async (note) => {
      if (await isPublished(`${of}@${version}`)) note('published before');
      else await run('npm', ['publish', join(folder, file), '--provenance', '--access', 'public']);
    });
  }
}

/** npm knows it by its name; only "not found" says that it does not. */
async function isPublished(name) {
  try {
    return (await run('npm', ['view', name, 'version'])).trim() !== '';
  } catch (error) {
    if (/E404/.test(error.output ?? '')) return false;
    throw error;
  }
}
