// Runs the tests of each language, and counts what passed, failed and was skipped.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';

import { program } from '../build/packages.mjs';
import { targetFolder } from '../build/parts.mjs';
import { run } from '../build/stage.mjs';

const REPORT = 'build/vitest.json';

/** Counts of tests, with the names of those that were skipped. */
export class Totals {
  passed = 0;
  failed = 0;
  skipped = 0;
  #output = [];
  #names = [];

  /** Adds what a run gave; returns it in words. */
  add({ passed, failed, skipped, output = '', names = [] }) {
    this.passed += passed;
    this.failed += failed;
    this.skipped += skipped;
    this.#names.push(...names);
    if (failed > 0) this.#output.push(output);
    return inWords(passed, failed, skipped);
  }

  /**
   * What a person sees at the end: the output of what failed, the names of what was skipped, and
   * the counts.
   */
  report() {
    const skipped = this.#names.map((name) => `skipped: ${name}`);
    return `${[...this.#output, ...skipped, inWords(this.passed, this.failed, this.skipped)].join('\n')}\n`;
  }
}

function inWords(passed, failed, skipped) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** The Rust tests. Fast: a quarter of the random cases. */
export async function rustTests(fast) {
  const env = fast ? { ...process.env, QUESTS_CASES: process.env.QUESTS_CASES ?? '80' } : process.env;
  const args = ['test', '--workspace', '--locked', '--no-fail-fast', '--target-dir', targetFolder];
  const { output, error } = await ended('cargo', args, env);
  const results = [...output.matchAll(/^test result: .* (\d+) passed; (\d+) failed; (\d+) ignored/gm)];
  // What does not compile has no results.
  if (results.length === 0) throw error ?? new Error(`cargo test says nothing of its results: ${output}`);
  const sum = (at) => results.reduce((total, result) => total + Number(result[at]), 0);
  const failed = Math.max(sum(2), error === undefined ? 0 : 1);
  return { passed: sum(1), failed, skipped: sum(3), output };
}

/**
 * The TypeScript tests. Fast: without browser, packages, and what starts the program again and
 * again.
 */
export async function typescriptTests(fast) {
  mkdirSync('build', { recursive: true });
  rmSync(REPORT, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
  const args = [
    program('vitest', 'vitest'),
    'run',
    ...reporters,
    ...(fast ? ['--config=vitest.fast.config.ts'] : []),
  ];
  const { output, error } = await ended(process.execPath, args, process.env);
  let report;
  try {
    report = JSON.parse(readFileSync(REPORT, 'utf8'));
  } catch {
    throw error ?? new Error(`vitest wrote no report: ${output}`);
  }
  const { numPassedTests: passed, numFailedTests, testResults } = report;
  const others = testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status !== 'passed' && status !== 'failed'),
  );
  // A file that cannot be loaded fails without a test.
  const failed = Math.max(numFailedTests, error === undefined ? 0 : 1);
  return { passed, failed, skipped: others.length, output, names: others.map(({ fullName }) => fullName) };
}

/** What a command printed, and the error where it did not end well. */
async function ended(command, args, env) {
  try {
    return { output: await run(command, args, { env }) };
  } catch (error) {
    if (error.output === undefined) throw error;
    return { output: error.output, error };
  }
}
