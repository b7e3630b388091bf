import { counted, percent } from '../../base/number-format.js';
import type { Session } from './session.js';

/** Says which elements of a set others do not have. */
export function noteMissingElements(
  session: Session,
  { missing, of, from }: { readonly missing: readonly string[]; readonly of: string; readonly from: string },
): void {
  if (missing.length === 0) return;
  session.note(`note: ${from} has no ${missing.join(', ')}, which ${of} has`);
}

/**
 * The line of a result that says so; none where nothing is missing.
 *
 * @param environments those of the missing elements; `null` where elements are not told apart
 * @param whose what lacks them
 */
export function missingLines(
  missing: readonly string[],
  environments: number | null,
  all: number,
  whose = 'the reference lacks',
): string[] {
  if (missing.length === 0) return [];
  const count =
    environments === null
      ? 'as --species is not given, elements are not told apart'
      : `${counted(environments, 'environment')} (${percent(environments / all)}), counted as novel`;
  return [`Elements that ${whose}: ${missing.join(', ')}; ${count}`];
}

/** Keys of JSON that say so; none where nothing is missing. */
export function missingKeys(
  missing: readonly string[],
  environments: number | null,
): Record<string, unknown> {
  return missing.length === 0 ? {} : { missing_elements: missing, missing_element_envs: environments };
}
