// What is run to record the behaviour of the command line: for each name the lines of a shell, in a
// folder of their own, where `examples/` and `golden/` are the data of this repository.

const MIXED = 'golden/mixed_dataset.xyz';
const HEATING = 'golden/heating_trajectory.xyz';
const COPPER = 'golden/fcc_cu_periodic.xyz';
const ALLOY = 'golden/agau_alloy.xyz';
const MOLECULE = 'golden/molecule_open.xyz';
const IRON = 'golden/bcc_fe_periodic.xyz';
const RUN = 'examples/cu_run.lammpstrj.gz';
const LOG = '--log examples/cu_run.log';
const FREEZING = 'examples/cu_freezing.lammpstrj.gz';
const PHASES = `-r solid=${RUN}@2:4 liquid=${FREEZING}@:6`;
const STATES = 'examples/cu_states.csv';

/** The commands, as help lists them; `reference` and `shard` have commands of their own. */
export const COMMANDS = [
  ...['entropy', 'metrics', 'dH', 'dH_traj', 'approx_dH', 'overlap', 'coverage', 'uncertainty', 'audit'],
  ...[
    'trajectory',
    'watch',
    'carve',
    'events',
    'nuclei',
    'entropy_difference',
    'states',
    'phase_line',
    'learning_curve',
  ],
  ...['entropy_sampler', 'mcmc', 'active_learning', 'compress', 'report', 'serve', 'bandwidth'],
  ...['make_descriptors', 'reference', 'convert', 'example', 'shard'],
  ...['reference build', 'reference add', 'reference info'],
  ...['shard plan', 'shard run', 'shard merge', 'shard status'],
];

/** Starts the page, asks it for what a browser asks for first, and ends it as Ctrl-C does. */
const SERVE = `quests serve ${MIXED} --quiet > url & server=$!
while ! grep -q http url; do sleep 0.1; done
node -e 'fetch(process.argv[1].trim())
  .then((page) => console.log(page.status, page.headers.get("content-type")))' "$(cat url)"
kill -INT $server; wait $server; echo "ended with $?"; rm url`;

const HELP = {
  'help of the program': ['quests --help', 'quests help', 'quests', 'quests --version'],
  ...Object.fromEntries(COMMANDS.map((name) => [`help of ${name}`, [`quests ${name} --help`]])),
  'help by name': ['quests help entropy', 'quests help dh-traj', 'quests help nothing'],
};

const ENTROPY = {
  entropy: [
    `quests entropy ${MIXED}`,
    `quests entropy ${MIXED} --json -j 1 --quiet`,
    `quests entropy ${MIXED} ${COPPER} -k 16 -c 6 -b 0.03 -j 2 -o H.json`,
    `quests entropy ${MIXED} -o H.json`,
    `quests entropy ${MIXED} -o H.json --overwrite --quiet`,
  ],
  'entropy of frames': [
    `quests entropy '${HEATING}@2:10:3' --json`,
    `quests entropy 'golden/*_periodic.xyz' --json`,
    `cat ${MIXED} | quests entropy - --format extxyz`,
    `quests entropy golden/mixed_dataset.descriptors.npy`,
    `quests entropy ${RUN}@::5 --elements Cu --json`,
  ],
  'entropy per species': [`quests entropy ${ALLOY} --species --json`, `quests entropy ${MOLECULE} --species`],
  'entropy in WebAssembly': [`quests entropy ${MIXED} --backend wasm --json -j 1`],
  'entropy by sampling': [
    `quests entropy ${RUN}@::4 --tolerance 0.05 --seed 3 --json`,
    `quests entropy ${RUN}@::4 --tolerance 0.05 --seed 3 --backend wasm --json`,
  ],
  'entropy in single precision': [`quests entropy ${MIXED} --precision single --json`],
  'entropy by bandwidth': [
    `quests entropy ${MIXED} --bandwidth-scan -o scan.json --plot scan.svg`,
    `quests entropy ${MIXED} --bandwidth-scan --bandwidths 0.01,0.02,0.05 --json`,
    `quests entropy ${MIXED} --bandwidth-scan -o scan.csv`,
  ],
  metrics: [
    `quests metrics ${MIXED} -o m.json`,
    `quests metrics ${MIXED} -o m.xyz`,
    `quests metrics ${MIXED} -o m.csv`,
    `quests metrics ${MIXED} -o m.npy`,
    `quests metrics ${MIXED} -o m.parquet`,
    `quests metrics ${RUN}@::6 ${LOG} -o m.lammpstrj`,
    `quests metrics ${ALLOY} --species --backend wasm -j 1 --json`,
  ],
  learning_curve: [
    `quests learning_curve ${MIXED} -f 0.05,0.07,0.1,0.14,0.2,0.28,0.4,0.56,0.8 -n 20`,
    `quests learning_curve ${MIXED} -n 5 --seed 7 --gap 0.1,0.05 -o curve.json --plot curve.svg`,
    `quests learning_curve ${HEATING} -f 0.2,0.5 -n 2 --json`,
    `quests learning_curve ${COPPER} -o curve.csv`,
    `quests learning_curve ${MIXED} --backend wasm -j 1 --json`,
    `quests learning_curve examples/cu_crystal.xyz -n 2`,
  ],
  entropy_sampler: [
    `quests entropy_sampler ${MIXED} -s 100 -n 20`,
    `quests entropy_sampler ${COPPER} -s 50 -n 4 --seed 5 --estimate-bw -o sampler.json`,
  ],
  bandwidth: [
    'quests bandwidth 11.8',
    'quests bandwidth 11.8 -c',
    'quests bandwidth 20 --json',
    'quests bandwidth 20 -o b.json',
  ],
  example: ['quests example', 'quests example --json', 'quests example -o example.json'],
};

const SETS = {
  dH: [
    `quests dH ${HEATING} ${MIXED}`,
    `quests dH ${HEATING} ${MIXED} -o d.json`,
    `quests dH ${HEATING} ${MIXED} -o d.xyz`,
    `quests dH ${HEATING} ${MIXED} -o d.csv`,
    `quests dH ${HEATING} ${MIXED} -o d.npy`,
    `quests dH ${HEATING} ${MIXED} -o d.parquet`,
    `quests dH --test ${HEATING} ${COPPER} --reference ${MIXED} ${ALLOY} -b 0.03 --json`,
  ],
  'dH in other ways': [
    `quests dH ${HEATING} ${MIXED} --precision single --json`,
    `quests dH ${HEATING} ${MIXED} --backend wasm -j 1 --json`,
    `quests dH golden/heating_trajectory.descriptors.npy golden/mixed_dataset.descriptors.npy`,
    `quests dH examples/cu_test.xyz examples/cu_train.xyz --tolerance 0.1 --seed 2 --json`,
    `quests dH ${RUN}@12 ${RUN}@::6 ${LOG} -o d.lammpstrj`,
    `quests dH ${MOLECULE} ${ALLOY} --species`,
  ],
  dH_traj: [
    `quests dH_traj ${HEATING}`,
    `quests dH_traj ${HEATING} -o t.json`,
    `quests dH_traj ${HEATING} -o t.xyz`,
    `quests dh-traj ${HEATING} -o t.csv`,
    `quests dH_traj ${HEATING} -o t.parquet --backend wasm`,
  ],
  approx_dH: [
    `quests approx_dH ${HEATING} ${MIXED}`,
    `quests approx_dH ${HEATING} ${MIXED} -n 5 -g 10 -o a.json`,
    `quests approx_dH ${HEATING} ${MIXED} -o a.npy`,
  ],
  overlap: [
    `quests overlap ${HEATING} ${MIXED}`,
    `quests overlap ${HEATING} ${MIXED} -e 1 --json`,
    `quests overlap ${MIXED} ${MIXED} -o o.json`,
  ],
  coverage: [
    `quests coverage ${MIXED}@::2 ${MIXED}@1::2 --top 3`,
    `quests coverage examples/cu_crystal.xyz@-1 ${ALLOY} ${MOLECULE}`,
    `quests coverage --generations ${HEATING}@:4 ${HEATING}@4:8 ${HEATING}@8: -o g.json`,
    `quests coverage ${MIXED} ${HEATING} -e 1e-3,2 -o c.csv`,
    `quests coverage ${MIXED} ${HEATING} -o c.parquet`,
  ],
  uncertainty: [
    `quests uncertainty examples/cu_test.xyz examples/cu_train.xyz --prediction forces_fit`,
    'quests uncertainty examples/cu_test.xyz examples/cu_train.xyz --prediction forces_fit --levels ' +
      '0.8,0.9 --thresholds 0.1,0.3 --seed 4 -o u.json',
    'quests uncertainty examples/cu_test.xyz examples/cu_train.xyz --prediction forces_fit --apply ' +
      `${HEATING} --bars bars.xyz`,
    'quests uncertainty examples/cu_test.xyz examples/cu_train.xyz --prediction forces_fit --apply ' +
      `${HEATING} --bars bars.csv --level 0.95`,
    `quests uncertainty examples/cu_test.xyz examples/cu_train.xyz --property energy --prediction energy_fit`,
  ],
  audit: [
    `quests audit ${MIXED}`,
    `quests audit ${MIXED} --outlier 0.5 --near 0.5 --contact-fraction 0.9 --show 2 -o audit.json`,
    `quests audit examples/cu_test.xyz --json`,
    `quests audit ${RUN}@::5 --elements Cu`,
  ],
  report: [
    `quests report examples/cu_test.xyz -r examples/cu_train.xyz -o report.html`,
    `quests report ${MIXED} -o alone.html`,
    `quests report ${HEATING} -r ${MIXED} -e 1 -b 0.03 -o numbers.html --json`,
    `quests report ${ALLOY} -r ${COPPER} -o wasm.html --backend wasm --tolerance 0.05 --seed 2`,
  ],
  serve: [SERVE],
};

const SIMULATIONS = {
  trajectory: [
    `quests trajectory ${RUN} --timestep 0.002 ${LOG} -b 0.03 -o cu.csv --plot cu.svg`,
    'quests events cu.csv -o events.json --plot events.svg',
    'quests events cu.csv --min-length 5 --penalty 10 -o events.csv',
  ],
  'trajectory in other ways': [
    `quests trajectory ${RUN}@6:10 -b 0.03 -r crystal=${RUN}@1:6 -r liquid=${RUN}@10:15 --atoms ` +
      'atoms.lammpstrj -o t.json',
    `quests trajectory ${RUN}@:8 --previous --window 3 --quantiles 0.1,0.9 -e 1 -o t.parquet`,
    `quests trajectory ${RUN} --every 4 --first 2 --tolerance 0.1 --seed 1 --json`,
    `quests trajectory ${FREEZING}@:8 --average 4 --atoms atoms.xyz`,
    `quests trajectory ${HEATING} --first 2 --backend wasm -o w.csv`,
    `quests trajectory ${HEATING} -r ${ALLOY}`,
    `quests trajectory ${HEATING} -r ${ALLOY} --any-element`,
    `quests trajectory ${HEATING} -o again.csv --resume && quests trajectory ${HEATING} -o again.csv ` +
      '--resume --overwrite',
  ],
  'events of a simulation': [`quests events ${RUN} --timestep 0.002 ${LOG} --json`],
  nuclei: [
    `quests nuclei ${FREEZING}@6:14 ${PHASES} --timestep 0.002 --min-coordination 5 -o nuclei.csv ` +
      '--plot nuclei.svg',
    `quests nuclei ${FREEZING}@6:10 ${PHASES} --timestep 0.002 --fit-sizes 1:10 --density 0.083 ` +
      '--temperature 750 -o n.json',
    `quests nuclei ${FREEZING}@6:8 ${PHASES} --bond 3.2 --remove-bridges --with-shell --min-size 2 -o n.xyz`,
    `quests nuclei ${FREEZING}@6:8 ${PHASES} --thresholds solid=4 --phase solid -o n.parquet`,
  ],
  entropy_difference: [
    `quests entropy_difference ${RUN}@5:7 ${RUN}@15:17 ${LOG} --at 1327 -b 0.03 --plot melting.svg -o e.json`,
    `quests entropy_difference ${RUN}@2:5 ${RUN}@11:15 ${LOG} --bandwidths 0.02,0.03,0.05 -b 0.03 ` +
      '--lindemann -o e.csv',
    `quests entropy_difference ${RUN}@1 ${RUN}@2 ${RUN}@3 ${RUN}@4 ${LOG} --bandwidths ` +
      '0.015,0.03,0.05 --fit einstein',
    `quests entropy_difference ${RUN}@1 ${RUN}@2 ${RUN}@3 ${RUN}@4 ${LOG} --bandwidths 0.015,0.03 ` +
      '--fit debye --json',
    `quests entropy_difference ${RUN}@3:5 ${RUN}@12:14 --temperatures 900,1500 --sample 200 --seed 2`,
  ],
  phase_line: [
    `quests phase_line ${STATES} --pressures 0,5,10,15,20 --plot line.svg -o line.json`,
    `quests phase_line ${STATES} --temperatures 1400,1600,1800 --resamples 200 --level 0.9 --seed 3 ` +
      '-o line.csv',
    `(head -1 ${STATES}; grep ,0, ${STATES}) > ambient.csv; quests phase_line ambient.csv --plot melting.svg`,
    `quests phase_line ${STATES} --pressures 30`,
    `grep -v 'liquid,.*,1[0-9][0-9]0,' ${STATES} > hot.csv; quests phase_line hot.csv`,
    `head -4 ${STATES} > few.csv; tail -9 ${STATES} >> few.csv; quests phase_line few.csv`,
    `quests phase_line ${STATES} --phases solid,liquid --json`,
  ],
};

const STRUCTURES = {
  compress: [
    `quests compress ${MIXED} -s 0.25 -o kept.xyz --dropped dropped.xyz --summary summary.json`,
    `quests compress ${HEATING} -s optimal`,
    `quests compress ${MIXED} -m atom_msc --target-overlap 0.9 -e 0.5`,
    `quests compress ${MIXED} -r ${COPPER} -s 4 -b 0.06 -o conditional.json`,
    `quests compress ${MIXED} -r ${COPPER} -s 4 -b 0.06 -o conditional.xyz --json`,
    `quests compress ${MIXED} -s 0.25 --chunk-size 8 --json`,
    `quests compress ${MIXED} -s 6 -o kept.csv`,
    `quests compress ${MIXED} -s 6 --backend wasm -j 1 --json`,
  ],
  ...Object.fromEntries(
    ['fps', 'mean_fps', 'k_means', 'k_means_entropy', 'random'].map((method) => [
      `compress by ${method}`,
      [`quests compress ${MIXED} -m ${method} -s 6 --seed 2 --json`],
    ]),
  ),
  mcmc: [
    `quests mcmc ${MIXED} -i 4 -n 200 -t 20 --seed 1 -o new.xyz --compare`,
    `quests mcmc ${MIXED} -i 4 -n 200 -t 20 --seed 1 --resume -o again.xyz`,
    `quests mcmc ${COPPER} -n 60 --step-size 0.05 --atoms-per-step 3 --cell-step 0.01 --temperature 2 ` +
      '--min-distance 1.5 -o new.poscar',
    `quests mcmc ${COPPER} -n 20 --json`,
  ],
  active_learning: [
    `quests active_learning ${MIXED} -s 3 -g 3 -n 60 --seed 1 -o grown.xyz`,
    `quests active_learning ${COPPER} -s 1 -g 2 -n 20 -t 20 --full -o grown.lammpstrj --json`,
  ],
  make_descriptors: [
    `quests make_descriptors ${MIXED} -o x.npy`,
    `quests make_descriptors ${HEATING} -r -k 16 -o x.npz`,
    `quests make_descriptors ${ALLOY} --species -o x.csv`,
    `quests make_descriptors ${MOLECULE} -k 8 -c 3.5 -o x.json`,
    `quests make_descriptors ${MIXED} --backend wasm -o x.parquet`,
    `quests make_descriptors ${IRON} --json`,
  ],
  convert: [
    ...['c.lammpstrj', 'c.csv', 'c.parquet', 'c.xyz.gz'].map((out) => `quests convert ${HEATING} -o ${out}`),
    ...['c.poscar', 'c.data'].map((out) => `quests convert ${COPPER} -o ${out}`),
    'quests convert c.poscar c.data --elements Cu -o back.xyz',
    `quests convert ${COPPER} --to poscar -o anything`,
    `quests convert ${RUN}@:2 ${LOG} --elements Cu -o run.xyz`,
    'quests convert golden/agau_alloy.descriptors.npy -o x.npz --json',
  ],
};

const SHARDS = {
  'shards of entropy': [
    `quests shard plan entropy ${MIXED} --shards 3 -o w`,
    'quests shard status w',
    'quests shard merge w',
    'quests shard run w -i 0 && quests shard run w -i 1 && quests shard run w -i 2',
    'quests shard run w -i 0',
    'quests shard run w -i 3',
    'rm w/shard-000002.result; quests shard run w -i 2 --backend wasm; quests shard status w; quests ' +
      'shard run w -i 2',
    'quests shard status w',
    'quests shard merge w -o H.json',
    `quests entropy ${MIXED} --shards 2 --memory 1G -o other.json`,
  ],
  ...Object.fromEntries(
    [
      ['dH', `dH ${HEATING} ${MIXED}`, 'd.xyz'],
      ['overlap', `overlap ${HEATING} ${MIXED}`, 'o.json'],
      ['metrics', `metrics ${MIXED}`, 'm.csv'],
      ['coverage', `coverage ${MIXED} ${HEATING}`, 'c.json'],
      ['learning_curve', `learning_curve ${MIXED} -n 2 --seed 4`, 'l.csv'],
      ['make_descriptors', `make_descriptors ${MIXED}`, 'x.npy'],
      ['trajectory', `trajectory ${HEATING} --first 2`, 't.csv'],
    ].map(([name, command, out]) => [
      `shards of ${name}`,
      [
        `quests shard plan ${command} --shards 2 -o w`,
        'quests shard run w -i 0 && quests shard run w -i 1',
        `quests shard merge w -o ${out}`,
      ],
    ]),
  ),
  'shards for Slurm': [
    `quests entropy ${MIXED} --shards 2 --slurm "--partition=cpu --time=01:00:00" --dry-run -o s.json`,
    'quests shard plan compress x.xyz --shards 2 -o none',
    `quests shard plan entropy ${MIXED} --shards 0 -o none`,
  ],
};

const REFUSED = {
  'bad input': [
    'quests entropy nowhere.xyz',
    `quests entropy 'nowhere/*.xyz'`,
    ': > empty.xyz; quests entropy empty.xyz',
    `head -n 20 ${COPPER} > cut.xyz; quests entropy cut.xyz`,
    `printf '2\\nLattice="9 0 0 0 9 0 0 0 9" Properties=species:S:1:pos:R:3\\nCu 0 0 0\\nCu 0 x 2\\n' ` +
      '> letter.xyz; quests entropy letter.xyz',
    `cat ${COPPER} letter.xyz > both.xyz; quests entropy both.xyz -k 8`,
    'quests entropy both.xyz -k 8 --on-error skip --json',
    `printf '1\\nLattice="9 0 0 0 9 0 0 0 9"\\nCu 0 0 nan\\n' > nan.xyz; quests audit nan.xyz`,
    'quests entropy golden/README.md',
    'quests phase_line golden/reference.json',
    `quests entropy ${MOLECULE}@9`,
    `quests dH golden/agau_alloy.descriptors.npy golden/agau_alloy.k8c3.5.npy`,
    `quests uncertainty examples/cu_test.xyz examples/cu_train.xyz --prediction nothing`,
    `quests entropy ${MIXED} -o nowhere/H.json`,
    'quests shard status nowhere',
  ],
  'wrong usage': [
    'quests entropi x.xyz',
    'quests dH-traj x.xyz',
    'quests entropy',
    `quests entropy ${MIXED} --nothing`,
    `quests entropy ${MIXED} -k 0`,
    `quests entropy ${MIXED} -c -1`,
    `quests entropy ${MIXED} -b nothing`,
    `quests entropy ${MIXED} --backend gpu`,
    `quests entropy ${MIXED} -o H.xyz`,
    `quests entropy ${MIXED} --plot p.svg`,
    `quests entropy ${MIXED} --tolerance 0.1 --bandwidth-scan`,
    `quests dH ${MIXED}`,
    `quests coverage ${MIXED}`,
    `quests compress ${MIXED} -s 2.5`,
    `quests compress ${MIXED} -m nothing`,
    `quests mcmc ${MIXED} -i 99`,
    `quests nuclei ${HEATING}`,
    `quests convert ${COPPER}`,
    `quests convert ${COPPER} -o x.nothing`,
    `quests report ${COPPER}`,
    'quests serve -p 99999',
    'quests bandwidth -1',
    'quests bandwidth',
    `quests trajectory ${HEATING} --previous --first 3`,
    'quests shard nothing',
    `QUESTS_BACKEND=gpu quests entropy ${MIXED}`,
    `QUESTS_SIMD=nothing quests entropy ${MIXED}`,
  ],
};

/** @type {Readonly<Record<string, readonly string[]>>} */
export const RUNS = { ...HELP, ...ENTROPY, ...SETS, ...SIMULATIONS, ...STRUCTURES, ...SHARDS, ...REFUSED };
