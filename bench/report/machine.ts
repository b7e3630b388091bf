import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import type { Outcome } from '../case.js';

/** What the numbers were measured on, and with which versions. */
export function machineLines(outcomes: readonly Outcome[]): string[] {
  const [cpu] = cpus();
  const engines = new Map<string, string>();
  for (const outcome of outcomes) {
    if (outcome.state !== 'measured') continue;
    for (const { engine, facts } of outcome.measured) {
      if (facts.versions === '') continue;
      const threads = `${facts.threads} thread${facts.threads === 1 ? '' : 's'}`;
      engines.set(engine, [facts.versions, facts.simd, threads].filter((part) => part !== '').join(', '));
    }
  }
  return [
    `- machine: ${cpu?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores, ` +
      `${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${process.platform} ${release()}`,
    `- Node ${process.versions.node}, V8 ${process.versions.v8}; commit ${commit()}`,
    ...[...engines].map(([name, facts]) => `- ${name}: ${facts}`),
  ];
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
