// Draws a structure on a canvas that the page handed over, so that its own thread never waits for
// the graphics. Where a worker has none of these, as in WebKitGTK, the page loads this module.
import {
  BufferAttribute,
  BufferGeometry,
  Color,
  DoubleSide,
  GLSL3,
  Group,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  LineBasicMaterial,
  LineSegments,
  Matrix4,
  Mesh,
  OrthographicCamera,
  Quaternion,
  Scene,
  ShaderMaterial,
  Vector3,
  WebGLRenderer,
} from 'three';
import { pointsInPolygon } from 'quests/explore';
import { bondMaterial, bondSticks } from './bond-sticks.js';
import {
  changesPicture,
  type Drawn,
  NO_WEBGL,
  type SceneOfPage,
  type SceneReply,
  type SceneRequest,
} from './structure-scene.js';

/**
 * Each atom is a square that faces the camera, on which the fragments of a sphere are drawn, with
 * their depth.
 */
const VERTEX = `
in vec3 centre; in vec3 colour; in float radius; in float selected;
out vec2 place; out vec3 tint; out float mark; out float towards;
void main() {
  vec4 seen = modelViewMatrix * vec4(centre, 1.0);
  float size = radius * length(modelViewMatrix[0].xyz);
  seen.xy += size * position.xy;
  place = position.xy;
  tint = colour;
  mark = selected;
  towards = 0.5 * projectionMatrix[2][2] * size;
  gl_Position = projectionMatrix * seen;
}`;
const FRAGMENT = `
in vec2 place; in vec3 tint; in float mark; in float towards;
out vec4 pixel;
uniform vec3 ring;
uniform float dimmed;
uniform vec3 paper;
void main() {
  float from = dot(place, place);
  if (from > 1.0) discard;
  float height = sqrt(1.0 - from);
  gl_FragDepth = gl_FragCoord.z + towards * height;
  float light = 0.35 + 0.65 * max(0.0, dot(vec3(place, height), normalize(vec3(-0.4, 0.5, 1.0))));
  vec3 shown = mark > 0.5 && from > 0.66 ? ring : tint * light;
  pixel = vec4(mark > 0.5 ? shown : mix(shown, paper, dimmed), 1.0);
}`;

/** How far those that are not selected fade where some are. */
const DIMMED = 0.55;
const THEMES = {
  light: { paper: 0xffffff, ink: 0x1a1a1a, ring: 0xc41e00 },
  dark: { paper: 0x16181b, ink: 0xececec, ring: 0xff9a6b },
} as const;
/** Corners of a cell, by how often a, b, c go into them, and the edges between them. */
const CORNERS = [0, 1, 2, 3, 4, 5, 6, 7].map((at) => [at & 1, (at >> 1) & 1, (at >> 2) & 1] as const);
const EDGES = [0, 1, 0, 2, 0, 4, 1, 3, 1, 5, 2, 3, 2, 6, 3, 7, 4, 5, 4, 6, 5, 7, 6, 7];

const camera = new OrthographicCamera();
const scene = new Scene();
const turned = new Group();
const paper = new Color();
const material = new ShaderMaterial({
  vertexShader: VERTEX,
  fragmentShader: FRAGMENT,
  glslVersion: GLSL3,
  side: DoubleSide,
  uniforms: { ring: { value: [0, 0, 0] }, paper: { value: [1, 1, 1] }, dimmed: { value: 0 } },
});
const lines = new LineBasicMaterial();
scene.add(turned);

let renderer: WebGLRenderer | undefined;
let drawn: Drawn | undefined;
/** The atoms, and the cell where there is one. */
let parts: (Mesh | LineSegments)[] = [];
let selected: InstancedBufferAttribute | undefined;
/** Half the size of what is to be seen, in Å. */
let reach = 1;
let zoom = 1;
const shift = new Vector3();
/** Pixels of the canvas, and of the screen for each of these; 0 until the page says so. */
let width = 0;
let height = 0;
let ratio = 1;
let isResized = false;
let isAsked = false;
/** Requests that changed the picture. */
let changes = 0;

const { questsScene: ofPage } = globalThis as SceneOfPage;
const page: MessagePort | typeof self = ofPage?.port ?? self;
page.onmessage = ({ data }: MessageEvent<SceneRequest>) => {
  take(data);
};
if (ofPage === undefined) send({ is: 'started', canDraw: canDraw() });
else drawOn(ofPage.canvas);

function send(reply: SceneReply): void {
  page.postMessage(reply);
}

function canDraw(): boolean {
  const context = new OffscreenCanvas(1, 1).getContext('webgl2');
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
}

function drawOn(canvas: OffscreenCanvas | HTMLCanvasElement): void {
  const context = canvas.getContext('webgl2', { antialias: true });
  if (context === null) send({ is: 'failure', message: NO_WEBGL });
  else renderer = new WebGLRenderer({ canvas, context });
}

function take(request: SceneRequest): void {
  if (changesPicture(request)) changes += 1;
  switch (request.do) {
    case 'canvas':
      drawOn(request.canvas);
      return;
    case 'size':
      ({ width, height, ratio } = request);
      isResized = true;
      break;
    case 'theme': {
      const theme = THEMES[request.isDark ? 'dark' : 'light'];
      paper.set(theme.paper);
      lines.color.set(theme.ink);
      Object.assign(material.uniforms, {
        ring: { value: shares(theme.ring) },
        paper: { value: shares(theme.paper) },
      });
      Object.assign(bondMaterial.uniforms, { paper: { value: shares(theme.paper) } });
      break;
    }
    case 'show':
      show(request.drawn, request.isNew);
      break;
    case 'mark':
      mark(request.selected);
      break;
    case 'turn':
      turned.quaternion.premultiply(rotation(request.across, request.down));
      break;
    case 'move':
      shift.x += (2 * request.across) / scale();
      shift.y -= (2 * request.down) / scale();
      break;
    case 'zoom':
      zoom = Math.min(200, Math.max(0.2, zoom * request.factor));
      break;
    case 'whole':
      whole();
      break;
    case 'png':
      void png().catch((thrown: unknown) => send({ is: 'failure', message: String(thrown) }));
      return;
    case 'pick':
      send({ is: 'picked', atom: atomAt(request.left, request.top) });
      return;
    case 'lasso':
      send({ is: 'lassoed', atoms: pointsInPolygon(places(), request.polygon) });
      return;
  }
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(() => {
    isAsked = false;
    draw();
  });
}

/** Colours of a shader go to the screen as they are. */
function shares(colour: number): number[] {
  return [colour >> 16, (colour >> 8) & 255, colour & 255].map((part) => part / 255);
}

function whole(): void {
  zoom = 1;
  shift.set(0, 0, 0);
  turned.quaternion.copy(
    rotation(0, 0).multiply(new Quaternion().setFromAxisAngle(new Vector3(1, 0, 0), -1.25)),
  );
  turned.quaternion.premultiply(rotation(0.35, 0));
}

function rotation(across: number, down: number): Quaternion {
  const angle = Math.hypot(across, down);
  const axis = angle === 0 ? new Vector3(0, 1, 0) : new Vector3(down / angle, across / angle, 0);
  return new Quaternion().setFromAxisAngle(axis, angle);
}

function show(next: Drawn, isNew: boolean): void {
  drawn = next;
  for (const part of parts) part.geometry.dispose();
  turned.remove(...parts);
  const { positions, colours, radii, cell } = next;
  const atoms = new InstancedBufferGeometry();
  atoms.setAttribute(
    'position',
    new BufferAttribute(new Float32Array([-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0]), 3),
  );
  atoms.setIndex([0, 1, 2, 0, 2, 3]);
  atoms.setAttribute('centre', new InstancedBufferAttribute(positions, 3));
  atoms.setAttribute('colour', new InstancedBufferAttribute(colours, 3, true));
  atoms.setAttribute('radius', new InstancedBufferAttribute(radii, 1));
  selected = new InstancedBufferAttribute(new Uint8Array(radii.length), 1);
  atoms.setAttribute('selected', selected);
  const balls = new Mesh(atoms, material);
  balls.frustumCulled = false;
  parts = [balls];
  const sticks = bondSticks(next);
  if (sticks !== undefined) parts.push(sticks);
  if (cell !== null) {
    const edges = new BufferGeometry();
    edges.setAttribute('position', new BufferAttribute(cornersOf(cell), 3));
    edges.setIndex(EDGES);
    parts.push(new LineSegments(edges, lines));
  }
  turned.add(...parts);
  mark(next.selected);
  const { middle, size } = extent(next);
  parts.forEach((part) => part.position.copy(middle).negate());
  reach = size;
  if (isNew) whole();
}

function cornersOf(cell: Float32Array): Float32Array {
  const along = (axis: number, [a, b, c]: readonly [number, number, number]): number =>
    a * (cell[axis] as number) + b * (cell[3 + axis] as number) + c * (cell[6 + axis] as number);
  return Float32Array.from(CORNERS.flatMap((corner) => [0, 1, 2].map((axis) => along(axis, corner))));
}

/** The middle of atoms and cell, and how far any of them is from it. */
function extent({ positions, radii, cell }: Drawn): { middle: Vector3; size: number } {
  const all = [positions, ...(cell === null ? [] : [cornersOf(cell)])];
  const low = new Vector3(Infinity, Infinity, Infinity);
  const high = new Vector3(-Infinity, -Infinity, -Infinity);
  const point = new Vector3();
  for (const some of all) {
    for (let at = 0; at < some.length; at += 3) {
      point.fromArray(some, at);
      low.min(point);
      high.max(point);
    }
  }
  const middle = low.clone().add(high).multiplyScalar(0.5);
  return { middle, size: low.distanceTo(high) / 2 + (radii[0] ?? 1) };
}

function mark(atoms: Uint32Array): void {
  if (selected === undefined) return;
  const marks = selected.array as Uint8Array;
  marks.fill(0);
  for (const atom of atoms) marks[atom] = 1;
  selected.needsUpdate = true;
  for (const { uniforms } of [material, bondMaterial]) {
    Object.assign(uniforms, { dimmed: { value: atoms.length > 0 ? DIMMED : 0 } });
  }
}

/** Pixels in 2 Å. */
function scale(): number {
  return (zoom * Math.min(width, height)) / reach;
}

function draw(): void {
  if (renderer === undefined || drawn === undefined || width === 0) return;
  // A canvas is empty from when it has another size until it is drawn on.
  if (isResized) {
    renderer.setPixelRatio(ratio);
    renderer.setSize(width, height, false);
    isResized = false;
  }
  const [across, up] = [width / scale(), height / scale()];
  Object.assign(camera, {
    left: -across,
    right: across,
    top: up,
    bottom: -up,
    near: -2 * reach,
    far: 2 * reach,
  });
  camera.updateProjectionMatrix();
  turned.position.copy(shift);
  renderer.setClearColor(paper);
  renderer.render(scene, camera);
  send({ is: 'drawn', of: changes });
}

/** What is drawn, as a file: drawn anew, since what is on the screen is not kept. */
async function png(): Promise<void> {
  if (renderer === undefined || drawn === undefined) return;
  // Three.js calls both by one type.
  const canvas = renderer.domElement as unknown as OffscreenCanvas | HTMLCanvasElement;
  renderer.render(scene, camera);
  const blob =
    canvas instanceof OffscreenCanvas
      ? await canvas.convertToBlob()
      : await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
  if (blob !== null) send({ is: 'png', blob });
}

/** Where atoms are seen, in pixels from the top left: x y of one after the other. */
function places(): Float32Array {
  if (drawn === undefined) return new Float32Array(0);
  const at = seen();
  const { positions } = drawn;
  const out = new Float32Array((positions.length / 3) * 2);
  const point = new Vector3();
  for (let atom = 0; atom < out.length / 2; atom++) {
    point.fromArray(positions, 3 * atom).applyMatrix4(at);
    out[2 * atom] = point.x;
    out[2 * atom + 1] = point.y;
  }
  return out;
}

/** From coordinates of atoms to pixels from the top left, and towards who looks. */
function seen(): Matrix4 {
  turned.updateMatrixWorld(true);
  const first = parts[0] as Mesh;
  const pixels = scale() / 2;
  return new Matrix4()
    .set(pixels, 0, 0, width / 2, 0, -pixels, 0, height / 2, 0, 0, pixels, 0, 0, 0, 0, 1)
    .multiply(first.matrixWorld);
}

/** The nearest of the atoms that a pixel shows; −1 for none. */
function atomAt(left: number, top: number): number {
  if (drawn === undefined) return -1;
  const at = seen();
  const { positions, radii } = drawn;
  const pixels = scale() / 2;
  const point = new Vector3();
  let best = -1;
  let nearest = -Infinity;
  for (let atom = 0; atom < radii.length; atom++) {
    point.fromArray(positions, 3 * atom).applyMatrix4(at);
    const radius = (radii[atom] as number) * pixels;
    const from = (point.x - left) ** 2 + (point.y - top) ** 2;
    if (from > radius ** 2) continue;
    const surface = point.z + Math.sqrt(radius ** 2 - from);
    if (surface > nearest) [best, nearest] = [atom, surface];
  }
  return best;
}
