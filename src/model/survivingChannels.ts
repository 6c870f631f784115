/** Which records of pipes and FIFOs have to be kept: those of channels whose ends may still be used. */
import { kinds, offsets } from '../protocol/layout';
import type { Reading } from './reading';
import type { Entry } from './survivorThings';

interface ChannelLife {
  readonly entries: Entry[];
  /** Processes that were started with an end of it. */
  readonly given: Set<number>;
}

/** Nobody tells when a pipe is closed, so of those that may be open the youngest are kept. */
const mostChannels = 1024;

export class SurvivingChannels {
  private readonly byInode = new Map<string, ChannelLife>();

  /** @param lives whether a process of this pid is there. */
  constructor(private readonly lives: (pid: number) => boolean) {}

  take(reading: Reading, entry: Entry): void {
    const given = reading.kind === kinds.channelGiven;
    const inode = reading.hex(given ? offsets.channelGiven.inode : offsets.channel.inode);
    const known = this.byInode.get(inode);
    const channel = known ?? { entries: [], given: new Set<number>() };
    if (known === undefined) this.byInode.set(inode, channel);
    channel.entries.push(entry);
    if (given) channel.given.add(reading.u32(offsets.channelGiven.process));
    if (this.byInode.size > 2 * mostChannels) this.tidy();
  }

  living(): Entry[] {
    this.tidy();
    return [...this.byInode.values()].flatMap(({ entries }) => entries);
  }

  /** A pipe to a child that is gone has served, and so has one whose maker is gone. */
  private tidy(): void {
    for (const [inode, { entries, given }] of this.byInode) {
      const maker = entries[0]!.owner.process;
      if (!this.lives(maker) || ([...given].some((pid) => pid !== maker) && ![...given].some((pid) => pid !== maker && this.lives(pid)))) this.byInode.delete(inode);
    }
    for (const inode of this.byInode.keys()) {
      if (this.byInode.size <= mostChannels) return;
      this.byInode.delete(inode);
    }
  }
}
