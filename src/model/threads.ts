/** How threads begin, end and are joined. A thread's start is told by its starter and by itself, in either order. */
import { offsets } from '../protocol/layout';
import { endThread } from './ends';
import { hide, reveal } from './hidden';
import type { Process } from './process';
import type { Reading } from './reading';
import type { Thread } from './thread';
import type { World } from './world';

/** A thread's first words. */
export function takeThreadBegin(world: World, process: Process, reading: Reading): Thread {
  const at = offsets.threadBegin;
  const tid = reading.owner.thread;
  const known = process.thread(tid);
  const thread = known !== null && known.endNs === null && !known.begun ? known : world.newThread(process, tid, reading.key);
  if (tid === process.pid) process.main ??= thread;
  reveal(world, thread);
  thread.begun = true;
  thread.name = reading.reference(at.name) ?? thread.name;
  thread.nameSeen = false;
  thread.target = reading.reference(at.target);
  thread.daemon = reading.u16(at.daemon) !== 0;
  thread.startedAt = reading.reference(at.site) ?? thread.startedAt;
  startedBy(world, thread, process.thread(reading.u32(at.startedBy)));
  return thread;
}

/** The first words of a debugger's thread. */
export function takeDebuggersThread(world: World, process: Process, reading: Reading): Thread {
  const tid = reading.owner.thread;
  const known = process.thread(tid);
  const seen = known !== null && known.endNs === null && !known.begun;
  if (seen) hide(world, known);
  const thread = seen && known.hidden !== null ? known : world.newThread(process, tid, reading.key, 'debugger');
  thread.begun = true;
  return thread;
}

/** Thread.start returned in the starter. */
export function takeThreadStart(world: World, starter: Thread, reading: Reading): void {
  const tid = reading.u32(offsets.threadStart.thread);
  if (reading.begins || tid === 0 || reading.i32(offsets.threadStart.result) < 0) return;
  const known = starter.process.thread(tid);
  const thread = known !== null && known.startNs >= reading.time ? known : world.newThread(starter.process, tid, reading.key);
  reveal(world, thread);
  thread.startedAt ??= reading.reference(offsets.threadStart.site);
  thread.startTookNs = reading.end - reading.time;
  startedBy(world, thread, starter);
}

/** How long the thread has run, as it says itself. */
export function takeThreadCost(thread: Thread, reading: Reading): void {
  thread.samples.tell(reading.key, reading.u64(offsets.threadCost.run));
}

export function takeThreadEnd(world: World, thread: Thread, reading: Reading): void {
  thread.ended = true;
  endThread(world, thread, reading.key);
}

/** Thread.join returned. */
export function takeJoin(world: World, joiner: Thread, reading: Reading): void {
  const thread = joiner.process.thread(reading.u32(offsets.joinThread.thread));
  if (thread === null || thread === joiner || reading.i32(offsets.joinThread.result) !== 1 || thread.joinedBy !== null) return;
  thread.joinedBy = joiner;
  world.arrow('join', thread, joiner, reading.end);
  world.changed.add(thread);
}

function startedBy(world: World, thread: Thread, starter: Thread | null): void {
  if (thread.startedBy !== null || starter === null || starter === thread || thread.main) return;
  thread.startedBy = starter;
  world.arrow('thread', starter, thread, thread.startNs);
}
