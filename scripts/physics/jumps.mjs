// Jumps of a point that rests in between: of a vacancy, of an atom on a surface. Both criteria, by
// δH and by displacements, find them in the path of a point, by the same rule.

/**
 * The rule, in frames 0.1 τ apart: positions are averaged over `window` frames, a state lasts for
 * `lasts` frames at least, and two jumps are the same if they are within `within` frames.
 */
export const RULE = { window: 10, lasts: 20, within: 10 };

/** The nearest image of a difference of coordinates. */
export const image = (d, length) => (length === Infinity ? d : d - length * Math.round(d / length));

/** How far two points are apart. */
export const apart = (a, b, box) =>
  Math.hypot(...box.map((length, axis) => image(a[axis] - b[axis], length)));

/** The site that an atom is nearest to. */
export function nearest(positions, atom, points, box) {
  let [best, least] = [-1, Infinity];
  for (let site = 0; site < points.length / 3; site++) {
    let square = 0;
    for (let axis = 0; axis < 3; axis++)
      square += image(positions[3 * atom + axis] - points[3 * site + axis], box[axis]) ** 2;
    if (square < least) [best, least] = [site, square];
  }
  return best;
}

/**
 * Frames at which a point moves by more than half of the spacing for good: the medians of the
 * `lasts` frames before and after differ by that, and by most within a stretch of such frames.
 */
export function jumps(path, { box, spacing, lasts }) {
  const found = [];
  let open = [];
  const close = () => {
    if (open.length === 0) return;
    const most = Math.max(...open.map(([, size]) => size));
    const top = open.filter(([, size]) => size > most - 1e-9);
    found.push(top[top.length >> 1][0]);
    open = [];
  };
  for (let at = lasts; at + lasts <= path.length; at++) {
    const median = (from) =>
      [0, 1, 2].map((axis) => {
        const values = Array.from({ length: lasts }, (_, i) =>
          image(path[from + i][axis] - path[at][axis], box[axis]),
        );
        return values.sort((a, b) => a - b)[lasts >> 1];
      });
    const moved = apart(median(at), median(at - lasts), box);
    if (moved > spacing / 2) open.push([at, moved]);
    else close();
  }
  close();
  return found;
}

/** How well the jumps that were found are the true ones, within `within` frames. */
export function scores(truth, found, within) {
  const matched = matches(truth, found, within);
  return {
    hops: truth.length,
    found: found.length,
    matched,
    precision: matched / found.length,
    recall: matched / truth.length,
  };
}

/** How many of the first have one of the second within `within` frames, each used once. */
function matches(truth, found, within) {
  const left = new Set(found);
  let count = 0;
  for (const at of truth) {
    const one = [...left]
      .filter((other) => Math.abs(other - at) <= within)
      .sort((a, b) => Math.abs(a - at) - Math.abs(b - at))[0];
    if (one === undefined) continue;
    left.delete(one);
    count++;
  }
  return count;
}
