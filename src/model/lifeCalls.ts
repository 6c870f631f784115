/** The calls that end processes and collect them: exit, waitpid, os.system. */
import { offsets } from '../protocol/layout';
import { end, reap, setExit, setWaitStatus } from './ends';
import { isEnd } from './exitStatus';
import { reveal } from './hidden';
import type { Process } from './process';
import type { Reading } from './reading';
import type { Thread } from './thread';
import type { World } from './world';

/** A wait at least this long waited for its child where nobody knows when the child ended. */
const waitedNs = 1e6;

/** Last words. They are written a little before the end; what still comes after them counts. */
export function takeExit(world: World, thread: Thread, reading: Reading): void {
  const { process } = thread;
  const status = reading.i32(offsets.exit.status);
  if (status >= 0) setExit(process, { code: status & 0xff, signal: null }, false);
  end(world, process, reading.key, 'exit');
}

/** waitpid and its like returned. */
export function takeWaitProcess(world: World, thread: Thread, reading: Reading): void {
  const pid = reading.i32(offsets.waitProcess.result);
  const status = reading.i32(offsets.waitProcess.status);
  if (pid <= 0 || (status !== -1 && !isEnd(status))) return;
  const child = world.process(pid);
  if (child?.reapedNs !== null) return;
  reveal(world, child);
  if (child.hidden !== null) return;
  const waited = wasAwaited(child, reading);
  setWaitStatus(child, status);
  reap(world, child, reading.end, reading.time, thread);
  child.reapedAt = reading.reference(offsets.waitProcess.site);
  world.arrow('reap', child, thread, reading.end, child.reapedAt);
  if (waited && reading.i32(offsets.waitProcess.target) === pid) world.arrow('join', child, thread, reading.end);
}

/** Whether the caller waited for this child's end, and did not just collect it. */
function wasAwaited(child: Process, reading: Reading): boolean {
  return child.endNs === null ? reading.end - reading.time >= waitedNs : reading.time < child.endNs;
}

/**
 * os.system returned. Its shell's pid is not told, but an observer may have seen it: the one child that began during the call and that
 * no other call made. Where there are two, nobody knows which.
 */
export function takeSystem(world: World, thread: Thread, reading: Reading): void {
  const status = reading.i32(offsets.system.result);
  const [shell, ...others] = thread.process.children.filter(
    (child) => child.startNs >= reading.time && child.startNs <= reading.end && child.bornBy === null && !child.reported,
  );
  if (shell === undefined || others.length > 0 || status < 0) return;
  shell.bornBy = thread;
  shell.bornAt = reading.reference(offsets.system.site);
  world.arrow('fork', thread, shell, shell.startNs);
  setWaitStatus(shell, status);
  reap(world, shell, reading.end, reading.time, thread);
  shell.reapedBy = thread;
  shell.zombieNs = 0;
  shell.reapedAt = shell.bornAt;
  world.arrow('reap', shell, thread, reading.end, shell.reapedAt);
}
