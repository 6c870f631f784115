/** Every recorded call that can block becomes a row of its thread's waits: which reason, on what. */
import { channelEnds, lockWays } from '../protocol/events';
import { kinds, offsets } from '../protocol/layout';
import type { WaitReason } from '../protocol/report';
import { channelOf, type Channel } from './channels';
import { reveal } from './hidden';
import type { Reading } from './reading';
import type { Thread } from './thread';
import { objectCode, reasonCode, type WaitRow } from './waits';
import type { World } from './world';

interface Blocking {
  readonly reason: WaitReason;
  readonly site: number;
  readonly result: number;
  /** Of a call on a socket. */
  readonly descriptor?: number;
}

/** The same by kind, for there is one for nearly every record. */
interface Call {
  readonly reason: number;
  readonly site: number;
  readonly result: number;
  /** -1: no call on a socket. */
  readonly descriptor: number;
  readonly onChannel: boolean;
}

const calls: readonly (readonly [number, Blocking])[] = [
  [kinds.accept, { reason: 'accept', ...offsets.accept }],
  [kinds.connect, { reason: 'connect', ...offsets.connect }],
  [kinds.receive, { reason: 'receive', ...offsets.receive }],
  [kinds.receiveFrom, { reason: 'receive', ...offsets.receiveFrom }],
  [kinds.send, { reason: 'send', ...offsets.send }],
  [kinds.sendTo, { reason: 'send', ...offsets.sendTo }],
  [kinds.socketWait, { reason: 'receive', ...offsets.socketWait }],
  [kinds.poll, { reason: 'poll', ...offsets.poll }],
  [kinds.sleep, { reason: 'sleep', ...offsets.sleep }],
  [kinds.lock, { reason: 'lock', ...offsets.lock }],
  [kinds.signalWait, { reason: 'signal', ...offsets.signalWait }],
  [kinds.joinThread, { reason: 'join', ...offsets.joinThread }],
  [kinds.waitProcess, { reason: 'waitpid', ...offsets.waitProcess }],
  [kinds.system, { reason: 'waitpid', ...offsets.system }],
  [kinds.channelRead, { reason: 'pipe', ...offsets.channelRead }],
  [kinds.channelWrite, { reason: 'pipe', ...offsets.channelWrite }],
  [kinds.channelWait, { reason: 'queue', ...offsets.channelWait }],
];

const lockReasons = new Map<number, WaitReason>([
  [lockWays.condition, 'condition'],
  [lockWays.semaphore, 'semaphore'],
  [lockWays.event, 'event'],
  [lockWays.queue, 'queue'],
  [lockWays.barrier, 'barrier'],
  [lockWays.processSemaphore, 'semaphore'],
  [lockWays.processCondition, 'condition'],
  [lockWays.processEvent, 'event'],
  [lockWays.future, 'event'],
  [lockWays.queuePut, 'queue'],
  [lockWays.queueJoin, 'queue'],
]);

const onChannels: ReadonlySet<number> = new Set([kinds.channelRead, kinds.channelWrite, kinds.channelWait]);

const table: (Call | null)[] = Array.from({ length: 256 }, () => null);
for (const [kind, { reason, site, result, descriptor }] of calls) {
  const onChannel = onChannels.has(kind);
  table[kind] = { reason: reasonCode[reason], site, result, descriptor: descriptor ?? -1, onChannel };
}
/** By `how` of a lock. */
const reasonOfLock = Uint8Array.from({ length: 256 }, (_, how) => reasonCode[lockReasons.get(how) ?? 'lock']);

const row: WaitRow = { begin: 0, end: 0, reason: 0, objectKind: 0, object: 0, result: 0, holder: 0, endedBy: 0, siteOwner: 0, site: 0 };

/** @returns false where the record is not of a call that can block. */
export function takeBlocking(world: World, thread: Thread, reading: Reading): boolean {
  const call = table[reading.kind] ?? null;
  if (call === null) return false;
  row.begin = reading.time;
  row.end = reading.end;
  row.reason = reading.kind === kinds.lock ? (reasonOfLock[reading.u16(offsets.lock.how)] ?? reasonCode.lock) : call.reason;
  row.result = reading.begins ? 0 : reading.i32(call.result);
  row.holder = row.endedBy = 0;
  row.siteOwner = reading.owner.index;
  row.site = reading.u32(call.site);
  const channel = call.onChannel ? channelOf(world, reading) : null;
  if (channel !== null) onChannel(world, channel, thread, reading);
  else if (call.descriptor >= 0) onSocket(world, thread, reading, reading.u32(call.descriptor));
  else onOther(world, thread, reading);
  thread.waits.push(row);
  return true;
}

function on(kind: number, object: number): void {
  row.objectKind = kind;
  row.object = object;
}

/** Whoever wrote while a reader waited has ended the wait. */
function onChannel(world: World, channel: Channel, thread: Thread, reading: Reading): void {
  channel.end(world, thread.process); // Also where the call fails, or never returns.
  on(objectCode.channel, channel.number);
  const waits = reading.kind === kinds.channelWait;
  if (reading.begins) {
    thread.hints = waits ? reading.u16(offsets.channelWait.hints) : 0;
    return;
  }
  const reads = waits ? reading.u16(offsets.channelWait.how) === channelEnds.reading : reading.kind === kinds.channelRead;
  const { lastWriter, lastWriteNs } = channel;
  if (reads && row.result > 0 && lastWriter !== null && lastWriter !== thread && lastWriteNs > row.begin) row.endedBy = lastWriter.number;
}

/** The socket that the descriptor led to when the call began. */
function onSocket(world: World, thread: Thread, reading: Reading, descriptor: number): void {
  const socket = thread.process.descriptors.at(descriptor, reading.time);
  const listener = socket?.listener ?? null;
  const connection = socket?.connection ?? null;
  if (listener !== null) {
    on(objectCode.listener, listener.number);
    if (reading.kind === kinds.accept) listener.acceptors.add(thread);
    if (!listener.owners.has(thread.process)) {
      listener.owners.add(thread.process);
      world.changed.add(listener);
    }
  } else if (connection !== null) {
    on(objectCode.connection, connection.number);
    connection.calledFrom(thread, reading.owner, row.site);
    world.changed.add(connection);
  } else on(objectCode.descriptor, descriptor);
}

function onOther(world: World, thread: Thread, reading: Reading): void {
  on(objectCode.none, 0);
  switch (reading.kind) {
    case kinds.poll:
      on(objectCode.pollSet, reading.u32(offsets.poll.registered));
      return;
    case kinds.lock:
      on(objectCode.lock, 0);
      world.locks.takeWait(world, thread, reading, row);
      return;
    case kinds.joinThread: {
      if (reading.begins) thread.hints = reading.u16(offsets.joinThread.hints);
      const joined = thread.process.thread(reading.u32(offsets.joinThread.thread));
      if (joined !== null && joined.hidden === null) on(objectCode.thread, joined.number);
      return;
    }
    case kinds.waitProcess: {
      const result = reading.begins ? 0 : reading.i32(offsets.waitProcess.result);
      const pid = result > 0 ? result : reading.i32(offsets.waitProcess.target);
      const child = pid > 0 ? world.process(pid) : null;
      if (child !== null) reveal(world, child);
      if (child !== null && child.hidden === null) on(objectCode.process, child.number);
      return;
    }
  }
}
