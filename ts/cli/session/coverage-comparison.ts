import * as quests from '../../faces/node/quests.js';
import * as analysis from '../../faces/node/analysis.js';
import type { Comparison, NamedSet } from './coverage-lines.js';
import type { Session } from './session.js';

/** What is to be said of a set for one who knows others. */
export async function comparison(
  { options: run }: Session,
  sets: readonly NamedSet[],
  index: number,
  known: readonly number[],
  dH: Float64Array,
  eps: readonly number[],
): Promise<Comparison> {
  const missing = missingIn(sets, index, known);
  const set = sets[index] as NamedSet;
  const { elements = [], x } = set;
  const counted = x.species !== null ? analysis.countedDeltas(dH, elements, missing) : dH;
  const several = new Set(sets.flatMap(({ elements: own }) => own ?? [])).size > 1;
  const options = { ...run, epsilon: eps, counted };
  const shown = { epsilon: eps[0], counted };
  return {
    set,
    number: index + 1,
    known,
    eps,
    missing,
    summary: await analysis.noveltySummary(dH, options),
    byElement:
      several && set.elements !== undefined
        ? await analysis.noveltyByGroup(dH, elements, options)
        : new Map(),
    environments: quests.novelEnvironments(x, dH, shown),
    structures: quests.novelStructures(x, dH, shown),
  };
}

/** Elements of a set that those it is compared with do not have. */
function missingIn(sets: readonly NamedSet[], index: number, known: readonly number[]): readonly string[] {
  const elementsOf = (at: number): ReadonlySet<string> => new Set(sets[at]?.elements ?? []);
  return analysis.missingElements(
    elementsOf(index),
    known.map((number) => elementsOf(number - 1)),
  );
}
