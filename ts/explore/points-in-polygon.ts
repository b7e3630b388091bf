/** Indices of the points within a polygon, x y of one corner after the other. */
export function pointsInPolygon(points: Float32Array, polygon: Float64Array): Uint32Array {
  const found: number[] = [];
  const corners = polygon.length / 2;
  for (let at = 0; at < points.length / 2; at++) {
    const px = points[2 * at] as number;
    const py = points[2 * at + 1] as number;
    let inside = false;
    for (let i = 0, j = corners - 1; i < corners; j = i++) {
      const [xi, yi] = [polygon[2 * i] as number, polygon[2 * i + 1] as number];
      const [xj, yj] = [polygon[2 * j] as number, polygon[2 * j + 1] as number];
      if (yi > py !== yj > py && px < ((xj - xi) * (py - yi)) / (yj - yi) + xi) inside = !inside;
    }
    if (inside) found.push(at);
  }
  return Uint32Array.from(found);
}
