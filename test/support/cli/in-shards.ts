import { expect } from 'vitest';
import { quests } from './cli.js';

/** What a command says, without what differs from run to run. */
export function saidPlainly(text: string): Record<string, unknown> {
  const differs = /times?$|^jobs$/;
  return JSON.parse(text, (key, value: unknown) => (differs.test(key) ? undefined : value)) as Record<
    string,
    unknown
  >;
}

async function done(folder: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await quests(args, folder);
  expect(code, stderr).toBe(0);
  return stdout;
}

/** What a command says with `--json`, alone and in one process. */
export async function alone(folder: string, command: readonly string[]): Promise<Record<string, unknown>> {
  return saidPlainly(await done(folder, [...command, '--json']));
}

/** What the merge of its shards says. */
export async function inShards(
  folder: string,
  shards: number,
  command: readonly string[],
): Promise<Record<string, unknown>> {
  const work = `w${shards}`;
  await done(folder, ['shard', 'plan', '--shards', String(shards), '-o', work, '--overwrite', ...command]);
  for (let shard = 0; shard < shards; shard++)
    await done(folder, ['shard', 'run', work, '-i', String(shard)]);
  return saidPlainly(await done(folder, ['shard', 'merge', work, '--json']));
}
