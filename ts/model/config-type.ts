import type { Structure } from './structure.js';

/** Names under which files keep the kind of a structure, the usual one first. */
export const CONFIG_TYPE = ['config_type', 'group'] as const;

/** The kind of a structure; undefined where it says none. */
export function configTypeOf({ info = {} }: Structure): string | undefined {
  const key = CONFIG_TYPE.find((name) => info[name] !== undefined);
  return key === undefined ? undefined : String(info[key]);
}
