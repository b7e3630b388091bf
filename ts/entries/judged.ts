import type { Kind } from '../base/kinds.js';
import { noteDefaultBandwidth } from './default-bandwidth.js';

/** The arguments of a function, in order: what each is called, and what it must be. */
export type Signature = Readonly<Record<string, Kind>>;

type Call<Result> = (...values: never[]) => Result;

/** A function whose arguments are judged before it runs. */
export type Judged<F> = F & { readonly [SIGNATURE]: Signature };

/** Where a judged function keeps its signature, for tests. */
export const SIGNATURE = Symbol('signature');

/**
 * A function of the same type that judges its arguments before it runs: `map` and its like give
 * more than are asked for, which is no mistake.
 *
 * @throws {QuestsError} INVALID_ARGUMENT, naming the argument
 *
 * @__NO_SIDE_EFFECTS__
 */
export function judged<F extends Call<unknown>>(
  call: F & (ReturnType<F> extends Promise<unknown> | AsyncGenerator ? never : unknown),
  signature: Signature,
): Judged<F> {
  return dressed(call, signature, (run) => run());
}

/**
 * As {@link judged}, for a function that gives a promise: that is rejected.
 *
 * @__NO_SIDE_EFFECTS__
 */
export function judgedPromise<F extends Call<Promise<unknown>>>(call: F, signature: Signature): Judged<F> {
  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws becomes a rejection
  return dressed(call, signature, async (run) => run());
}

/**
 * As {@link judged}, for a generator: it throws when its first item is asked for, as it does for
 * all that it finds wrong itself.
 *
 * @__NO_SIDE_EFFECTS__
 */
export function judgedGenerator<F extends Call<AsyncGenerator<unknown, void, undefined>>>(
  call: F,
  signature: Signature,
): Judged<F> {
  return dressed(call, signature, async function* (run) {
    yield* run() as AsyncGenerator<unknown, void, undefined>;
  });
}

/** The function, in the dress of one that judges. */
function dressed<F extends Call<unknown>>(
  call: F,
  signature: Signature,
  answer: (run: () => unknown) => unknown,
): Judged<F> {
  const kinds = Object.entries(signature);
  const each = Object.values(signature);
  const dress = (...values: unknown[]): unknown =>
    answer(() => {
      const judgedValues = [...values];
      kinds.forEach(([name, kind], at) => {
        const value = kind.judge(values[at], name);
        if (at < values.length) judgedValues[at] = value;
      });
      noteDefaultBandwidth(each, values);
      return call(...(judgedValues as never[]));
    });
  return Object.defineProperties(dress, {
    name: { value: call.name, configurable: true },
    length: { value: call.length, configurable: true },
    [SIGNATURE]: { value: signature },
  }) as unknown as Judged<F>;
}
