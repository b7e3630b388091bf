// Compares two recordings: which runs differ, and where first.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Differing lines of a run to show, at most. */
const SHOWN = 5;
/** Characters of a line to show, at most. */
const WIDTH = 160;

/**
 * Lines that say how two recordings differ; none where they are equal.
 *
 * @param {string} before
 * @param {string} after
 * @returns {string[]}
 */
export function differences(before, after) {
  const [one, other] = [before, after].map((folder) => new Set(readdirSync(folder)));
  return [...new Set([...one, ...other])].sort().flatMap((name) => {
    if (!other.has(name)) return [`${name}: only in ${before}`];
    if (!one.has(name)) return [`${name}: only in ${after}`];
    const [was, is] = [before, after].map((folder) => readFileSync(join(folder, name), 'utf8'));
    return was === is ? [] : differing(name, was.split('\n'), is.split('\n'));
  });
}

function differing(name, was, is) {
  const found = [];
  let command = '';
  let count = 0;
  // Line by line from the first that differs; where one was added, the rest is matched from the
  // end.
  const tail = commonEnd(was, is);
  const until = Math.max(was.length, is.length) - tail;
  for (let i = 0; i < until; i++) {
    if (was[i]?.startsWith('$ ')) command = was[i];
    const [old, now] = [i < was.length - tail ? was[i] : undefined, i < is.length - tail ? is[i] : undefined];
    if (old === now) continue;
    if (++count > SHOWN) continue;
    if (count === 1) found.push(`${name}:${i + 1}: ${command}`);
    const from = firstDifference(old, now);
    if (old !== undefined) found.push(`  - ${shortened(old, from)}`);
    if (now !== undefined) found.push(`  + ${shortened(now, from)}`);
  }
  return count > SHOWN ? [...found, `  and ${count - SHOWN} lines more`] : found;
}

function commonEnd(was, is) {
  let n = 0;
  while (n < Math.min(was.length, is.length) && was.at(-1 - n) === is.at(-1 - n)) n++;
  return n;
}

/** Where two lines differ first; 0 where there is one only. */
function firstDifference(old, now) {
  if (old === undefined || now === undefined) return 0;
  let i = 0;
  while (old[i] === now[i]) i++;
  return i;
}

/** A line, or what of a long one is around a place. */
function shortened(line, around) {
  const from = Math.max(0, Math.min(around - WIDTH / 2, line.length - WIDTH));
  const cut = line.slice(from, from + WIDTH);
  return `${from > 0 ? '…' : ''}${cut}${from + WIDTH < line.length ? '…' : ''}`;
}
