/**
 * The date of a report, as 2026-01-31, of which `SOURCE_DATE_EPOCH` is another where reports must
 * be the same every day.
 */
export function reportDate(seconds?: string): string {
  const given = seconds === undefined || seconds === '' ? NaN : Number(seconds);
  const date = Number.isFinite(given) ? new Date(1000 * given) : new Date();
  return date.toISOString().slice(0, 10);
}
