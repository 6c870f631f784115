/** Signals: who sends them to whom, and where handlers ran. */
import { offsets } from '../protocol/layout';
import { signalName } from './exitStatus';
import type { Reading } from './reading';
import type { Reference } from './references';
import type { Thread } from './thread';
import type { World } from './world';

/** A handler of the program's that ran. Times are ns from the recording's base. */
export interface HandledSignal {
  readonly signal: number;
  readonly beginNs: number;
  readonly endNs: number;
  /** Where the handler's code begins. */
  readonly handler: Reference | null;
}

/**
 * A signal was sent: to a process, or to a thread of the sender's own. Signal 0 only asks, and a negative target is a group,
 * of which nobody knows the members.
 */
export function takeKill(world: World, sender: Thread, reading: Reading): void {
  const at = offsets.kill;
  const target = reading.i32(at.target);
  if (reading.i32(at.result) < 0 || reading.u32(at.signal) === 0 || target <= 0) return;
  const thread = sender.process.thread(target);
  const to = thread !== null && !thread.main ? thread : world.process(target);
  if (to === null) return;
  world.arrow('signal', sender, to, reading.time, reading.reference(at.site));
  const process = to.kind === 'thread' ? to.process : to;
  if (process.alive) process.signals.set(signalName(reading.u32(at.signal)), sender);
}

export function takeSignalHandled(world: World, thread: Thread, reading: Reading): void {
  const at = offsets.signalHandled;
  thread.signals.push({
    signal: reading.u32(at.signal), beginNs: reading.time, endNs: reading.end, handler: reading.reference(at.site),
  });
  world.changed.add(thread);
}
