// The public surface in git: what each entry point exports, declarations in order, by API
// Extractor.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { Missing } from '../build/stage.mjs';
import { entryPoints } from './entry-points.mjs';

/** Where a file for each entry point lies. */
export const SURFACE = 'docs/api';

/** Where the reports of this run lie until they are compared. */
const NEW = 'build/surface';

/**
 * Writes the surface of all entry points into a folder, and returns what became of it in a few
 * words.
 */
export async function writeSurface(folder = SURFACE) {
  const reports = await surface();
  mkdirSync(folder, { recursive: true });
  for (const file of filesOfNone(reports, folder)) rmSync(join(folder, file));
  for (const [file, text] of reports) writeFileSync(join(folder, file), text);
  return reports.map(([file, text]) => `${file.replace('.api.md', '')}: ${namesIn(text)} names`).join(', ');
}

/** Fails where an entry point exports something other than its file says. */
export async function checkSurface(folder = SURFACE) {
  const reports = await surface();
  const problems = [
    ...filesOfNone(reports, folder).map((file) => `${join(folder, file)} belongs to no entry point`),
    ...reports.flatMap(([file, text]) => problemOf(join(folder, file), text) ?? []),
  ];
  if (problems.length > 0) throw new Missing([...problems, 'if that is meant: npm run docs'].join('\n'));
}

/** Where a file differs from what it should be; undefined where it does not. */
function problemOf(path, text) {
  if (!existsSync(path)) return `${path} is missing`;
  const [before, after] = [readFileSync(path, 'utf8').split('\n'), text.split('\n')];
  const at = after.findIndex((line, i) => line !== before[i]);
  if (at < 0 && before.length === after.length) return undefined;
  const line = at < 0 ? after.length : at;
  const [expected = 'nothing', found = 'nothing'] = [before[line], after[line]];
  return `${path}:${line + 1} says "${expected.trim()}", but it is "${found.trim()}"`;
}

/** The report of each entry point, by the name of its file. */
async function surface() {
  const { Extractor, ExtractorConfig } = await import('@microsoft/api-extractor');
  mkdirSync(NEW, { recursive: true });
  return entryPoints().map(({ name, types }) => {
    const file = `${name.replace(/[/ ]/g, '-')}.api.md`;
    const config = ExtractorConfig.prepare({
      configObject: {
        projectFolder: resolve('.'),
        mainEntryPointFilePath: resolve(types),
        compiler: { tsconfigFilePath: resolve('tsconfig.build.json') },
        apiReport: {
          enabled: true,
          reportFileName: file,
          reportFolder: resolve(NEW),
          reportTempFolder: resolve(NEW, 'temporary'),
        },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        newlineKind: 'lf',
        // What is exported is shown; how it is documented is for others to judge.
        messages: {
          extractorMessageReporting: { default: { logLevel: 'none' } },
          tsdocMessageReporting: { default: { logLevel: 'none' } },
        },
      },
      packageJsonFullPath: resolve('package.json'),
    });
    const problems = [];
    const messageCallback = (message) => {
      if (message.logLevel === 'error') problems.push(message.text);
      message.handled = true;
    };
    Extractor.invoke(config, { localBuild: true, messageCallback });
    if (problems.length > 0) throw new Missing(`${types}: ${problems.join('; ')}`);
    return [file, readFileSync(join(NEW, file), 'utf8')];
  });
}

/** The files of a folder that belong to no entry point. */
function filesOfNone(reports, folder) {
  const known = new Set(reports.map(([file]) => file));
  return readdirSync(folder).filter((file) => !known.has(file));
}

/** How many names a report has; a function with several signatures is one. */
function namesIn(report) {
  const names = report.matchAll(/^export (?:declare )?(?:abstract )?\w+ (\w+)/gm);
  return new Set(Array.from(names, ([, name]) => name)).size;
}
