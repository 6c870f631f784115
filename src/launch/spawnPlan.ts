/**
 * How the program is started so that it finds the world as it would without us.
 *
 * Node raises the soft limit of open files to the hard one when it starts, and its children inherit that: a program that
 * prints or walks its limit would behave otherwise. Where our parent's limit is lower, a shell puts it back and becomes the
 * program by exec.
 */
import { readFileSync } from 'node:fs';

export interface SpawnPlan {
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * @param program the path found for command[0].
 * @param openFiles the soft limit to put back; null where nothing has to be.
 */
export function spawnPlan(program: string, command: readonly string[], openFiles = formerOpenFiles()): SpawnPlan {
  const args = command.slice(1);
  if (openFiles === null) return { program, args };
  return { program: '/bin/sh', args: ['-c', `ulimit -S -n ${String(openFiles)} 2>/dev/null; exec "$@"`, 'sh', program, ...args] };
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
