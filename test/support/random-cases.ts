// Before each file of tests: QUESTS_RUNS is the number of random cases that a property is tried on
// where it names none itself.
const runs = process.env.QUESTS_RUNS;
if (runs !== undefined) {
  const { configureGlobal } = await import('fast-check');
  configureGlobal({ numRuns: Number(runs) });
}

export {};
