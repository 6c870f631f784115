/** The rows of a traced run by what a debugger knows of them: a process by its pid, a thread by the kernel's id. */
import type { ProcessRow, ThreadRow } from '../../protocol/rows';
import type { Run } from '../run';
import type { TracedThread } from './threads';

/** The process of this pid: a living one before one that has ended, of those the last. */
export function processRow(run: Run, pid: number): ProcessRow | undefined {
  let found: ProcessRow | undefined;
  for (const row of run.rows.all()) {
    if (row.kind !== 'process' || row.pid !== pid) continue;
    if (found?.endNs !== null) found = row;
  }
  return found;
}

export function threadRows(run: Run, process: ProcessRow): ThreadRow[] {
  return run.rows.childrenOf(process.id).filter((row): row is ThreadRow => row.kind === 'thread');
}

export function threadRow(run: Run, pid: number, tid: number): ThreadRow | undefined {
  const process = processRow(run, pid);
  return process === undefined ? undefined : threadRows(run, process).filter((row) => row.tid === tid).at(-1);
}

/** The threads of a process with the names that Python gives them. */
export function tracedThreads(run: Run, pid: number): TracedThread[] {
  const process = processRow(run, pid);
  if (process === undefined) return [];
  return threadRows(run, process).map(({ tid, label, main, endNs }) => ({ tid, name: label, main, alive: endNs === null }));
}
