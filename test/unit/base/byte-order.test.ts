import { expect, it } from 'vitest';

import { needLittleEndian } from '../../../ts/base/byte-order.js';

it('refuses machines whose numbers lie the other way round', () => {
  expect(() => needLittleEndian(false)).toThrow(
    expect.objectContaining({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringMatching(/^this machine is big-endian/) as string,
    }),
  );
  expect(() => needLittleEndian()).not.toThrow();
});
