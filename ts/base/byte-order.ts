import { QuestsError } from './error.js';

/** Whether numbers lie in memory with their lowest byte first, as on x86 and Arm. */
const HOST_IS_LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * Refuses machines with the other order of bytes: files are read, and the memory of the core is
 * shared, without turning numbers round.
 *
 * @throws {QuestsError} BACKEND_UNAVAILABLE
 */
export function needLittleEndian(isLittle = HOST_IS_LITTLE): void {
  if (isLittle) return;
  throw new QuestsError(
    'BACKEND_UNAVAILABLE',
    'this machine is big-endian (s390x, or the like), expected a little-endian one, such as x86 or Arm',
  );
}
