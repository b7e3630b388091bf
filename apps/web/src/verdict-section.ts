import {
  cautionText,
  type EarlyFindings,
  earlyText,
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

/** The few numbers that stand beside the verdict. */
const FEW: readonly HeadlineKey[] = ['environments', 'entropy', 'diversity', 'novelty', 'dH'];

type Notes = ExploreResults['notes'];

/** The answer at the left: a verdict, the few numbers that matter, and what to do. */
export class VerdictSection {
  readonly #results = element('results');

  /** Whether all numbers are not there yet. */
  get isEarly(): boolean {
    return this.#results.classList.contains('early');
  }

  /** Before any number. */
  wait(): void {
    this.#results.hidden = false;
    this.#results.classList.add('early');
    element('verdict').textContent = 'Computing…';
    element('why').textContent = 'The map is there; numbers follow.';
    for (const id of ['pending', 'next', 'used']) element(id).textContent = '';
    element('few').replaceChildren();
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
    element('next').textContent = nextStepText(results);
    const used = Object.entries(results.used).map(([name, value]) => `${name}: ${value}`);
    element('used').textContent = `Computed with ${used.join('; ')}.`;
  }

  /** What is to be done when no more comes: what is there stays if it has numbers, and says so. */
  end(): void {
    if (!this.isEarly) return;
    const { textContent: pending } = element('pending');
    if (pending === '') this.#results.hidden = true;
    else if (pending.startsWith('Not final')) {
      element('pending').textContent = 'Not final: computing has ended. Press Compute for exact numbers.';
    } else {
      element('pending').textContent =
        'These numbers are final; learning curves are missing, since computing has ended.';
    }
  }

  #say(title: string, why: string, findings: Findings, notes: Notes): void {
    element('verdict').textContent = title;
    element('why').textContent = why;
    element('few').replaceChildren(...fewNumbers(findings));
    showNotes([...notes.map(noteText), ...findings.cautions.map(cautionText)]);
  }
}

/** Rows of the table of few numbers; a head where there are two sets. */
function fewNumbers(findings: Findings): HTMLElement[] {
  const keys = headlinesOf(findings).map(({ key }) => key);
  const { sets } = findings;
  const body = document.createElement('tbody');
  headlineTexts(findings).forEach(({ name, values }, at) => {
    if (!FEW.includes(keys[at] as HeadlineKey)) return;
    const row = body.insertRow();
    row.append(headed(name, 'row'));
    for (const value of values) {
      const cell = row.insertCell();
      cell.className = 'value';
      cell.textContent = value;
    }
  });
  if (sets.length < 2) return [body];
  const head = document.createElement('thead');
  const names = head.insertRow();
  names.append(...['quantity', ...sets.map(({ name }) => name)].map((text) => headed(text, 'col')));
  return [head, body];
}

function headed(text: string, scope: 'row' | 'col'): HTMLElement {
  const cell = document.createElement('th');
  cell.scope = scope;
  cell.textContent = text;
  return cell;
}

/** What files and numbers may mean that is not seen in them. */
function showNotes(notes: readonly string[]): void {
  const items = notes.map((text) => {
    const item = document.createElement('li');
    item.textContent = `Note: ${text}`;
    return item;
  });
  element('notes').replaceChildren(...items);
  element('notes').hidden = items.length === 0;
}
