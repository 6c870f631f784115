/**
 * Everything the harness starts must be gone when it ends, and nothing else may be touched.
 *
 * A VS Code server forks extension hosts and a terminal host; terminals start sessions of their own; a traced
 * server may outlive its shell and be adopted by init. So a tree is found in two ways: by parent links, and by a
 * marker in the environment that every descendant inherits.
 */
import { execFileSync, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { statFields } from '../../src/base/procStat';

/** The environment variable whose value marks all processes of one run. */
export const RUN_MARKER = 'FORKSCOPE_TEST_RUN';

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  /** Kernel start time: with the pid it names one process for ever. Empty where the system does not tell. */
  readonly started: string;
}

/** Resolves after `milliseconds`. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Settles like `work`, or rejects with `message` when that takes longer than `milliseconds`. */
export async function within<T>(work: Promise<T>, milliseconds: number, message: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(message)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A TCP port on 127.0.0.1 that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/** The start time of a process, or undefined when there is no such process (a zombie counts as gone). */
export function startTime(pid: number): string | undefined {
  if (process.platform !== 'linux') {
    try {
      process.kill(pid, 0);
      return '';
    } catch {
      return undefined;
    }
  }
  const fields = fieldsOf(pid);
  return fields === undefined || fields[0] === 'Z' ? undefined : fields[19];
}

/**
 * Ends the tree that grew from `root`, and every process whose environment holds `marker`: first politely, then,
 * after `patience` milliseconds, with SIGKILL.
 */
export async function stopTree(root: ChildProcess, marker: string, patience = 3000): Promise<void> {
  const doomed = new Map<number, string>();
  const collect = (): void => {
    for (const row of [...descendants(root.pid), ...marked(marker)]) {
      doomed.set(row.pid, row.started);
    }
  };
  const living = (): number[] => [...doomed].filter(([pid, started]) => startTime(pid) === started).map(([pid]) => pid);

  collect();
  signalAll(living(), 'SIGTERM');
  const deadline = Date.now() + patience;
  while (living().length > 0 && Date.now() < deadline) {
    await sleep(50);
  }
  collect();
  signalAll(living(), 'SIGKILL');
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself in between.
    }
  }
}

function descendants(root: number | undefined): ProcessRow[] {
  if (root === undefined) {
    return [];
  }
  const rows = allProcesses();
  const found = rows.filter((row) => row.pid === root);
  for (const parent of found) {
    // The loop goes on through what it adds.
    found.push(...rows.filter((row) => row.parent === parent.pid));
  }
  return found;
}

function marked(marker: string): ProcessRow[] {
  if (process.platform !== 'linux') {
    return [];
  }
  const wanted = `${RUN_MARKER}=${marker}`;
  return allProcesses().filter((row) => {
    try {
      return row.pid !== process.pid && readFileSync(`/proc/${row.pid}/environ`, 'latin1').split('\0').includes(wanted);
    } catch {
      return false; // Ended, or another user's.
    }
  });
}

function allProcesses(): ProcessRow[] {
  if (process.platform !== 'linux') {
    const listing = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
    return listing.trim().split('\n').map((line) => {
      const [pid, parent] = line.trim().split(/\s+/).map(Number);
      return { pid: pid ?? 0, parent: parent ?? 0, started: '' };
    });
  }
  const rows: ProcessRow[] = [];
  for (const name of readdirSync('/proc')) {
    const fields = /^\d+$/.test(name) ? fieldsOf(Number(name)) : undefined;
    if (fields !== undefined) {
      rows.push({ pid: Number(name), parent: Number(fields[1]), started: fields[19] ?? '' });
    }
  }
  return rows;
}

/** The fields of /proc/PID/stat from the state on; undefined where there is no such process. */
function fieldsOf(pid: number): string[] | undefined {
  try {
    return statFields(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return undefined;
  }
}
