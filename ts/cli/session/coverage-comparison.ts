import * as quests from '../../faces/node/quests.js';
import * as analysis from '../../faces/node/analysis.js';
import type { RunOptions } from '../../faces/node/quests.js';
import type { NoveltySummary } from '../../faces/node/analysis.js';
import type { Comparison, NamedSet } from './coverage-lines.js';
import { countedValues, missingFrom } from './missing-elements.js';
import type { Session } from './session.js';

/** What is to be said of a set for one who knows others. */
export async function comparison(
  { options: run_ }: Session,
  sets: readonly NamedSet[],
  index: number,
  known: readonly number[],
  dH: Float64Array,
  { eps, species = false }: { readonly eps: readonly number[]; readonly species?: boolean | undefined },
): Promise<Comparison> {
  const options = { ...run_, epsilon: eps };
  const missing = missingIn(sets, index, known);
  const counted = species ? countedValues(dH, sets[index]?.elements ?? [], missing) : dH;
  const several = new Set(sets.flatMap(({ elements }) => elements ?? [])).size > 1;
  const set = sets[index] as NamedSet;
  const { elements } = set;
  return {
    set,
    number: index + 1,
    known,
    missing,
    ...(await judged(set, { dH, counted, elements: several ? elements : undefined }, options)),
  };
}

/** Elements of a set that those it is compared with do not have; none where one does not say. */
function missingIn(sets: readonly NamedSet[], index: number, known: readonly number[]): string[] {
  const elementsOf = (at: number): readonly string[] => sets[at]?.elements ?? [];
  const others = known.map((number) => new Set(elementsOf(number - 1)));
  return others.some(({ size }) => size === 0) ? [] : missingFrom(elementsOf(index), others);
}

/**
 * What is novel in a set. Values that are counted by may be infinite; means, and what is listed,
 * are of δH itself.
 */
async function judged(
  { x }: NamedSet,
  {
    dH,
    counted,
    elements,
  }: {
    readonly dH: Float64Array;
    readonly counted: Float64Array;
    readonly elements?: readonly string[] | undefined;
  },
  options: RunOptions & { readonly epsilon: readonly number[] },
): Promise<Pick<Comparison, 'summary' | 'byElement' | 'environments' | 'structures'>> {
  const [epsilon] = options.epsilon;
  const withShares = (own: NoveltySummary, shares: NoveltySummary | undefined): NoveltySummary =>
    shares === undefined ? own : { ...own, overlap: shares.overlap, novelty: shares.novelty };
  const groups = elements && (await analysis.noveltyByGroup(dH, elements, options));
  const shares = elements && (await analysis.noveltyByGroup(counted, elements, options));
  const named = [...(groups ?? [])].map(([name, own]) => [name, withShares(own, shares?.get(name))] as const);
  // Of all structures, by δH itself.
  const structures = new Map(
    quests.novelStructures(x, dH, { epsilon: -Infinity }).map((one) => [one.frame, one]),
  );
  return {
    summary: withShares(
      await analysis.noveltySummary(dH, options),
      await analysis.noveltySummary(counted, options),
    ),
    byElement: new Map(named),
    environments: quests
      .novelEnvironments(x, counted, { epsilon })
      .map((one) => ({ ...one, dH: dH[one.row] as number }))
      .sort((a, b) => b.dH - a.dH || a.row - b.row),
    structures: quests
      .novelStructures(x, counted, { epsilon })
      .map((one) => {
        const { mean, max } = structures.get(one.frame) ?? one;
        return { ...one, mean, max };
      })
      .sort((a, b) => b.max - a.max || a.frame - b.frame),
  };
}
