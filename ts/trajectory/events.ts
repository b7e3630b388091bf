import {
  type ChangePoints,
  type ChangePointOptions,
  cutSeries,
  segmentValue,
  type Segment,
} from '../statistics/change-points.js';

/** Options of {@link findEvents}. */
export type EventOptions = ChangePointOptions;

/** A frame at which a series of a trajectory changes. */
export interface TrajectoryEvent {
  /** The first value after the change. */
  readonly index: number;
  /**
   * Height of the line after the change above the line before it, midway between the last value
   * before and the first after: the jump without the drift, in the unit of the values.
   */
  readonly jump: number;
  /**
   * Error of the jump: half-width of the 95 % interval of the two lines, over all correlations that
   * the noise may have, plus half of what the change of rate makes from one value to the next,
   * since the change may be anywhere between them.
   */
  readonly error: number;
  /** The line before, at the last value before. */
  readonly before: number;
  /** The line after, at the first value after. */
  readonly after: number;
  /** Rises before and after, for each unit of place. */
  readonly rateBefore: number;
  readonly rateAfter: number;
  /**
   * `jump`: the jump exceeds its error. `bend`: only the rate changes, as when a slow transition
   * begins or ends.
   */
  readonly kind: 'jump' | 'bend';
  /**
   * Whether the next event reverses it: a jump the other way, at least half as high, that ends
   * nearer to the start of this one than to its end. Otherwise it is sustained.
   */
  readonly transient: boolean;
}

/** What {@link findEvents} finds. */
export interface Events extends ChangePoints {
  readonly events: readonly TrajectoryEvent[];
}

/** Half of the 95 % interval of a normal distribution, over its σ. */
const NORMAL_95 = 1.96;

/**
 * Events of a series of a trajectory, H(t) or the mean δH(t): changes between the straight lines
 * that fit the series; see {@link changePoints}.
 *
 * @param values one for each frame, in nats
 * @throws {QuestsError} as {@link changePoints}
 *
 * @example
 * const { events } = findEvents(entropies, { at: times });
 * for (const { index, jump, kind } of events) if (kind === 'jump') console.log(times[index], jump);
 */
export function findEvents(values: ArrayLike<number>, options: EventOptions = {}): Events {
  const { found, errors } = cutSeries(values, options);
  const { segments } = found;
  const place = (index: number): number => options.at?.[index] ?? index;
  const variance = (segment: number, at: number): number =>
    errors?.varianceAt(segment, segments[segment] as Segment, at) ?? 0;
  const sized = segments
    .slice(1)
    .map((after, at) =>
      eventOf(
        segments[at] as Segment,
        after,
        place,
        (middle) => variance(at, middle) + variance(at + 1, middle),
      ),
    );
  const events = sized.map((event, at) => ({ ...event, transient: takesBack(event, sized[at + 1]) }));
  return { ...found, events };
}

function eventOf(
  before: Segment,
  after: Segment,
  place: (index: number) => number,
  varianceAt: (place: number) => number,
): Omit<TrajectoryEvent, 'transient'> {
  const [last, first] = [place(after.start - 1), place(after.start)];
  const middle = (last + first) / 2;
  const jump = segmentValue(after, middle) - segmentValue(before, middle);
  const ofLines = NORMAL_95 * Math.sqrt(varianceAt(middle));
  const error = ofLines + Math.abs((after.slope - before.slope) * (first - last)) / 2;
  return {
    index: after.start,
    jump,
    error,
    before: segmentValue(before, last),
    after: segmentValue(after, first),
    rateBefore: before.slope,
    rateAfter: after.slope,
    kind: Math.abs(jump) > error ? 'jump' : 'bend',
  };
}

function takesBack(
  event: Omit<TrajectoryEvent, 'transient'>,
  next: Omit<TrajectoryEvent, 'transient'> | undefined,
): boolean {
  if (event.kind !== 'jump' || next?.kind !== 'jump') return false;
  const isOpposite = Math.sign(next.jump) === -Math.sign(event.jump);
  const isBack = Math.abs(next.after - event.before) < Math.abs(next.after - event.after);
  return isOpposite && isBack && Math.abs(next.jump) >= Math.abs(event.jump) / 2;
}
