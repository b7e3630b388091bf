import type { ExploreRequest, Picture } from 'quests/explore';
import { buttonOf } from './element.js';
import type { FrameList } from './frame-list.js';

/**
 * Fields that select the frames whose value on a curve is in a range.
 *
 * @param set number of the set whose frames the curve has
 */
export function curveSelection(
  picture: Picture,
  set: number,
  list: FrameList | undefined,
  ask: (request: ExploreRequest) => void,
): HTMLElement {
  const [from, to] = ['lowest', 'highest'].map((placeholder) => {
    const input = document.createElement('input');
    Object.assign(input, { type: 'number', step: 'any', placeholder });
    input.setAttribute('aria-label', `${placeholder} value of the frames to select`);
    return input;
  }) as [HTMLInputElement, HTMLInputElement];
  const end = ({ valueAsNumber }: HTMLInputElement, none: number): number =>
    Number.isNaN(valueAsNumber) ? none : valueAsNumber;
  const select = (): void => {
    const [low, high] = [end(from, -Infinity), end(to, Infinity)];
    const [series] = picture.figure.panels[0]?.series ?? [];
    if (series === undefined || series.kind === 'bars') return;
    const chosen = Array.from(series.x).filter((_, at) => {
      const value = series.y[at] as number;
      return value >= low && value <= high;
    });
    const frames = Uint32Array.from(chosen, (along) => list?.at(along) ?? along);
    ask({ do: 'select', selection: { by: 'frames', set, frames } });
  };
  const fields = document.createElement('span');
  fields.className = 'tools';
  fields.setAttribute('role', 'group');
  fields.setAttribute('aria-label', 'Select frames of the curve');
  fields.append(
    'frames from ',
    from,
    ' to ',
    to,
    ' nats ',
    buttonOf('select', select, 'select these frames'),
  );
  return fields;
}
