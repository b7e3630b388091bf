/** Red, green and blue, from 0 to 255. */
export type Colour = readonly [number, number, number];

/** Colours of Okabe and Ito for what has no order, and what they are called. */
export const KIND_COLOURS: readonly { readonly name: string; readonly rgb: Colour }[] = [
  { name: 'blue', rgb: [0x00, 0x72, 0xb2] },
  { name: 'orange', rgb: [0xd5, 0x5e, 0x00] },
  { name: 'green', rgb: [0x00, 0x9e, 0x73] },
  { name: 'pink', rgb: [0xcc, 0x79, 0xa7] },
  { name: 'ochre', rgb: [0xe6, 0x9f, 0x00] },
  { name: 'light blue', rgb: [0x56, 0xb4, 0xe9] },
  { name: 'grey', rgb: [0x88, 0x88, 0x88] },
];

/** The same, lighter, for a dark page. */
const DARK_KINDS: readonly Colour[] = [
  [0x4a, 0xa8, 0xe0],
  [0xff, 0x8a, 0x3d],
  [0x2f, 0xc7, 0x9b],
  [0xe2, 0x9a, 0xc1],
  [0xff, 0xc0, 0x4d],
  [0xa8, 0xdc, 0xfa],
  [0x9a, 0x9a, 0x9a],
];

/** From low to high: dark blue, green, yellow, as in viridis. */
export const RAMP: readonly Colour[] = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
];

/** The same order for a dark page, where the darkest must be seen. */
const DARK_RAMP: readonly Colour[] = [
  [139, 98, 214],
  [88, 137, 219],
  [52, 170, 170],
  [110, 209, 110],
  [253, 231, 37],
];

/** What has no value. */
const GREY: Colour = [0x88, 0x88, 0x88];

/** Steps of red, green and blue among which further colours are looked for. */
const STEPS = [0, 36, 73, 109, 146, 182, 219, 255];

/** Lightness that a colour must have to be seen on a light and on a dark page, from 0 to 1. */
const SEEN = { light: [0.25, 0.8], dark: [0.5, 0.95] } as const;

/** Colours of measured values, from low to high. */
export function rampOf(isDark: boolean): readonly Colour[] {
  return isDark ? DARK_RAMP : RAMP;
}

const found = { light: KIND_COLOURS.map(({ rgb }) => rgb), dark: [...DARK_KINDS] };

/**
 * So many colours for what has no order, none of them twice: those of Okabe and Ito, then always
 * the one that differs most from all before.
 */
export function kindColours(count: number, isDark: boolean): readonly Colour[] {
  const theme = isDark ? 'dark' : 'light';
  const colours = found[theme];
  if (colours.length < count) {
    const [low, high] = SEEN[theme];
    const candidates = STEPS.flatMap((r) => STEPS.flatMap((g) => STEPS.map((b): Colour => [r, g, b])))
      .map((rgb) => ({ rgb, seen: perceived(rgb) }))
      .filter(({ seen: [lightness] }) => lightness >= low && lightness <= high);
    const distance = candidates.map(({ seen }) =>
      Math.min(...colours.map((colour) => apart(seen, perceived(colour)))),
    );
    while (colours.length < count) {
      const best = distance.indexOf(Math.max(...distance));
      const next = candidates[best] as (typeof candidates)[number];
      colours.push(next.rgb);
      candidates.forEach(({ seen }, at) => {
        distance[at] = Math.min(distance[at] as number, apart(seen, next.seen));
      });
    }
  }
  return colours.slice(0, count);
}

/**
 * The colour of a measured value; grey for NaN.
 *
 * @param range the values that have the first and the last colour
 */
export function measuredColour(
  value: number,
  [low, high]: readonly [number, number],
  ramp: readonly Colour[] = RAMP,
): Colour {
  if (Number.isNaN(value)) return GREY;
  const place = Math.min(1, Math.max(0, (value - low) / (high - low || 1))) * (ramp.length - 1);
  const step = Math.min(ramp.length - 2, Math.floor(place));
  const [a, b] = [ramp[step] as Colour, ramp[step + 1] as Colour];
  const mix = (at: 0 | 1 | 2): number => a[at] + (b[at] - a[at]) * (place - step);
  return [mix(0), mix(1), mix(2)];
}

/** Lightness from 0 to 1, and two coordinates of hue, as people see them: Oklab of B. Ottosson. */
function perceived(rgb: Colour): Colour {
  const [r, g, b] = rgb.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function apart(a: Colour, b: Colour): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
