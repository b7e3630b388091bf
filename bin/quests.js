#!/usr/bin/env node
// Starts the command line, or says how to build it. Plain JavaScript, so that it works in an
// unbuilt checkout.
import { existsSync } from 'node:fs';

const main = new URL('../dist/node/main.js', import.meta.url);
if (existsSync(main)) {
  const { runCommandLine } = await import(main.href);
  process.exitCode = await runCommandLine(process.argv.slice(2));
} else {
  process.stderr.write('quests is not built here: run npm start\n');
  process.exitCode = 1;
}
