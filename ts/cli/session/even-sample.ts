/** Some of many values, evenly taken: each, then each second, each fourth … as there are more. */
export class EvenSample {
  readonly #most: number;
  #values: number[] = [];
  #step = 1;
  #seen = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(values: Float64Array): void {
    for (const value of values) {
      if (this.#seen++ % this.#step !== 0) continue;
      this.#values.push(value);
      if (this.#values.length < this.#most) continue;
      this.#values = this.#values.filter((_, at) => at % 2 === 0);
      this.#step *= 2;
    }
  }

  all(): readonly number[] {
    return this.#values;
  }
}
