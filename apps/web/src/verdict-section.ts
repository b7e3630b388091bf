import {
  cautionText,
  countText,
  type EarlyFindings,
  earlyText,
  type ExplorePreview,
  type ExploreResults,
  type Findings,
  headlinesOf,
  type HeadlineKey,
  headlineTexts,
  nextStepText,
  noteText,
  verdictText,
} from 'quests/explore';
import { element } from './element.js';
import { prose } from './prose.js';

/** The few numbers that stand beside the verdict, as they are called there. */
const FEW: Readonly<Partial<Record<HeadlineKey, string>>> = {
  environments: 'environments',
  entropy: 'entropy H (nats)',
  diversity: 'diversity D (nats)',
  novelty: 'novelty',
  dH: 'δH, mean and largest (nats)',
};

/** Those of them that take two datasets. */
const OF_TWO: readonly string[] = ['novelty', 'dH'] satisfies HeadlineKey[];

/** What stands for a number that is not there yet. */
const AWAITED = '…';

type Notes = ExploreResults['notes'];

/** The answer at the left: a verdict, the few numbers that matter, and what to do. */
export class VerdictSection {
  readonly #results = element('results');

  /** Whether all numbers are not there yet. */
  get isEarly(): boolean {
    return this.#results.classList.contains('early');
  }

  /** Before any number: all is where it will be. */
  wait(sets: ExplorePreview['sets']): void {
    this.#results.hidden = false;
    this.#results.classList.add('early');
    const [first, second] = sets.map(({ name }) => name);
    const title =
      second === undefined
        ? `${first ?? ''}: computing its entropy…`
        : `Comparing ${second} with ${first ?? ''}…`;
    element('verdict').textContent = title;
    element('why').textContent = 'The map is there; numbers follow.';
    for (const id of ['pending', 'next', 'used']) element(id).textContent = '';
    const rows = Object.entries(FEW)
      .filter(([key]) => second !== undefined || !OF_TWO.includes(key))
      .map(([key, name]) => {
        const counts = sets.map(({ environments }) => countText(environments));
        return { name, values: key === 'environments' ? counts : sets.map(() => AWAITED) };
      });
    element('few').replaceChildren(...fewNumbers(sets, rows));
    showNotes([]);
  }

  showEarly(findings: EarlyFindings, notes: Notes): void {
    const { title, why, pending } = earlyText(findings);
    this.#say(title, why, findings, notes);
    element('pending').textContent = pending;
  }

  show(results: ExploreResults): void {
    this.#results.hidden = false;
    this.#results.classList.remove('early');
    const { title, why } = verdictText(results);
    this.#say(title, why, results, results.notes);
    element('pending').textContent = '';
    element('next').replaceChildren(...prose(nextStepText(results)));
    const used = Object.entries(results.used).map(([name, value]) => `${name}: ${value}`);
    element('used').textContent = `Computed with ${used.join('; ')}.`;
  }

  /** What is to be done when no more comes: what is there stays if it has numbers, and says so. */
  end(): void {
    if (!this.isEarly) return;
    const { textContent: pending } = element('pending');
    if (pending === '') this.#results.hidden = true;
    else if (pending.startsWith('Not final')) {
      element('pending').textContent =
        'Not final: the computation was stopped. Press Compute for exact numbers.';
    } else {
      element('pending').textContent =
        'These numbers are final. Learning curves are missing: the computation was stopped.';
    }
  }

  #say(title: string, why: string, findings: Findings, notes: Notes): void {
    element('verdict').textContent = title;
    element('why').replaceChildren(...prose(why));
    const keys = headlinesOf(findings).map(({ key }) => key);
    const rows = headlineTexts(findings).flatMap(({ values }, at) => {
      const name = FEW[keys[at] as HeadlineKey];
      return name === undefined ? [] : { name, values };
    });
    element('few').replaceChildren(...fewNumbers(findings.sets, rows));
    showNotes([...notes.map(noteText), ...findings.cautions.map(cautionText)]);
  }
}

/** Rows of the table of few numbers; a head where there are two sets. */
function fewNumbers(
  sets: readonly { readonly name: string }[],
  rows: readonly { readonly name: string; readonly values: readonly string[] }[],
): HTMLElement[] {
  const body = document.createElement('tbody');
  for (const { name, values } of rows) {
    const row = body.insertRow();
    row.append(headed(name, 'row'));
    for (const value of values) {
      const cell = row.insertCell();
      cell.className = 'value';
      cell.textContent = value;
    }
  }
  if (sets.length < 2) return [body];
  const head = document.createElement('thead');
  const names = head.insertRow();
  names.append(...['quantity', ...sets.map(({ name }) => name)].map((text) => headed(text, 'col')));
  return [head, body];
}

function headed(text: string, scope: 'row' | 'col'): HTMLElement {
  const cell = document.createElement('th');
  cell.scope = scope;
  cell.replaceChildren(...prose(text));
  return cell;
}

/** What files and numbers may mean that is not seen in them. */
function showNotes(notes: readonly string[]): void {
  const items = notes.map((text) => {
    const item = document.createElement('li');
    item.replaceChildren(...prose(`Note: ${text}`));
    return item;
  });
  element('notes').replaceChildren(...items);
  element('notes').hidden = items.length === 0;
}
