// npm run test:cluster: installs Slurm where it is missing, starts it on this machine alone, and
// runs the tests that need it. As root, on Debian and its like; the daemons and all their files are
// gone afterwards.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, hostname, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { everything } from './build/everything.mjs';
import { program } from './build/packages.mjs';
import { Missing, run, script, stage } from './build/stage.mjs';

const PACKAGES = ['slurm-wlm', 'munge'];
const DAEMONS = ['munged', 'slurmctld', 'slurmd'];
const running = [];

await script(async () => {
  if (process.getuid?.() !== 0) throw new Missing('npm run test:cluster starts Slurm, which takes root');
  await everything();
  await packages();
  const folder = mkdtempSync(join(tmpdir(), 'quests-slurm-'));
  try {
    await stage('Slurm', () => start(folder));
    const env = { ...process.env, SLURM_CONF: join(folder, 'slurm.conf') };
    const vitest = program('vitest', 'vitest');
    const args = [vitest, 'run', '--config', 'test/cluster/vitest.config.ts', ...process.argv.slice(2)];
    process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit', env }).status ?? 1;
  } finally {
    await stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});

async function packages() {
  const missing = DAEMONS.some((name) => !existsSync(join('/usr/sbin', name)));
  if (!missing) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await stage('Slurm packages', async () => {
    await run('apt-get', ['update', '-q'], { env });
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...PACKAGES], { env });
  });
}

async function start(folder) {
  const munge = join(folder, 'munge');
  // Whoever runs the daemons must be able to pass through, and no one else may write.
  execFileSync('chmod', ['755', folder]);
  for (const name of ['munge', 'state', 'spool']) mkdirSync(join(folder, name), { mode: 0o755 });
  writeFileSync(join(munge, 'key'), randomBytes(1024), { mode: 0o600 });
  writeFileSync(join(folder, 'slurm.conf'), settings(folder, await freePorts(2)));
  const files = [
    `--key-file=${join(munge, 'key')}`,
    `--socket=${join(munge, 'socket')}`,
    `--pid-file=${join(munge, 'pid')}`,
    `--seed-file=${join(munge, 'seed')}`,
  ];
  const env = { ...process.env, SLURM_CONF: join(folder, 'slurm.conf') };
  daemon('munged', ['--foreground', '--force', ...files], env, folder);
  await until(() => existsSync(join(munge, 'socket')));
  daemon('slurmctld', ['-D'], env, folder);
  daemon('slurmd', ['-D'], env, folder);
  for (let tries = 0; ; tries++) {
    const state = await run('sinfo', ['-h', '-o', '%T'], { env }).catch(() => '');
    if (state.trim() === 'idle') return;
    if (tries === 60) throw new Missing(`Slurm does not start: ${state}\n${logs(folder)}`);
    await sleep(500);
  }
}

/** One node, this machine; ports that are free, beside a Slurm that may be there. */
function settings(folder, ports) {
  const host = hostname().split('.')[0];
  return `ClusterName=quests
SlurmctldHost=${host}
AuthType=auth/munge
AuthInfo=socket=${join(folder, 'munge/socket')}
SlurmUser=root
SlurmdUser=root
SlurmctldPort=${ports[0]}
SlurmdPort=${ports[1]}
StateSaveLocation=${join(folder, 'state')}
SlurmdSpoolDir=${join(folder, 'spool')}
SlurmctldPidFile=${join(folder, 'slurmctld.pid')}
SlurmdPidFile=${join(folder, 'slurmd.pid')}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MailProg=/bin/true
KillWait=2
MaxArraySize=1001
NodeName=${host} CPUs=${availableParallelism()} RealMemory=${Math.floor(totalmem() / 2 ** 20)} State=UNKNOWN
PartitionName=cpu Nodes=${host} Default=YES MaxTime=INFINITE State=UP
`;
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => server.address().port);
  for (const server of servers) server.close();
  return ports;
}

function logs(folder) {
  const read = (name) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '');
  return DAEMONS.map((name) => read(`${name}.log`)).join('\n');
}

/** Starts a daemon in the foreground: it ends with us. */
function daemon(name, args, env, folder) {
  const log = openSync(join(folder, `${name}.log`), 'a');
  const child = spawn(join('/usr/sbin', name), args, { env, stdio: ['ignore', log, log] });
  closeSync(log);
  running.push(child);
}

/** Ends the daemons, the last first. */
async function stop() {
  for (const child of running.reverse()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = new Promise((resolve) => child.on('exit', resolve));
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(5000)]);
    child.kill('SIGKILL');
  }
}

async function until(holds) {
  for (let tries = 0; tries < 100 && !holds(); tries++) await sleep(50);
}
