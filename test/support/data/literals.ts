import { random as randomSource } from './random.js';

/** Finite decimal numbers of every shape that files have, as text. */
export function* literals(seed: number, count: number): Generator<string, void, undefined> {
  const random = randomSource(seed);
  const bits = new DataView(new ArrayBuffer(8));
  const digits = (count: number): string => {
    let text = '';
    while (text.length < count) text += String(Math.floor(random() * 1e9)).padStart(9, '0');
    return text.slice(0, count);
  };
  const below = (count: number): number => Math.floor(random() * count);
  const anyDouble = (): number => {
    bits.setUint32(0, below(2 ** 32));
    bits.setUint32(4, below(2 ** 32));
    return bits.getFloat64(0);
  };
  const shapes: readonly (() => string)[] = [
    () => `${digits(1 + below(4))}.${digits(1 + below(10))}`,
    () => (random() * 100).toFixed(8),
    () => String(random() * 10 ** (below(12) - 6)),
    () => (random() * 10 ** (below(12) - 6)).toExponential(below(20)),
    () => (random() * 100).toPrecision(15 + below(9)),
    () => `${digits(below(25))}.${digits(1 + below(25))}`,
    () => `${digits(1 + below(22))}${['', '.', '.0'][below(3)] ?? ''}`,
    () => `${digits(1 + below(18))}.${digits(below(9))}e${below(60) - 30}`,
    () => `0.${'0'.repeat(below(12))}${digits(1 + below(20))}`,
    () => String(anyDouble()),
    () => `${digits(1 + below(20))}E${['+', '-', ''][below(3)] ?? ''}${digits(1 + below(3))}`,
  ];
  for (let made = 0; made < count; made++) {
    const text = shapes[made % shapes.length]?.() ?? '';
    if (text === 'NaN' || text.endsWith('Infinity')) continue;
    yield /^[-+]/.test(text) ? text : (['', '-', '+'][below(3)] ?? '') + text;
  }
}
