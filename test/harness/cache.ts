/**
 * A test machine fills its cache once, slowly. Two test runs may do so at once, and either may be killed half-way:
 * the folder must be either whole or absent, and a lock whose owner died must not block anybody.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { sleep, startTime } from './processes';

/** Where downloaded editors live: `FORKSCOPE_TEST_CACHE`, or a folder in the user's cache. */
export function cacheRoot(): string {
  const { FORKSCOPE_TEST_CACHE: chosen = '', XDG_CACHE_HOME: userCache = '' } = process.env;
  if (chosen !== '') {
    return chosen;
  }
  return join(userCache === '' ? join(homedir(), '.cache') : userCache, 'forkscope-test');
}

/** Runs `work` while no other process holds the lock folder `path`. */
export async function withLock<T>(path: string, waiting: (owner: string) => void, work: () => Promise<T>): Promise<T> {
  let told = false;
  while (!take(path)) {
    const owner = deadOwner(path);
    if (owner === undefined) {
      if (!told) {
        waiting(readOwner(path)?.split(' ')[0] ?? 'unknown');
        told = true;
      }
      await sleep(500);
      continue;
    }
    // Move it away first: of two waiters only one can move it, so neither removes the other's fresh lock.
    const grave = `${path}.dead-${process.pid}-${Date.now()}`;
    try {
      renameSync(path, grave);
      rmSync(grave, { recursive: true, force: true });
    } catch {
      // The other waiter was faster.
    }
  }
  try {
    return await work();
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

function take(path: string): boolean {
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw error;
  }
  writeFileSync(join(path, 'owner'), `${process.pid} ${startTime(process.pid) ?? ''}`);
  return true;
}

/** The lock's owner when that owner is certainly gone. */
function deadOwner(path: string): string | undefined {
  const owner = readOwner(path);
  if (owner === undefined) {
    // Made, but not signed: its maker has a moment to sign, unless the lock has been given back.
    try {
      return Date.now() - statSync(path).mtimeMs > 10_000 ? 'unsigned' : undefined;
    } catch {
      return undefined;
    }
  }
  const [pid, started] = owner.split(' ');
  return startTime(Number(pid)) === started ? undefined : owner;
}

function readOwner(path: string): string | undefined {
  try {
    const text = readFileSync(join(path, 'owner'), 'utf8');
    return text === '' ? undefined : text;
  } catch {
    return undefined;
  }
}
