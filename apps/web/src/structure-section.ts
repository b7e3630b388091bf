import {
  countText,
  decimalText,
  type DrawnFrame,
  type ExploreRequest,
  type ExploreResults,
  frameText,
  LEAST_DELTA,
  type SelectedEnvironments,
} from 'quests/explore';
import { colourScale } from './colour-scale.js';
import { element } from './element.js';
import type { FrameList } from './frame-list.js';
import { StructureView } from './structure-view.js';
import { isDark, onTheme } from './theme.js';

/** The part of the page that shows one frame. */
export class StructureSection {
  readonly #ask: (request: ExploreRequest) => void;
  readonly #view: StructureView;
  readonly #set = element('frame-set', HTMLSelectElement);
  readonly #file = element('frame-file', HTMLSelectElement);
  readonly #frame = element('frame', HTMLInputElement);
  /** Frames of each set. */
  #frames: readonly FrameList[] = [];
  #shown: DrawnFrame | undefined;
  /** The frame that was asked for last: it may be on its way. */
  #wanted = { set: 0, frame: 0 };
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
    this.#file.addEventListener('change', () => this.#number(0));
    this.#frame.addEventListener('change', () => this.#number(Number(this.#frame.value)));
    element('frame-before').addEventListener('click', () => this.#step(-1));
    element('frame-after').addEventListener('click', () => this.#step(1));
    element('structure-whole').addEventListener('click', () => this.#view.whole());
    onTheme(() => {
      if (this.#shown !== undefined) this.open(this.#shown.set, this.#shown.frame);
    });
  }

  /** Begins with a frame of the last set. */
  show({ sets, hasStructures, novelFrame }: ExploreResults, frames: readonly FrameList[]): void {
    element('structure-section').hidden = !hasStructures;
    this.#frames = frames;
    this.#set.replaceChildren(...sets.map(({ name }, at) => new Option(name, String(at))));
    this.#shown = undefined;
    if (hasStructures) this.open(sets.length - 1, novelFrame);
  }

  open(set: number, frame: number): void {
    this.#wanted = { set, frame };
    this.#view.expectFrame();
    this.#ask({ do: 'frame', set, frame, isDark: isDark() });
  }

  /** Draws a frame that was asked for. */
  take(drawn: DrawnFrame): void {
    const { set, frame, range, swatches, relativeTo } = drawn;
    const isNew = this.#shown?.set !== set;
    this.#shown = drawn;
    this.#set.value = String(set);
    this.#showPlace(set, frame);
    element('structure-text').textContent = frameText(drawn);
    const what = relativeTo === null ? 'δH within the set (nats): ' : `δH relative to ${relativeTo} (nats): `;
    element('structure-scale').replaceChildren(
      what,
      ...colourScale({ range, names: [], swatches }, LEAST_DELTA),
    );
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

  /** Shows which file, and which frame of it. */
  #showPlace(set: number, frame: number): void {
    const list = this.#frames[set];
    if (list === undefined) return;
    const files = list.files.length > 1 ? list.files : [];
    element('frame-file-label').hidden = files.length === 0;
    this.#file.replaceChildren(...files.map((name, at) => new Option(name, String(at))));
    this.#file.value = String(list.fileOf(frame));
    this.#frame.value = String(list.numberOf(frame));
  }

  /** Opens the frame of the file whose number is nearest. */
  #number(number: number): void {
    const set = Number(this.#set.value);
    const frame = this.#frames[set]?.nearest(Number(this.#file.value), number);
    if (frame !== undefined) this.open(set, frame);
  }

  #step(by: number): void {
    const { set, frame } = this.#wanted;
    const last = (this.#frames[set]?.length ?? 1) - 1;
    this.open(set, Math.min(Math.max(0, frame + by), last));
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
