/** Channels, as the report shows them. */
import type { Channel, ChannelEnd } from '../model/channels';
import type { Model } from '../model/model';
import type { ReportChannel } from '../protocol/report';

/** Those that somebody is known to have used, or to have been started with. */
export function reportChannels(model: Model): ReportChannel[] {
  return model.channels.filter((channel) => channel.ends.length > 0).map(reportChannel);
}

function reportChannel({ id, kind, ends }: Channel): ReportChannel {
  return { id, kind, ends: ends.map(reportEnd) };
}

/** Where its calls need not be seen, none seen says nothing. */
function reportEnd({ process, reads, writes, bytesIn, bytesOut, reading, writing }: ChannelEnd): ReportChannel['ends'][number] {
  const readsUnseen = reading && reads === 0;
  const writesUnseen = writing && writes === 0;
  return {
    process: process.id,
    reads: readsUnseen ? null : reads,
    writes: writesUnseen ? null : writes,
    bytesIn: readsUnseen ? null : bytesIn,
    bytesOut: writesUnseen ? null : bytesOut,
  };
}
