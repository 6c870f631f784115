/** What a channel is to one of its processes. `h1` says nothing to a person; who is at the other end does: `pipe 4→3 to worker`. */
import type { Channel, ChannelEnd } from '../model/channels';
import type { Model } from '../model/model';
import type { Process } from '../model/process';
import type { ChannelFacts } from '../protocol/tile';
import { labelOf } from './things';

/** So many others are named: a pool's queue has dozens. */
const named = 3;

export const reads = (end: ChannelEnd): boolean => end.reads > 0 || end.reading;
export const writes = (end: ChannelEnd): boolean => end.writes > 0 || end.writing;

/** @param process from whose side it is told. */
export function channelFacts(model: Model, channel: Channel, process: Process): ChannelFacts {
  const here = channel.ends.find((end) => end.process === process);
  const others = channel.ends.filter((end) => end.process !== process);
  return {
    kind: channel.queue ? 'queue' : channel.kind,
    descriptors: channel.queue ? null : channel.descriptors,
    way: wayOf(here, others),
    others: others.slice(0, named).map((end) => labelOf(model, end.process)),
    more: Math.max(0, others.length - named),
  };
}

/** A process that has made no call yet is told by what the others do. */
function wayOf(here: ChannelEnd | undefined, others: readonly ChannelEnd[]): ChannelFacts['way'] {
  const out = here !== undefined && writes(here);
  const into = here !== undefined && reads(here);
  if (out !== into) return out ? 'to' : 'from';
  if (out || others.length === 0) return 'with';
  const written = others.some(writes);
  return written === others.some(reads) ? 'with' : written ? 'from' : 'to';
}
