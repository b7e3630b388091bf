// The signature within a library of macOS. One made without a name ("ad hoc") is enough to be
// loaded on Arm, but what is hashed there must be what is in the file.
import { createHash } from 'node:crypto';

const CODE_DIRECTORY = 0xfa_de_0c_02;
const SHA_256 = 2;

/** Whether the signature at `start` holds: all pages before it have the hashes that it lists. */
export function isSound(bytes, start) {
  const count = bytes.readUInt32BE(start + 8);
  const places = Array.from({ length: count }, (_, i) => start + bytes.readUInt32BE(start + 16 + 8 * i));
  const directory = places.find((at) => bytes.readUInt32BE(at) === CODE_DIRECTORY);
  if (directory === undefined || bytes[directory + 37] !== SHA_256) return false;

  const hashes = directory + bytes.readUInt32BE(directory + 16);
  const pages = bytes.readUInt32BE(directory + 28);
  const end = bytes.readUInt32BE(directory + 32);
  const size = bytes[directory + 36];
  const length = 1 << bytes[directory + 39];
  return (
    end === start &&
    Array.from({ length: pages }, (_, i) => i).every((i) => {
      const page = bytes.subarray(i * length, Math.min((i + 1) * length, end));
      const listed = bytes.subarray(hashes + i * size, hashes + (i + 1) * size);
      return createHash('sha256').update(page).digest().equals(listed);
    })
  );
}
