import {
  type AtomNeighbours,
  countText,
  decimalText,
  type DrawnFrame,
  type ExplorePreview,
  type ExploreRequest,
  type ExploreResults,
  frameText,
  LEAST_DELTA,
  type SelectedEnvironments,
} from 'quests/explore';
import { colourScale } from './colour-scale.js';
import { element, save } from './element.js';
import type { FrameList } from './frame-list.js';
import { neighboursText } from './neighbours-text.js';
import { measuredText } from './measure.js';
import { imagesOf, MOST_DRAWN, type Repeats, withImages } from './periodic-images.js';
import { Playback } from './playback.js';
import type { Drawn } from './structure-scene.js';
import { StructureView } from './structure-view.js';
import { isDark, onTheme } from './theme.js';

/** Colours that need more than one frame, or another set. */
const NOT_HERE = ['set', 'δH of the first set'];

/** Radius of balls that are all the same, in Å. */
const EQUAL = 0.7;

/** Atoms of a measurement at the most. */
const MOST_PICKED = 3;

/** The part of the page that shows one frame. */
export class StructureSection {
  readonly #ask: (request: ExploreRequest) => void;
  readonly #view: StructureView;
  readonly #set = element('frame-set', HTMLSelectElement);
  readonly #file = element('frame-file', HTMLSelectElement);
  readonly #frame = element('frame', HTMLInputElement);
  readonly #colour = element('structure-colour', HTMLSelectElement);
  readonly #measure = element('measure', HTMLButtonElement);
  readonly #picked = element('measured-atoms', HTMLInputElement);
  readonly #playback: Playback;
  /** Of each set: whether its frames can be drawn. */
  #hasStructures: readonly boolean[] = [];
  /** Frames of each set. */
  #frames: readonly FrameList[] = [];
  /** That whose files are offered. */
  #listed: FrameList | undefined;
  #shown: DrawnFrame | undefined;
  /** As it is drawn: with its images. */
  #drawn: Drawn | undefined;
  /** The frame that was asked for last: it may be on its way. */
  #wanted = { set: 0, frame: 0 };
  /** Whether one is on its way: others wait, and only the last of them is asked for. */
  #isAsking = false;
  #isOvertaken = false;
  #selected: Uint32Array = new Uint32Array(0);
  /** Why nothing is drawn at all; empty where it is. */
  #failure = '';
  /** Whether somebody chose the colour. */
  #isColourChosen = false;
  /** Whether somebody chose the frame. */
  #isFrameChosen = false;

  constructor(isLasso: () => boolean, ask: (request: ExploreRequest) => void) {
    this.#ask = ask;
    const outline = document.querySelector('#structure-lasso polygon') as SVGPolygonElement;
    this.#view = new StructureView(element('structure', HTMLCanvasElement), outline, isLasso, {
      picked: (atom) => this.#pick(atom),
      lassoed: (atoms) => this.#select(Uint32Array.from(new Set(Array.from(atoms, this.#ownAtom)))),
      pictured: (png) => save('structure.png', png),
      failed: (message) => {
        this.#failure = `The structure cannot be drawn here (${message}); it is described below.`;
        element('structure-failure').textContent = this.#failure;
      },
    });
    this.#playback = new Playback({
      next: () => this.#step(1),
      rewind: () => {
        const { set, frame } = this.#wanted;
        if (frame + 1 >= this.#lengthOf(set)) this.#wanted = { set, frame: -1 };
      },
    });
    this.#set.addEventListener('change', () => this.#go(Number(this.#set.value), 0));
    this.#file.addEventListener('change', () => this.#number(0));
    this.#frame.addEventListener('change', () => this.#number(Number(this.#frame.value)));
    element('frame-before').addEventListener('click', () => this.#step(-1));
    element('frame-after').addEventListener('click', () => this.#step(1));
    element('structure-whole').addEventListener('click', () => this.#view.whole());
    element('structure-png').addEventListener('click', () => this.#view.png());
    element('structure-xyz').addEventListener('click', () => ask({ do: 'save', what: 'frame' }));
    this.#colour.addEventListener('change', () => {
      this.#isColourChosen = true;
      this.#again();
    });
    for (const id of ['structure-size', 'repeat']) {
      element(id).addEventListener('change', () => this.#draw(true));
    }
    this.#measure.addEventListener('click', () => {
      const isOn = this.#measure.getAttribute('aria-pressed') !== 'true';
      this.#measure.setAttribute('aria-pressed', String(isOn));
      this.#picked.value = '';
      this.#showMeasured();
    });
    this.#picked.addEventListener('change', () => this.#showMeasured());
    element('neighbours').addEventListener('click', () => {
      const atom = this.#selected[0];
      if (atom !== undefined && this.#shown !== undefined) {
        const { set, frame } = this.#shown;
        ask({ do: 'neighbours', set, frame, atom });
      }
    });
    onTheme(() => this.#again());
  }

  /** Begins with a frame of the last set, before anything is known of δH. */
  preview({ sets, hasStructures, colours }: ExplorePreview, frames: readonly FrameList[]): void {
    this.#isFrameChosen = false;
    this.#isColourChosen = false;
    const isThere = this.#begin(sets, hasStructures, colours, frames);
    this.#colour.value = colours.includes('element') ? 'element' : this.#colour.value || 'δH';
    if (isThere) this.open(sets.length - 1, 0);
  }

  /**
   * Goes on with a frame of the last set: the one with the highest mean δH, unless somebody chose
   * another.
   */
  show(results: ExploreResults, frames: readonly FrameList[]): void {
    const { sets, hasStructures, novelFrame, colours } = results;
    const chosen = this.#isColourChosen ? this.#colour.value : 'δH';
    const wanted = this.#isFrameChosen ? this.#wanted : { set: sets.length - 1, frame: novelFrame };
    const isThere = this.#begin(sets, hasStructures, colours, frames);
    this.#colour.value = chosen;
    if (isThere) this.open(wanted.set, wanted.frame);
  }

  open(set: number, frame: number): void {
    this.#wanted = { set, frame };
    this.#view.expectFrame();
    this.#isOvertaken = this.#isAsking;
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#ask({ do: 'frame', set, frame, isDark: isDark(), colour: this.#colour.value || 'δH' });
  }

  /** Opens what somebody chose, if it can be drawn. */
  choose(set: number, frame: number): void {
    if (this.#hasStructures[set] !== true) return;
    this.#playback.stop();
    this.#go(set, frame);
  }

  /** To be called when something failed: a frame that was asked for may not come. */
  release(): void {
    this.#isAsking = false;
    this.#isOvertaken = false;
    this.#playback.stop();
  }

  /** Draws a frame that was asked for. */
  take(drawn: DrawnFrame): void {
    const { set, frame, range, names, swatches, relativeTo } = drawn;
    this.#isAsking = false;
    const isNew = this.#shown?.set !== set;
    this.#shown = drawn;
    this.#set.value = String(set);
    this.#showPlace(set, frame);
    element('structure-text').textContent = frameText(drawn);
    const within =
      relativeTo === null ? 'δH within the set (nats): ' : `δH relative to ${relativeTo} (nats): `;
    const colour = this.#colour.value;
    const isDelta = colour === 'δH' || colour === '';
    const scale = colourScale(
      { range: names.length > 0 ? null : range, names, swatches },
      isDelta ? LEAST_DELTA : 0,
    );
    // Of kinds nothing can be hidden here.
    const plain = scale.map((one) => (one instanceof HTMLButtonElement ? plainKind(one) : one));
    element('structure-scale').replaceChildren(isDelta ? within : `${colour}: `, ...plain);
    this.#selected = new Uint32Array(0);
    this.#picked.value = '';
    this.#showMeasured();
    this.#draw(isNew);
    if (this.#isOvertaken) this.open(this.#wanted.set, this.#wanted.frame);
    else this.#playback.shown();
  }

  /** Marks the atoms that are selected. */
  mark({ ofShown }: SelectedEnvironments): void {
    this.#selected = ofShown;
    this.#mark(ofShown);
    const atom = ofShown[0];
    const dH = this.#shown?.dH[atom ?? -1];
    element('neighbours').hidden = ofShown.length !== 1;
    element('structure-selected').textContent =
      atom === undefined || dH === undefined
        ? ''
        : ofShown.length === 1
          ? `Atom ${atom} selected: δH ${Number.isNaN(dH) ? 'is not known' : `= ${decimalText(dH, 2)} nats`}.`
          : `${countText(ofShown.length)} atoms of this frame selected.`;
  }

  /** Marks the neighbours of an atom, and says how far they are. */
  showNeighbours(set: number, frame: number, found: AtomNeighbours): void {
    if (this.#shown?.set !== set || this.#shown.frame !== frame) return;
    this.#mark(Uint32Array.from(new Set([found.atom, ...found.atoms])));
    element('structure-selected').textContent = neighboursText(found);
  }

  /** @returns whether there are structures of the last set: without these, nothing is shown */
  #begin(
    sets: readonly { readonly name: string }[],
    hasStructures: readonly boolean[],
    colours: readonly string[],
    frames: readonly FrameList[],
  ): boolean {
    this.#playback.stop();
    const isThere = hasStructures.at(-1) === true;
    element('structure-section').hidden = !isThere;
    if (!isThere) element('timeline').hidden = true;
    this.#frames = frames;
    this.#hasStructures = hasStructures;
    const options = sets.map(({ name }, at) => new Option(name, String(at)));
    this.#set.replaceChildren(...options.filter((_, at) => hasStructures[at]));
    const all = colours.filter((name) => !NOT_HERE.includes(name));
    this.#colour.replaceChildren(...all.map((name) => new Option(name, name)));
    this.#shown = undefined;
    this.#isAsking = false;
    return isThere;
  }

  /** Asks for the frame that is shown once more: it is to look otherwise. */
  #again(): void {
    if (this.#shown !== undefined) this.open(this.#shown.set, this.#shown.frame);
  }

  /** @param isNew whether it is looked at from the beginning */
  #draw(isNew: boolean): void {
    const shown = this.#shown;
    if (shown === undefined) return;
    const isEqual = element('structure-size', HTMLSelectElement).value === 'equal';
    const radii = isEqual ? new Float32Array(shown.radii.length).fill(EQUAL) : shown.radii.slice();
    const repeats = element('repeat', HTMLSelectElement).value.split(' ').map(Number);
    const [a = 1, b = 1, c = 1] = repeats;
    const own = {
      positions: shown.positions.slice(),
      colours: shown.colours.slice(),
      radii,
      bonds: { atoms: shown.bonds.atoms.slice() },
      cell: shown.cell,
      selected: new Uint32Array(0),
    };
    const drawn = withImages(own, [a, b, c] satisfies Repeats);
    const isRefused = a * b * c > 1 && drawn === own && shown.cell !== null;
    element('structure-failure').textContent = isRefused
      ? `Images are not drawn: they would be more than ${countText(MOST_DRAWN)} atoms.`
      : this.#failure;
    // The view gives its arrays away.
    this.#drawn = { ...drawn, positions: drawn.positions.slice(), radii: drawn.radii.slice() };
    this.#view.show(drawn, isNew);
    this.#mark(this.#selected);
  }

  #mark(atoms: Uint32Array): void {
    const own = this.#shown?.radii.length ?? 0;
    this.#view.mark(imagesOf(atoms, own, this.#drawn?.radii.length ?? 0));
  }

  /** Shows which file, and which frame of it. */
  #showPlace(set: number, frame: number): void {
    const list = this.#frames[set];
    if (list === undefined) return;
    // A set may have thousands of files: not anew for each frame that is played.
    if (this.#listed !== list) {
      this.#listed = list;
      const files = list.files.length > 1 ? list.files : [];
      element('frame-file-label').hidden = files.length === 0;
      this.#file.replaceChildren(...files.map((name, at) => new Option(name, String(at))));
    }
    this.#file.value = String(list.fileOf(frame));
    this.#frame.value = String(list.numberOf(frame));
  }

  /** Opens the frame of the file whose number is nearest. */
  #number(number: number): void {
    const set = Number(this.#set.value);
    const frame = this.#frames[set]?.nearest(Number(this.#file.value), number);
    if (frame !== undefined) this.choose(set, frame);
  }

  #lengthOf(set: number): number {
    return this.#frames[set]?.length ?? 1;
  }

  #go(set: number, frame: number): void {
    this.#isFrameChosen = true;
    this.open(set, frame);
  }

  /** Opens a frame so many further on; whether there is one. */
  #step(by: number): boolean {
    const { set, frame } = this.#wanted;
    const next = Math.min(Math.max(0, frame + by), this.#lengthOf(set) - 1);
    if (next !== frame) this.#go(set, next);
    return next !== frame;
  }

  readonly #ownAtom = (atom: number): number => atom % (this.#shown?.radii.length ?? 1);

  #pick(atom: number): void {
    if (atom < 0) return;
    if (this.#measure.getAttribute('aria-pressed') === 'true') {
      const picked = this.#pickedAtoms();
      this.#picked.value = [...(picked.length < MOST_PICKED ? picked : []), atom].join(' ');
      this.#showMeasured();
    } else this.#toggle(this.#ownAtom(atom));
  }

  /** Atoms that are typed or picked, images by numbers beyond those of the frame. */
  #pickedAtoms(): number[] {
    const atoms = this.#picked.value.split(/[\s,]+/).filter((one) => one !== '');
    const most = this.#drawn?.radii.length ?? 0;
    return atoms.map(Number).filter((atom) => Number.isInteger(atom) && atom >= 0 && atom < most);
  }

  #showMeasured(): void {
    const isOn = this.#measure.getAttribute('aria-pressed') === 'true';
    element('measured-label').hidden = !isOn;
    element('measured').textContent = '';
    if (!isOn) return;
    const atoms = this.#pickedAtoms().slice(0, MOST_PICKED);
    const places = atoms.map((atom) => [...(this.#drawn?.positions.subarray(3 * atom, 3 * atom + 3) ?? [])]);
    element('measured').textContent = measuredText(atoms, places);
    if (atoms.length > 0) this.#view.mark(Uint32Array.from(atoms));
  }

  #toggle(atom: number): void {
    const rest = this.#selected.filter((one) => one !== atom);
    this.#select(rest.length < this.#selected.length ? rest : Uint32Array.of(...rest, atom));
  }

  #select(atoms: Uint32Array): void {
    if (this.#shown === undefined) return;
    const { set, frame } = this.#shown;
    this.#ask({ do: 'select', selection: { by: 'atoms', set, frame, atoms } });
  }
}

/** What a button of a kind shows, without the button. */
function plainKind(button: HTMLButtonElement): HTMLElement {
  const text = document.createElement('span');
  text.append(...button.childNodes, ' ');
  return text;
}
