/** Signals: who sends them to whom, and where handlers ran. */
import { offsets } from '../protocol/layout';
import { signalName } from './exitStatus';
import { reveal } from './hidden';
import type { Process } from './process';
import type { Reading } from './reading';
import type { Reference } from './references';
import type { Thread } from './thread';
import type { World } from './world';

/** A handler of the program's that ran. Times are ns from the recording's base. */
export interface HandledSignal {
  readonly signal: number;
  readonly beginNs: number;
  /** Null where it has not returned: it ended its process, or was cut off. */
  endNs: number | null;
  /** Where the handler's code begins. */
  readonly handler: Reference | null;
}

/**
 * A signal was sent: to a process, to a thread of the sender's own, or to every process of a group (0: the sender's). Signal 0 only
 * asks; -1 is everybody whom the sender may signal, of whom nobody knows who they are.
 */
export function takeKill(world: World, sender: Thread, reading: Reading): void {
  const at = offsets.kill;
  const target = reading.i32(at.target);
  if (reading.i32(at.result) < 0 || reading.u32(at.signal) === 0 || target === -1) return;
  if (target > 0) {
    const thread = sender.process.thread(target);
    const to = thread !== null && !thread.main ? thread : world.process(target);
    if (to !== null) reveal(world, to);
    if (to !== null && to.hidden === null) sent(world, sender, reading, to);
    return;
  }
  const group = target === 0 ? sender.process.group : -target;
  if (group === null) return;
  for (const member of world.processes) if (member.alive && member.group === group) sent(world, sender, reading, member);
}

function sent(world: World, sender: Thread, reading: Reading, to: Process | Thread): void {
  // It was collected: who has its number now is none of ours.
  if (to.kind === 'process' && to.reapedNs !== null && to.reapedNs < reading.time) return;
  world.arrow('signal', sender, to, reading.time, reading.reference(offsets.kill.site));
  const process = to.kind === 'thread' ? to.process : to;
  if (process.alive) process.signals.set(signalName(reading.u32(offsets.kill.signal)), sender);
}

/** Told by a process of itself or of a child, or seen by the observer. */
export function takeProcessGroup(world: World, reading: Reading): void {
  const process = world.process(reading.u32(offsets.processGroup.process));
  if (process?.alive === true) process.group = reading.u32(offsets.processGroup.group);
}

export function takeSignalHandled(world: World, thread: Thread, reading: Reading): void {
  const open = thread.signals.find((each) => each.endNs === null && each.beginNs === reading.time);
  if (open !== undefined) open.endNs = reading.end;
  else {
    thread.signals.push({
      signal: reading.u32(offsets.signalHandled.signal), beginNs: reading.time, endNs: reading.begins ? null : reading.end,
      handler: reading.reference(offsets.signalHandled.site),
    });
  }
  world.changed.add(thread);
}
