import { countText, type SetFiles } from 'quests/explore';
import { element } from './element.js';
import type { PageFile } from './page-file.js';

/** What a box says without files. */
const NOTHING = ['Drop files or a folder here, or select files.', 'Compared with the first dataset.'];

/** Files that are named at the most: of more, where they are, and how many. */
const MOST_NAMED = 4;

/** The files of the two datasets. */
export class Datasets {
  readonly #files: PageFile[][] = [[], []];
  readonly #changed: () => void;
  /** How often files were picked: those of the same name may be others. */
  picks = 0;

  /** @param changed called when files have changed */
  constructor(changed: () => void) {
    this.#changed = changed;
    this.#files.forEach((_, set) => {
      element(`remove-${set}`).addEventListener('click', () => this.#remove(set));
    });
  }

  isEmpty(set: number): boolean {
    return this.#files[set]?.length === 0;
  }

  pick(set: number, files: readonly PageFile[]): void {
    this.#files[set] = [...files];
    element(`files-${set}`).textContent = files.length === 0 ? (NOTHING[set] ?? '') : filesText(files);
    element(`remove-${set}`).hidden = files.length === 0;
    this.picks += 1;
    this.#changed();
  }

  /** Sets by the names of their files, without folders where these do not tell them apart. */
  sets(): SetFiles<PageFile>[] {
    const present = this.#files.filter((some) => some.length > 0);
    const nameOf = (some: readonly PageFile[], short: boolean): string => {
      const names = some.map(({ name }) => shortName(name));
      if (names.length > MOST_NAMED) return manyText(names);
      return names.map((name) => (short ? name.slice(name.lastIndexOf('/') + 1) : name)).join(', ');
    };
    const isTold = new Set(present.map((some) => nameOf(some, true))).size === present.length;
    return present.map((some) => ({ name: nameOf(some, isTold), files: some }));
  }

  /** Takes a dataset away; where the browser, an address or a list has it, these forget it, too. */
  #remove(set: number): void {
    element(`file-${set}`, HTMLInputElement).value = '';
    element(`address-${set}`, HTMLInputElement).value = '';
    const named = document.querySelector<HTMLSelectElement>(`.drop[data-set="${set}"] select`);
    if (named !== null) named.value = '';
    this.pick(set, []);
    element(`file-${set}`).focus();
  }
}

/** What is chosen, in words. */
function filesText(files: readonly PageFile[]): string {
  if (files.length > MOST_NAMED) {
    const size = files.reduce((sum, file) => sum + (file instanceof File ? file.size : 0), 0);
    return `${manyText(files.map(({ name }) => shortName(name)))}${size > 0 ? `, ${sizeText(size)}` : ''}`;
  }
  const names = files.map((file) =>
    file instanceof File ? `${file.name} (${sizeText(file.size)})` : shortName(file.name),
  );
  return names.join(', ');
}

/** Many names: their folder where they have one together, else the first of them. */
function manyText(names: readonly string[]): string {
  const count = names.length;
  const [first = '', ...others] = names;
  const parts = first.split('/').slice(0, -1);
  while (parts.length > 0 && !others.every((name) => name.startsWith(`${parts.join('/')}/`))) parts.pop();
  return parts.length > 0
    ? `${parts.join('/')} (${countText(count)} files)`
    : `${first} and ${countText(count - 1)} more files`;
}

/** A name as messages have it: an address without what follows its path. */
function shortName(name: string): string {
  return /^https?:/i.test(name) ? name.replace(/[?#].*$/s, '') : name;
}

function sizeText(size: number): string {
  // A number stays with its unit.
  return size < 1e5
    ? `${Math.max(0.1, size / 1e3).toFixed(1)}\u00a0kB`
    : `${(size / 1e6).toFixed(1)}\u00a0MB`;
}
