import { countOf, decimalText, type LiveEnd, type LiveRow, type LiveState } from 'quests/explore';

/** What is going on, in words. */
export function stateText(state: Omit<LiveState, 'rows'>, hasChecks: boolean): string {
  const { of, relativeTo, first, learned, end } = state;
  if (end !== null) return endText(end);
  const against = relativeTo ?? `its first ${countOf(first, 'frame')}`;
  if (relativeTo === null && learned < first) return `${of}: learning frame ${learned} of ${first}.`;
  return hasChecks ? `${of}, relative to ${against}.` : `${of}: waiting for frames.`;
}

function endText(end: LiveEnd): string {
  switch (end.by) {
    case 'limit':
      return (
        `Stopped: atom ${end.row.atom} of ${placeText(end.row)} reached the limit with ` +
        `${decimalText(end.row.maximum, 2)} nats.`
      );
    case 'simulation':
      return 'The simulation has ended.';
    case 'person':
      return 'Stopped by you.';
    case 'failure':
      return 'No more checks.';
  }
}

/** The numbers of the last check. */
export function checkText(row: LiveRow): string {
  const parts = [
    `Check ${row.check + 1}: ${placeText(row)}`,
    ...(row.entropy === null ? [] : [`H ${decimalText(row.entropy, 3)}`]),
    ...(row.mean === null ? [] : [`mean δH ${decimalText(row.mean, 2)}`]),
    `max δH ${decimalText(row.maximum, 2)} (atom ${row.atom})`,
  ];
  return parts.join(' · ');
}

function placeText({ frame, step, time }: LiveRow): string {
  const at = step === null ? `frame ${frame}` : `step ${step}`;
  return time === null ? at : `${at}, ${decimalText(time, 3)} ps`;
}
