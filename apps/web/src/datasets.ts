import type { SetFiles } from 'quests/explore';
import { element } from './element.js';
import type { PageFile } from './page-file.js';

/** What a box says without files. */
const NOTHING = ['Drop files or a folder here, or select files.', 'Compared with the first dataset.'];

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
    const names = files.map((file) =>
      file instanceof File ? `${file.name} (${sizeOf(file)})` : shortName(file.name),
    );
    element(`files-${set}`).textContent = names.join(', ') || (NOTHING[set] ?? '');
    element(`remove-${set}`).hidden = files.length === 0;
    this.picks += 1;
    this.#changed();
  }

  /** Sets by the names of their files, without folders where these do not tell them apart. */
  sets(): SetFiles<PageFile>[] {
    const present = this.#files.filter((some) => some.length > 0);
    const nameOf = (some: readonly PageFile[], short: boolean): string =>
      some
        .map(({ name }) => shortName(name))
        .map((name) => (short ? name.slice(name.lastIndexOf('/') + 1) : name))
        .join(', ');
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

/** A name as messages have it: an address without what follows its path. */
function shortName(name: string): string {
  return /^https?:/i.test(name) ? name.replace(/[?#].*$/s, '') : name;
}

function sizeOf({ size }: File): string {
  return size < 1e5 ? `${Math.max(0.1, size / 1e3).toFixed(1)} kB` : `${(size / 1e6).toFixed(1)} MB`;
}
