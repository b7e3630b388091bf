import {
  countText,
  decimalText,
  type DrawnFrame,
  type ExploreRequest,
  type ExploreResults,
  frameText,
  type SelectedEnvironments,
} from 'quests/explore';
import { colourScale } from './colour-scale.js';
import { element } from './element.js';
import { StructureView } from './structure-view.js';

/** The part of the page that shows one frame. */
export class StructureSection {
  readonly #ask: (request: ExploreRequest) => void;
  readonly #view: StructureView;
  readonly #set = element('frame-set', HTMLSelectElement);
  readonly #frame = element('frame', HTMLInputElement);
  /** Frames of each set. */
  #frames: readonly number[] = [];
  #shown: DrawnFrame | undefined;
  #selected: Uint32Array = new Uint32Array(0);

  constructor(isLasso: () => boolean, ask: (request: ExploreRequest) => void) {
    this.#ask = ask;
    const outline = document.querySelector('#structure-lasso polygon') as SVGPolygonElement;
    this.#view = new StructureView(element('structure', HTMLCanvasElement), outline, isLasso, {
      picked: (atom) => this.#toggle(atom),
      lassoed: (atoms) => this.#select(atoms),
      failed: (message) => {
        element('structure-failure').textContent =
          `The structure cannot be drawn here (${message}); it is described below.`;
      },
    });
    this.#set.addEventListener('change', () => this.open(Number(this.#set.value), 0));
    this.#frame.addEventListener('change', () => this.#go(Number(this.#frame.value)));
    element('frame-before').addEventListener('click', () => this.#go(Number(this.#frame.value) - 1));
    element('frame-after').addEventListener('click', () => this.#go(Number(this.#frame.value) + 1));
    element('structure-whole').addEventListener('click', () => this.#view.whole());
  }

  /** Begins with a frame of the last set. */
  show({ sets, hasStructures }: ExploreResults, frame: number): void {
    element('structure-section').hidden = !hasStructures;
    this.#frames = sets.map(({ frames }) => frames);
    this.#set.replaceChildren(...sets.map(({ name }, at) => new Option(name, String(at))));
    this.#shown = undefined;
    if (hasStructures) this.open(sets.length - 1, frame);
  }

  open(set: number, frame: number): void {
    this.#ask({ do: 'frame', set, frame });
  }

  /** Draws a frame that was asked for. */
  take(drawn: DrawnFrame): void {
    const { set, frame, range } = drawn;
    const isNew = this.#shown?.set !== set;
    this.#shown = drawn;
    this.#set.value = String(set);
    this.#frame.value = String(frame);
    this.#frame.max = String((this.#frames[set] ?? 1) - 1);
    element('structure-text').textContent = frameText(drawn);
    element('structure-scale').replaceChildren('δH (nats): ', ...colourScale({ range, names: [] }));
    this.#view.show({ ...drawn, selected: new Uint32Array(0) }, isNew);
  }

  /** Marks the atoms that are selected. */
  mark({ ofShown }: SelectedEnvironments): void {
    this.#selected = ofShown;
    this.#view.mark(ofShown);
    const atom = ofShown[0];
    const dH = this.#shown?.dH[atom ?? -1];
    element('structure-selected').textContent =
      atom === undefined || dH === undefined
        ? ''
        : ofShown.length === 1
          ? `Atom ${atom} selected: δH = ${decimalText(dH, 2)} nats.`
          : `${countText(ofShown.length)} atoms of this frame selected.`;
  }

  #go(frame: number): void {
    const set = Number(this.#set.value);
    this.open(set, Math.min(Math.max(0, Math.round(frame)), (this.#frames[set] ?? 1) - 1));
  }

  #toggle(atom: number): void {
    if (atom < 0) return;
    const rest = this.#selected.filter((one) => one !== atom);
    this.#select(rest.length < this.#selected.length ? rest : Uint32Array.of(...rest, atom));
  }

  #select(atoms: Uint32Array): void {
    if (this.#shown === undefined) return;
    const { set, frame } = this.#shown;
    this.#ask({ do: 'select', selection: { by: 'atoms', set, frame, atoms } });
  }
}
