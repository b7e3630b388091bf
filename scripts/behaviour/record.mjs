// Records what the command line of a checkout does: one text file for each of RUNS.
import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative, resolve } from 'node:path';

import { Missing } from '../build/stage.mjs';
import { RUNS } from './runs.mjs';
import { stable, stableFile } from './stable.mjs';

/** Runs side by side; a command has threads of its own. */
const AT_ONCE = 2;
/** Of the data, so that what is written about them is the same in every checkout. */
const DATED = new Date('2026-01-01T00:00:00Z');
const DATA = { examples: 'examples', golden: 'test/golden/data' };

/**
 * @param {string} out folder for the recording
 * @param {string} checkout folder whose build is recorded, with the data of this one
 */
export async function record(out, checkout) {
  const program = resolve(checkout, 'bin/quests.js');
  if (!existsSync(resolve(checkout, 'dist/node/main.js'))) {
    throw new Missing(`${checkout}: dist/ is missing: run npm run build there`);
  }
  mkdirSync(out, { recursive: true });
  if (readdirSync(out).length > 0) throw new Missing(`${out} is not empty`);
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'quests-record-')));
  try {
    const bin = furnish(root, program);
    const waiting = Object.entries(RUNS);
    let done = 0;
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [name, lines] = next;
        const file = name.replaceAll(' ', '-');
        const folder = join(root, 'runs', file);
        writeFileSync(join(out, `${file}.txt`), await recorded(lines, folder, bin, resolve(checkout)));
        rmSync(folder, { recursive: true });
        done++;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return done;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Puts the data and the program where the runs find them; returns the folder of the program. */
function furnish(root, program) {
  for (const [name, source] of Object.entries(DATA)) {
    const folder = join(root, name);
    cpSync(source, folder, { recursive: true });
    for (const file of readdirSync(folder)) utimesSync(join(folder, file), DATED, DATED);
  }
  const bin = join(root, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'quests'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(join(bin, 'quests'), 0o755);
  return bin;
}

async function recorded(lines, folder, bin, checkout) {
  mkdirSync(folder, { recursive: true });
  for (const name of Object.keys(DATA)) symlinkSync(join('../..', name), join(folder, name));
  const settings = { PATH: `${bin}${delimiter}${process.env.PATH}`, LC_ALL: 'C.UTF-8', COLUMNS: '80' };
  const env = { ...process.env, ...settings, QUESTS_BACKEND: '', QUESTS_SIMD: '' };
  const places = { [folder]: 'FOLDER', [checkout]: 'CHECKOUT', [tmpdir()]: 'TMP' };
  let text = '';
  const known = new Map();
  for (const line of lines) {
    const { code, stdout, stderr } = await shell(line, folder, env);
    text +=
      `$ ${line}\nexit ${code}\n` +
      `${part('stdout', stable(stdout, places))}${part('stderr', stable(stderr, places))}`;
    for (const path of filesOf(folder)) {
      const content = stableFile(path, readFileSync(join(folder, path)), places);
      if (known.get(path) !== content) text += part(path, content);
      known.set(path, content);
    }
    text += '\n';
  }
  return text;
}

function part(name, content) {
  return content === '' ? '' : `--- ${name}\n${content.endsWith('\n') ? content : `${content}\n`}`;
}

/** Files that a run made, in order; the data are links. */
function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .sort();
}

function shell(line, cwd, env) {
  return new Promise((ended, failed) => {
    const child = spawn('sh', ['-c', line], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.on('error', failed);
    child.on('close', (code) => ended({ code, stdout, stderr }));
  });
}
