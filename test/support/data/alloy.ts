import { random } from './random.js';

/** Extended XYZ of rattled alloys on a simple cubic lattice of n × n × n sites, in some frames. */
export function alloyText(
  n: number,
  frames: number,
  elements: readonly string[],
  seed: number,
  /** Width of the displacements along each axis, in Å. */
  widthOf: (element: string) => number = () => 0.15,
): string {
  const next = random(seed);
  const a = 2.6;
  const size = n * a;
  const text: string[] = [];
  for (let frame = 0; frame < frames; frame++) {
    text.push(String(n ** 3));
    text.push(`Lattice="${size} 0 0 0 ${size} 0 0 0 ${size}" Properties=species:S:1:pos:R:3 pbc="T T T"`);
    for (let site = 0; site < n ** 3; site++) {
      const element = elements[Math.floor(next() * elements.length)] as string;
      const corner = [site % n, Math.floor(site / n) % n, Math.floor(site / n ** 2)];
      const place = corner.map((x) => (a * x + widthOf(element) * (next() - 0.5)).toFixed(6));
      text.push(`${element} ${place.join(' ')}`);
    }
  }
  return `${text.join('\n')}\n`;
}
