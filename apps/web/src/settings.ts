import { DEFAULTS } from 'quests';
import { countText, MOST_EXACT, type RunSettings } from 'quests/explore';
import { addresses } from './addresses.js';

const INITIAL: RunSettings = {
  k: DEFAULTS.k,
  cutoff: DEFAULTS.cutoff,
  bandwidth: DEFAULTS.bandwidth,
  epsilon: DEFAULTS.epsilon,
  species: false,
  select: '',
  tolerance: null,
  threads: null,
};

const field = (id: string): HTMLInputElement => document.querySelector(`#${id}`) as HTMLInputElement;
const species = (): HTMLSelectElement => document.querySelector('#species') as HTMLSelectElement;
const NUMBERS = ['k', 'cutoff', 'bandwidth', 'epsilon'] as const;
/** Numbers that may be left out. */
const OPTIONAL = ['tolerance', 'threads'] as const;

/** Fills the form in from the address of the page. */
export function showSettings(): void {
  const query = new URLSearchParams(location.search);
  for (const name of NUMBERS) field(name).value = query.get(name) ?? String(INITIAL[name]);
  for (const name of OPTIONAL) field(name).value = query.get(name) ?? '';
  field('tolerance').placeholder = `exact; ${DEFAULTS.tolerance} above ${countText(MOST_EXACT)} environments`;
  field('select').value = query.get('select') ?? '';
  const mode = query.get('species') ?? 'false';
  species().value = mode === 'blocks' ? 'true' : mode;
  // What is no mode selects nothing.
  if (species().selectedIndex < 0) species().value = 'false';
}

/** Settings that are those of a file of descriptors, unless others stand in the form. */
const OF_FILES = ['k', 'cutoff'] as const;

/** What the form says, as far as results hang on it: threads only change how long they take. */
export function settingsText(): string {
  return JSON.stringify({ ...formSettings(), threads: null });
}

/**
 * What the form says; the address of the page then says it, too. A browser would not say what is
 * wrong with a field of settings that are folded up: whoever computes does, of every field.
 */
export function takeSettings(sample: string | null): RunSettings {
  for (const name of NUMBERS) field(name).value ||= String(INITIAL[name]);
  const settings = formSettings();
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(settings)) {
    if (name === 'assumed') continue;
    if (value !== INITIAL[name as keyof RunSettings]) query.set(name, String(value));
  }
  if (sample !== null) query.set('sample', sample);
  for (const [key, text] of addresses()) query.set(key, text);
  history.replaceState(null, '', query.size > 0 ? `?${query.toString()}` : location.pathname);
  return settings;
}

function formSettings(): RunSettings {
  const numberOf = (name: (typeof NUMBERS)[number]): number => Number(field(name).value || INITIAL[name]);
  const [k, cutoff, bandwidth, epsilon] = NUMBERS.map(numberOf) as [number, number, number, number];
  const [tolerance, threads] = OPTIONAL.map((name) =>
    field(name).value === '' ? null : Number(field(name).value),
  ) as [number | null, number | null];
  const asked = { k, cutoff };
  return {
    ...asked,
    bandwidth,
    epsilon,
    species: speciesOf(species().value),
    select: field('select').value.trim(),
    tolerance,
    threads,
    assumed: OF_FILES.filter((name) => asked[name] === INITIAL[name]),
  };
}

/** What the form's choice of elements stands for: true is a block for each, as in a request. */
function speciesOf(mode: string): RunSettings['species'] {
  return mode === 'center' || mode === 'full' ? mode : mode === 'true';
}
