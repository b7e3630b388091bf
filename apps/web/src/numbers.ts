import { SATURATION } from 'quests';
import type { Results, SetNumbers } from './protocol.js';

const fixed = (value: number, digits = 3): string => value.toFixed(digits);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The table of headline numbers, each with what it means. */
export function numbersTable({ sets, comparison, settings }: Results): HTMLTableElement {
  const table = document.createElement('table');
  const head = table.createTHead().insertRow();
  for (const text of ['number', ...sets.map(({ name }) => name), 'what it means']) {
    const cell = document.createElement('th');
    cell.scope = 'col';
    cell.textContent = text;
    head.append(cell);
  }
  const body = table.createTBody();
  const row = (name: string, values: readonly string[], meaning: string, alarming = false): void => {
    const line = body.insertRow();
    const header = document.createElement('th');
    header.scope = 'row';
    header.textContent = name;
    line.append(header);
    for (const value of values) {
      const cell = line.insertCell();
      cell.className = 'value';
      cell.textContent = value;
    }
    const cell = line.insertCell();
    cell.textContent = meaning;
    if (alarming) cell.className = 'warning';
  };
  const each = (value: (set: SetNumbers) => string): string[] => sets.map(value);
  row(
    'environments',
    each((set) => `${set.environments}`),
    `atoms, in ${sets.map(({ frames }) => frames).join(' and ')} frames`,
  );
  row(
    'entropy H (nats)',
    each((set) => fixed(set.entropy)),
    'how much information: 0 where all atoms sit alike, log N where no two do',
  );
  const saturated = sets.some(({ efficiency }) => efficiency > SATURATION);
  row(
    'H / log N',
    each((set) => fixed(set.efficiency)),
    saturated
      ? `above ${SATURATION} it is saturated: too few data, or too narrow a bandwidth, to tell more`
      : 'how little repeats itself: near 0 most environments are copies, near 1 none',
    saturated,
  );
  row(
    'diversity D (nats)',
    each((set) => fixed(set.diversity)),
    'logarithm of the number of distinct environments; copies do not raise it',
  );
  row(
    'information gap (nats)',
    each(({ gap }) => (gap === null ? 'not known' : fixed(gap, 2))),
    'how much H would still grow with more data of the same kind, from the learning curve',
  );
  if (comparison !== null) {
    const second = (value: string): string[] => ['', value];
    row(
      'overlap',
      second(percent(comparison.overlap)),
      `share of the second set that the first covers (δH < ε = ${settings.epsilon} nats)`,
    );
    row(
      'novelty',
      second(percent(comparison.novelty)),
      'share of the second set that is unlike anything in the first (δH ≥ 0)',
    );
    row(
      'δH, mean and largest (nats)',
      second(`${fixed(comparison.mean, 1)}, ${fixed(comparison.max, 1)}`),
      'how new: below 0 known, above 0 a model extrapolates',
    );
    row(
      'diversity added (nats)',
      second(fixed(comparison.addedDiversity)),
      'D of both sets together less that of the first',
    );
  }
  return table;
}
