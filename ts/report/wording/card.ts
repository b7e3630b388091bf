import { type HeadlineKey, headlinesOf } from '../../explore/headline.js';
import type { Findings } from '../../explore/exploration.js';
import { headlineTexts } from './headlines.js';
import { percentText } from './numbers.js';
import { type VerdictText, verdictText } from './verdict.js';

/** Numbers that a card has room for. */
const SHOWN: ReadonlySet<HeadlineKey> = new Set(['environments', 'entropy', 'diversity']);

/** Characters of a set's name in the name of a file at the most. */
const LONGEST_NAME = 60;

/** What a card says: the verdict, for chats and slides. */
export interface CardText extends VerdictText {
  /** Names of the sets: heads of the columns of `numbers`. */
  readonly sets: readonly string[];
  readonly numbers: readonly { readonly name: string; readonly values: readonly string[] }[];
  /** The parts of the second set; null for one set. */
  readonly parts: {
    /** From 0 to 1. */
    readonly covered: number;
    readonly coveredText: string;
    readonly outsideText: string;
  } | null;
  /** Name of its file, without an ending. */
  readonly file: string;
}

/** The words of a card: those of the verdict, and the numbers that one asks for next. */
export function cardText(findings: Findings): CardText {
  const { sets, comparison } = findings;
  const keys = headlinesOf(findings);
  const lines = headlineTexts(findings).filter((_, at) => SHOWN.has(keys[at]?.key as HeadlineKey));
  const names = sets.map(({ name }) => name);
  return {
    ...verdictText(findings),
    sets: names,
    numbers: lines.map(({ name, values }) => ({ name, values })),
    parts:
      comparison === null
        ? null
        : {
            covered: comparison.overlap,
            coveredText: `${percentText(comparison.overlap)} covered`,
            outsideText: `${percentText(comparison.novelty)} outside`,
          },
    file: ['quests', names.toReversed().map(fileName).join('-relative-to-')].join('-'),
  };
}

/** What every system takes in the name of a file. */
function fileName(name: string): string {
  const plain = name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replaceAll(/^[-.]+|[-.]+$/g, '');
  return Array.from(plain).slice(0, LONGEST_NAME).join('') || 'set';
}
