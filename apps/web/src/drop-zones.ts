import { droppedFiles, holdsFiles } from './dropped-files.js';

/** What becomes of files that are dropped on the page, or chosen in it. */
export interface DropZones {
  /** Whether a set has files. */
  readonly isEmpty: (set: number) => boolean;
  readonly take: (set: number, files: readonly File[]) => void;
  /** Called after files that were dropped are taken. */
  readonly compute: () => void;
  readonly fail: (message: string) => void;
}

/**
 * Lets the boxes of the page take files. What is dropped beside them goes to the first set that has
 * none; the browser, which would open it in place of the page, never gets it. What is dropped is
 * computed at once.
 */
export function listenForFiles({ isEmpty, take, compute, fail }: DropZones): void {
  const zones = [...document.querySelectorAll<HTMLElement>('.drop')];
  const takeFiles = (zone: HTMLElement, files: readonly File[]): void => {
    const named = zone.querySelector('select');
    if (named !== null) named.value = '';
    const address = zone.querySelector<HTMLInputElement>('input[type="url"]');
    if (address !== null) address.value = '';
    take(Number(zone.dataset.set), files);
  };
  const takeDrop = (zone: HTMLElement, event: DragEvent): void => {
    droppedFiles(event.dataTransfer)
      .then((files) => {
        takeFiles(zone, files);
        compute();
      })
      .catch((thrown: unknown) => fail(thrown instanceof Error ? thrown.message : String(thrown)));
  };
  const zoneOf = ({ target }: Event): HTMLElement | undefined =>
    zones.find((zone) => target instanceof Node && zone.contains(target));
  for (const zone of zones) {
    const input = zone.querySelector('input') as HTMLInputElement;
    input.addEventListener('change', () => takeFiles(zone, [...(input.files ?? [])]));
  }
  document.addEventListener('dragover', (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    // What is dropped beside the boxes is the first dataset that is not there yet.
    const over = zoneOf(event) ?? zones.find(({ dataset }) => isEmpty(Number(dataset.set)));
    for (const zone of zones) zone.classList.toggle('over', zone === over);
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) for (const zone of zones) zone.classList.remove('over');
  });
  document.addEventListener('drop', (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    for (const zone of zones) zone.classList.remove('over');
    const zone = zoneOf(event) ?? zones.find(({ dataset }) => isEmpty(Number(dataset.set)));
    if (zone !== undefined) takeDrop(zone, event);
    else fail('Drop files on the box of the first or of the second dataset, which they then replace.');
  });
}
