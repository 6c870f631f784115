/** What a test machine lacks: on Debian as root it is installed, anywhere else the error says in one line what to do. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The path of a command. Installs Debian's `packages` when it is not there and we may. */
export function ensureCommand(name: string, packages: readonly string[]): string {
  const found = findCommand(name);
  if (found !== undefined) return found;
  if (mayInstall()) {
    installPackages(packages);
    const installed = findCommand(name);
    if (installed !== undefined) return installed;
  }
  throw new Error(`${name} was not found: install it (Debian: apt-get install ${packages.join(' ')}).`);
}

export function findCommand(name: string): string | undefined {
  return (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)).find(isExecutable);
}

export function mayInstall(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/etc/debian_version');
}

export function installPackages(packages: readonly string[]): void {
  console.log(`[apt] installing ${packages.join(' ')}`);
  apt(['update'], packages);
  apt(['install', '-y', '--no-install-recommends', ...packages], packages);
}

/** One at a time: steps that go on beside each other may lack the same, and apt-get does not wait for another one that reads its lists. */
function apt(command: readonly string[], packages: readonly string[]): void {
  const done = spawnSync('flock', [join(tmpdir(), 'forkscope-apt.lock'), 'apt-get', '-q', ...command], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (done.status !== 0) {
    const reason = (done.error?.message ?? done.stderr).trim().split('\n').at(-1) ?? '';
    throw new Error(`apt-get ${command.join(' ')} failed (${reason}): install ${packages.join(' ')} by hand.`);
  }
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
