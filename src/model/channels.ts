/**
 * Channels: what processes talk through beside connections. A pipe, a FIFO, or a pair of sockets without a name.
 *
 *     p1 ──write──► [ h1: pipe ] ──read──► p2
 *
 * The kernel's inode says in every process which channel a descriptor leads to. Whether a forked process that holds a copy of an
 * end will ever use it nobody knows: it belongs to a channel from its first call on it, or from when it was started with it.
 */
import { channelEnds, channelWays } from '../protocol/events';
import { kinds, offsets } from '../protocol/layout';
import type { Process } from './process';
import type { Reading } from './reading';
import type { Thread } from './thread';
import type { World } from './world';

export type ChannelKind = 'pipe' | 'socketpair' | 'fifo';

/** What one process does with a channel. */
export interface ChannelEnd {
  readonly process: Process;
  reads: number;
  writes: number;
  bytesIn: number;
  bytesOut: number;
  /** It has an end as a standard file or a file object, where its calls need not be seen. */
  reading: boolean;
  writing: boolean;
}

export class Channel {
  /** See `Changes`. */
  changedIn = 0;
  readonly id: string;
  /** In the order of their first use. */
  readonly ends: ChannelEnd[] = [];
  /** The pipe inside one of multiprocessing's queues: known from the first get or put on. */
  queue = false;
  /** As the process that made it has them; null where it was found. */
  descriptors: { readonly writing: number; readonly reading: number } | null = null;
  /** The last write that has begun. */
  lastWriter: Thread | null = null;
  lastWriteNs = NaN;

  /** @param startNs when it was first told of; ns from the recording's base. */
  constructor(
    readonly number: number,
    readonly kind: ChannelKind,
    readonly startNs: number,
    /** A process of the run made it: whoever has an end of it belongs to the run. */
    readonly made: boolean,
  ) {
    this.id = `h${String(number)}`;
  }

  end(world: World, process: Process): ChannelEnd {
    const known = this.ends.find((end) => end.process === process);
    if (known !== undefined) return known;
    const end: ChannelEnd = { process, reads: 0, writes: 0, bytesIn: 0, bytesOut: 0, reading: false, writing: false };
    this.ends.push(end);
    for (const each of this.ends) world.changed.add(each.process);
    return end;
  }
}

/** A wait at least this long was ended by whoever wrote meanwhile. */
const waitedNs = 1e6;

const kindOf: Readonly<Record<number, ChannelKind>> = {
  [channelWays.pipe]: 'pipe',
  [channelWays.foundPipe]: 'pipe',
  [channelWays.foundFifo]: 'fifo',
};

/** A process tells of a channel: one that it made, or found among its descriptors. */
export function takeChannel(world: World, reading: Reading): void {
  const at = offsets.channel;
  const how = reading.u16(at.how);
  const inode = reading.hex(at.inode);
  // A made one is new, whatever its inode was given to before; a found one need not be.
  if (how !== channelWays.pipe && world.channelByInode.has(inode)) return;
  const channel = world.newChannel(kindOf[how] ?? 'pipe', reading.key, how === channelWays.pipe);
  world.channelByInode.set(inode, channel);
  if (how === channelWays.pipe) channel.descriptors = { writing: reading.u32(at.writing), reading: reading.u32(at.reading) };
}

/** A process was given an end of a channel. */
export function takeChannelGiven(world: World, reading: Reading): void {
  const at = offsets.channelGiven;
  const channel = world.channelByInode.get(reading.hex(at.inode));
  const process = world.process(reading.u32(at.process));
  if (channel === undefined || process?.hidden !== null) return;
  const end = channel.end(world, process);
  if (reading.u16(at.how) === channelEnds.reading) end.reading = true;
  else end.writing = true;
  world.changed.add(channel);
}

/** The channel that a channelRead, channelWrite or channelWait is about; null where the inode is no channel's. */
export function channelOf(world: World, reading: Reading): Channel | null {
  const channel = world.channelByInode.get(reading.hex(offsets.channelRead.inode)) ?? null;
  // Only multiprocessing's queues wait so.
  if (channel !== null && !channel.queue && reading.kind === kinds.channelWait) {
    channel.queue = true;
    world.changed.add(channel);
  }
  return channel;
}

/** A call on a channel begins: a writer is known before its bytes can wake anybody. */
export function beginTransfer(channel: Channel, thread: Thread, ns: number): void {
  channel.lastWriter = thread;
  channel.lastWriteNs = ns;
}

/** Bytes went into a channel or came out of it. @param result a count, or minus errno. */
export function transferred(world: World, channel: Channel, thread: Thread, reading: Reading, result: number, receives: boolean): void {
  if (result < 0) return;
  world.changed.add(channel);
  const end = channel.end(world, thread.process);
  if (!receives) {
    end.writes++;
    end.bytesOut += result;
    return;
  }
  end.reads++;
  end.bytesIn += result;
  const { lastWriter, lastWriteNs } = channel;
  const woken = lastWriter !== null && lastWriter !== thread && reading.end - reading.time >= waitedNs && lastWriteNs > reading.time;
  if (woken && result > 0) world.arrow('unblock', lastWriter, thread, reading.end);
}

/** Whether the record is of os.read and not of os.write. */
export function isRead(reading: Reading): boolean {
  return reading.kind === kinds.channelRead;
}
