import {
  CylinderGeometry,
  GLSL3,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  ShaderMaterial,
} from 'three';
import type { Drawn } from './structure-scene.js';

/** Half the width of a stick, in Å, and its sides. */
const RADIUS = 0.12;
const SIDES = 8;

/** A stick goes from the middle of an atom along half a bond; it is a cylinder along y at first. */
const VERTEX = `
in vec3 start; in vec3 along; in vec3 colour;
out vec3 tint; out vec3 facing;
void main() {
  vec3 axis = normalize(along);
  vec3 other = abs(axis.x) < 0.9 ? vec3(1.0, 0.0, 0.0) : vec3(0.0, 1.0, 0.0);
  vec3 side = normalize(cross(axis, other));
  mat3 turn = mat3(side, axis, cross(side, axis));
  vec3 place = start + turn * vec3(position.x, position.y * length(along), position.z);
  tint = colour;
  facing = normalize(mat3(modelViewMatrix) * turn * normal);
  gl_Position = projectionMatrix * modelViewMatrix * vec4(place, 1.0);
}`;
const FRAGMENT = `
in vec3 tint; in vec3 facing;
out vec4 pixel;
uniform float dimmed;
uniform vec3 paper;
void main() {
  float light = 0.35 + 0.65 * max(0.0, dot(normalize(facing), normalize(vec3(-0.4, 0.5, 1.0))));
  pixel = vec4(mix(tint * light, paper, dimmed), 1.0);
}`;

export const bondMaterial = new ShaderMaterial({
  vertexShader: VERTEX,
  fragmentShader: FRAGMENT,
  glslVersion: GLSL3,
  uniforms: { paper: { value: [1, 1, 1] }, dimmed: { value: 0 } },
});

/** Two sticks for each bond, one from each atom, in its colour; none where there are no bonds. */
export function bondSticks({ positions, colours, bonds }: Drawn): Mesh | undefined {
  const count = bonds.atoms.length;
  if (count === 0) return undefined;
  const start = new Float32Array(3 * count);
  const along = new Float32Array(3 * count);
  const tint = new Uint8Array(3 * count);
  bonds.atoms.forEach((atom, at) => {
    // The two atoms of a bond stand side by side.
    const other = bonds.atoms[at ^ 1] as number;
    start.set(positions.subarray(3 * atom, 3 * atom + 3), 3 * at);
    tint.set(colours.subarray(3 * atom, 3 * atom + 3), 3 * at);
    for (let axis = 0; axis < 3; axis++) {
      along[3 * at + axis] =
        ((positions[3 * other + axis] as number) - (positions[3 * atom + axis] as number)) / 2;
    }
  });
  const cylinder = new CylinderGeometry(RADIUS, RADIUS, 1, SIDES, 1, true).translate(0, 0.5, 0);
  const geometry = new InstancedBufferGeometry();
  geometry.setIndex(cylinder.index);
  for (const name of ['position', 'normal']) geometry.setAttribute(name, cylinder.getAttribute(name));
  geometry.setAttribute('start', new InstancedBufferAttribute(start, 3));
  geometry.setAttribute('along', new InstancedBufferAttribute(along, 3));
  geometry.setAttribute('colour', new InstancedBufferAttribute(tint, 3, true));
  const sticks = new Mesh(geometry, bondMaterial);
  sticks.frustumCulled = false;
  return sticks;
}
