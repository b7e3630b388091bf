import {
  type ExploreRequest,
  framesCommand,
  selectedFrameText,
  type SelectedEnvironments,
  selectionText,
} from 'quests/explore';
import { copyFrom } from './copy.js';
import { buttonOf, element } from './element.js';

/** What is selected on the map and in structures, and where it leads: files, and a command. */
export class SelectionSection {
  readonly #open: (set: number, frame: number) => void;

  constructor(ask: (request: ExploreRequest) => void, open: (set: number, frame: number) => void) {
    this.#open = open;
    element('export').addEventListener('click', () => ask({ do: 'save', what: 'selected' }));
    element('indices').addEventListener('click', () => ask({ do: 'save', what: 'selected-indices' }));
    copyFrom(element('selected-copy'), () => element('selected-command').textContent);
  }

  clear(): void {
    element('selected').replaceChildren();
    this.#showTools(false, '');
  }

  show(selected: SelectedEnvironments): void {
    const { atoms, listed, places } = selected;
    const list = document.createElement('ul');
    for (const one of listed) {
      const text = selectedFrameText(one);
      const item = document.createElement('li');
      item.append(
        buttonOf('show', () => this.#open(one.set, one.frame), `show ${text}`),
        ` ${text}`,
      );
      list.append(item);
    }
    const title = document.createElement('p');
    title.textContent = selectionText(selected);
    element('selected').replaceChildren(...(atoms > 0 ? [title, list] : []));
    this.#showTools(atoms > 0, framesCommand(places) ?? '');
  }

  #showTools(isSome: boolean, command: string): void {
    for (const id of ['export', 'indices', 'select-none']) element(id).hidden = !isSome;
    element('selected-command').textContent = command;
    element('selected-command-line').hidden = !isSome || command === '';
    element('selected-many').hidden = !isSome || command !== '';
  }
}
