import { NONE, fixed } from '../../base/number-format.js';
import * as analysis from '../../faces/node/analysis.js';
import type { EntropyFitAtBandwidth, EntropyModelName } from '../../faces/node/analysis.js';
import type { MeasuredState } from './state-lines.js';
import { type Column, tableLines } from '../../base/table.js';
import { UsageError } from './usage-error.js';

/** A model fitted to H(T) at each bandwidth. */
export async function fitted(
  states: readonly MeasuredState[],
  model: EntropyModelName,
): Promise<{ lines: string[]; json: Record<string, unknown>[] }> {
  const known = states.map(({ name, temperature, found }) => {
    if (temperature === null) {
      throw new UsageError(`--fit needs temperatures, and ${name} has none: give --temperatures or --log`);
    }
    return { temperature, state: found };
  });
  const rows = await analysis.fitEntropyModels(known, { model });
  const columns: Column<EntropyFitAtBandwidth>[] = [
    { title: 'h', text: ({ bandwidth }) => String(bandwidth) },
    { title: 'theta (K)', text: ({ fit }) => fixed(fit?.theta.value, 1) },
    { title: '95 %', text: ({ fit }) => range(fit?.theta, 1) },
    ...(model === 'debye'
      ? [
          { title: 's0', text: ({ fit }: EntropyFitAtBandwidth) => fixed(fit?.offset?.value, 3) },
          { title: '95 %', text: ({ fit }: EntropyFitAtBandwidth) => range(fit?.offset, 3) },
        ]
      : []),
    { title: 'rms', text: ({ fit }) => fixed(fit?.rms, 4) },
    { title: '', text: ({ refusal }) => (refusal === null ? '' : `not fitted: ${refusal}`), align: 'left' },
  ];
  const formula =
    model === 'debye'
      ? 'S = s0 + 4 D3(theta/T) - 3 ln(1 - exp(-theta/T))'
      : 'S = 3 [(x/2) coth(x/2) - ln(2 sinh x/2)], x = theta/T';
  return {
    lines: [`${formula}, fitted to H(T), without the kinetic part:`, ...tableLines(columns, rows)],
    json: rows.map(({ bandwidth, fit, refusal }) => ({
      bandwidth,
      model,
      theta: fit?.theta ?? null,
      offset: fit?.offset ?? null,
      rms: fit?.rms ?? null,
      refusal,
    })),
  };
}

function range(parameter: { low: number; high: number } | null | undefined, digits: number): string {
  return parameter ? `${fixed(parameter.low, digits)} to ${fixed(parameter.high, digits)}` : NONE;
}
