/** Where the numbers come from: one core for everything, and the facts a reader needs to compare them with others. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, release } from 'node:os';

/** Pins this process, and so everything it starts, to one core. Says what is missing where that can't be. */
export function pinToOneCore(): string {
  const allowed = coresAllowed();
  const core = allowed.at(-1) ?? 0;
  const done = spawnSync('taskset', ['-acp', String(core), String(process.pid)]);
  return done.status === 0 ? `everything on core ${core}` : 'NOT PINNED: taskset is missing (Debian: apt-get install util-linux)';
}

/** Lets a process, with all its threads, run on these cores. */
export function moveToCores(pid: number, cores: readonly number[]): void {
  spawnSync('taskset', ['-acp', cores.join(','), String(pid)]);
}

export function coresAllowed(): number[] {
  const list = /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return list.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}

export function describeMachine(python: string): string {
  const version = execFileSync(python, ['-c', 'import platform; print(platform.python_implementation(), platform.python_version())'], { encoding: 'utf8' });
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${cpus().length} × ${model}, ${arch()}, Linux ${release()}, ${version.trim()}, Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(2) ?? '?'}`;
}

/** Time of all cores since the machine's start, in ticks, and how much of it others of its host took away (proc_stat(5), steal). */
export function coreTime(): { readonly all: number; readonly stolen: number } {
  // user, nice, system, idle, iowait, irq, softirq, steal; guest time stands in user already.
  const ticks = readFileSync('/proc/stat', 'latin1').split('\n', 1)[0]!.split(/ +/).slice(1, 9).map(Number);
  return { all: ticks.reduce((sum, each) => sum + each, 0), stolen: ticks[7] ?? 0 };
}

export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}
