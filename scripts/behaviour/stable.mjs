// What a run wrote, in a form that is the same the next time: without durations, dates, ports and
// the places of folders.
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';

/** Texts longer than this are kept as a digest and their first lines. */
const LONG = 16_000;
const FIRST_LINES = 5;

const VOLATILE = [
  // Durations and dates in JSON; `time` of `approx_dH` stands at the top, that of a frame within.
  [/("(?:descriptor|computation|entropy|compress|metrics)_time": )[^,\n]+/g, '$1DURATION'],
  [/("entropies_times": ?)\[[^\]]*\]/g, '$1DURATIONS'],
  [/^( {2}"time": )[\d.e-]+/gm, '$1DURATION'],
  [/("(?:seconds|coreSeconds|modified)": )[\d.e-]+/g, '$1DURATION'],
  // What is said about them.
  [/\b(in|after|took) [\d.]+ (?:ms|s|min|h)\b/g, '$1 DURATION'],
  [/[\d.]+ s in all/g, 'DURATION in all'],
  [/(\d threads?, )[\d.]+ m?s\b/g, '$1DURATION'],
  [/(Expected time: ).*/g, '$1DURATION'],
  [/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT'],
];

/**
 * @param {string} text
 * @param {Readonly<Record<string, string>>} places names of folders, by their paths
 */
export function stable(text, places) {
  for (const [path, name] of Object.entries(places)) text = text.replaceAll(path, name);
  for (const [pattern, by] of VOLATILE) text = text.replaceAll(pattern, by);
  return text;
}

/** A file as text, or as its digest where it is no text or a long one. */
export function stableFile(name, bytes, places) {
  // What a shard hands to the merge holds its duration and the digest of the plan; the merge shows
  // what it is worth.
  if (name.endsWith('.result')) return 'result of a shard\n';
  if (name.endsWith('.gz')) return `unpacked: ${stableFile(name.slice(0, -3), gunzipSync(bytes), places)}`;
  if (bytes.includes(0)) return `${bytes.length} bytes, ${digest(bytes)}\n`;
  const text = stable(bytes.toString('utf8'), places);
  if (text.length <= LONG) return text.endsWith('\n') ? text : `${text}\n(no newline at the end)\n`;
  const lines = text.split('\n');
  const first = lines.slice(0, FIRST_LINES).map((line) => line.slice(0, 200));
  // A report is looked at line by line: its words are what must not change.
  if (name.endsWith('.html')) return text.replaceAll(/[^\n]{400,}/g, (line) => `(${digest(line)})`);
  return `${lines.length} lines, ${digest(text)}, that begin:\n${first.join('\n')}\n`;
}

function digest(content) {
  return `sha256 ${createHash('sha256').update(content).digest('hex')}`;
}
