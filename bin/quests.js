#!/usr/bin/env node
// Starts the command line, or says what is missing. Plain JavaScript, so that it works in an
// unbuilt checkout, and on an older Node.
import { existsSync, readFileSync } from 'node:fs';

const main = new URL('../dist/node/main.js', import.meta.url);
const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const needed = engines.node.replace('>=', '');

/** Major and minor number of a version. */
const numbers = (version) => version.split('.').map(Number);

function isOlder(version, least) {
  const [major, minor] = numbers(version);
  const [leastMajor, leastMinor] = numbers(least);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}

if (isOlder(process.versions.node, needed)) {
  refuse(`Node ${process.versions.node} is too old, expected ${needed} or newer from https://nodejs.org`);
} else if (existsSync(main)) {
  const { runCommandLine } = await import(main.href);
  process.exitCode = await runCommandLine(process.argv.slice(2));
} else {
  refuse('quests is not built here: run npm start');
}

function refuse(why) {
  process.stderr.write(`${why}\n`);
  process.exitCode = 1;
}
