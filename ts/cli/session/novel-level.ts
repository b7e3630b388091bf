import { type Command, InvalidArgumentError, Option } from 'commander';
import * as quests from '../../faces/node/quests.js';
import type { Environments } from '../../faces/node/quests.js';
import { type KernelFlags, positive } from './options.js';
import type { Session } from './session.js';
import { UsageError } from './usage-error.js';

/** Options of every command that counts novel environments. */
export interface NovelLevelFlags {
  /** Share of environments like the reference's own that are to count as novel. */
  readonly novelLevel?: number;
}

/** Adds the option that counts novelty by a share of the reference, not by a number of nats. */
export function addNovelLevelOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--novel-level <share>',
      "novel is what is stranger than all but this share of the reference's own environments",
    )
      .argParser(levelOf)
      .conflicts('eps'),
  );
}

function levelOf(text: string): number {
  const level = positive(text);
  if (level >= 1) throw new InvalidArgumentError('Expected a number above 0 and below 1.');
  return level;
}

/** What JSON says of that level: nothing where none was asked for. */
export function novelLevelKeys({ novelLevel }: NovelLevelFlags): Record<string, unknown> {
  return novelLevel === undefined ? {} : { novel_level: novelLevel };
}

/**
 * ε relative to a reference at the level that was asked for; undefined where none was.
 *
 * @param reference what is known; a stored one is read as a whole
 */
export async function noveltyThreshold(
  { options }: Session,
  reference: Environments,
  { bandwidth, novelLevel: level }: KernelFlags & NovelLevelFlags,
): Promise<number | undefined> {
  if (level === undefined) return undefined;
  const x =
    reference instanceof quests.StoredReference
      ? await quests.referenceSet(await reference.matrix(), options)
      : reference;
  return quests.noveltyThreshold(x, { ...options, bandwidth, level });
}

/**
 * Refuses a level where work is split: it needs the reference as a whole.
 *
 * @throws {UsageError}
 */
export function refuseLevelInShards({ sharding }: Session, { novelLevel }: NovelLevelFlags): void {
  if (sharding === undefined || novelLevel === undefined) return;
  throw new UsageError('--novel-level is not computed in shards');
}
