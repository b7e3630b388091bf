import { FINITE, FLAG, type Kind, oneOf, record, told } from '../base/kinds.js';
import type { LiveRequest } from './protocol.js';

const KINDS: Readonly<Record<LiveRequest['do'], Kind>> = {
  limit: record('a limit', { above: FINITE, stops: FLAG }),
  show: record('a frame', { isDark: FLAG }),
  save: record('a file', { what: oneOf('last', 'kept') }),
};

/** What a page may ask of a simulation that is watched. */
export const LIVE_REQUEST = told('do', KINDS);
