import { program } from '../build/packages.mjs';
import { run } from '../build/stage.mjs';
import { entryPoints } from './entry-points.mjs';

/** Not in git: made from the comments of what is exported. */
const FOLDER = 'build/api';

/** Writes the reference of the public entry points in HTML. */
export async function writeReference() {
  const entries = entryPoints().flatMap(({ source }) => ['--entryPoints', source]);
  const options = ['--tsconfig', 'tsconfig.build.json', '--readme', 'none', '--disableSources'];
  // A type that is named by an exported one, but not exported itself, is shown by its name only.
  const quiet = ['--logLevel', 'Error', '--validation.notExported', 'false'];
  const typedoc = program('typedoc', 'typedoc');
  await run(process.execPath, [typedoc, ...entries, ...options, ...quiet, '--out', FOLDER]);
}
