/**
 * How the program is started so that it finds the world as it would without us.
 *
 * Node changes two things that its children inherit: it raises the soft limit of open files to the hard one, and it
 * sets all signals to their default, also those that nohup or a background shell had ignored. Where either matters, a
 * shell puts it back and becomes the program by exec.
 */
import { readFileSync } from 'node:fs';
import { ignoredSignals } from './signals';

export interface SpawnPlan {
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * @param program the path found for command[0].
 * @param ignored signal numbers, from `ignoredSignals` before any handler was set.
 */
export function spawnPlan(program: string, command: readonly string[], ignored = ignoredSignals(), openFiles = formerOpenFiles()): SpawnPlan {
  const steps: string[] = [];
  if (openFiles !== null) steps.push(`ulimit -S -n ${String(openFiles)} 2>/dev/null`);
  if (ignored.length > 0) steps.push(`trap '' ${ignored.join(' ')}`);
  const args = command.slice(1);
  if (steps.length === 0) return { program, args };
  return { program: '/bin/sh', args: ['-c', `${steps.join('; ')}; exec "$@"`, 'sh', program, ...args] };
}

/** The soft limit that our parent has, where Node has raised ours above it; else null. */
function formerOpenFiles(): number | null {
  const own = softOpenFiles('self');
  const parent = softOpenFiles(process.ppid);
  return own !== null && parent !== null && parent < own ? parent : null;
}

function softOpenFiles(pid: number | 'self'): number | null {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${String(pid)}/limits`, 'latin1'))?.[1];
    return limit === undefined ? null : Number(limit);
  } catch {
    return null;
  }
}
