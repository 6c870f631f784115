/**
 * Edges of the process tree: which processes talk, through what, and how much went each way. All that two processes have
 * between them is one edge:
 *
 *     p1 ──pipe h1──► p2
 *     p1 ◄─queue h2── p2      =  p1 ◄──► p2: 1 pipe, 1 queue, 1 connection; bytes forth and back
 *     p1 ──c1 … c2─── p2
 *
 * A channel that several write and several read joins each writer to each reader, but who got whose bytes nobody knows.
 * A live run changes a few channels out of thousands between two looks: what each added is kept, taken off and added anew.
 */
import type { Channel, ChannelEnd } from '../model/channels';
import type { Connection } from '../model/connection';
import type { Model } from '../model/model';
import type { Process } from '../model/process';
import type { EdgeFlow, ProcessEdge } from '../protocol/rows';
import { reads, writes } from './channelFacts';

/** Processes of one channel that are joined with one another: a queue of hundreds would have as many edges squared. */
const mostEnds = 64;

type Counted = 'pipes' | 'fifos' | 'queues' | 'socketPairs' | 'connections';

/** What one channel or connection adds to the edge of two processes. */
interface Share {
  readonly edge: Sum;
  readonly counted: Counted;
  readonly forth: EdgeFlow | null;
  readonly back: EdgeFlow | null;
}

interface Flow {
  /** Channels and connections that bytes go through this way. */
  ways: number;
  unclear: number;
  writes: number;
  bytes: number;
}

interface Sum extends Record<Counted, number> {
  readonly from: Process;
  readonly to: Process;
  readonly forth: Flow;
  readonly back: Flow;
}

export class EdgeTracker {
  private readonly sums = new Map<string, Sum>();
  private readonly shares = new Map<string, readonly Share[]>();

  /** The edges that are new or changed since the last call, and those that are none any more. @param another it is of another model. */
  update(model: Model, another: boolean): ProcessEdge[] {
    const touched = new Set<Sum>();
    if (another) return this.anew(model, touched);
    for (const thing of model.changed) {
      if (thing.kind === 'connection') this.connection(thing, touched);
      else if (thing.kind === 'pipe' || thing.kind === 'fifo' || thing.kind === 'socketpair') this.channel(thing, touched);
    }
    return [...touched].map(edgeOf);
  }

  private anew(model: Model, touched: Set<Sum>): ProcessEdge[] {
    const before = new Map([...this.sums].map(([key, sum]) => [key, edgeOf(sum)]));
    this.sums.clear();
    this.shares.clear();
    for (const channel of model.channels) this.channel(channel, touched);
    for (const connection of model.connections) this.connection(connection, touched);
    const edges = [...touched].map(edgeOf).filter((edge) => JSON.stringify(before.get(keyOf(edge))) !== JSON.stringify(edge));
    const gone = [...before.values()].filter((edge) => !this.sums.has(keyOf(edge)));
    return [...edges, ...gone.map(({ from, to }): ProcessEdge => ({ from, to, pipes: 0, fifos: 0, queues: 0, socketPairs: 0, connections: 0, forth: null, back: null }))];
  }

  private channel(channel: Channel, touched: Set<Sum>): void {
    const counted: Counted = channel.queue ? 'queues' : channel.kind === 'pipe' ? 'pipes' : channel.kind === 'fifo' ? 'fifos' : 'socketPairs';
    const shares = new Map<Sum, { forth: EdgeFlow | null; back: EdgeFlow | null }>();
    const ends = channel.ends.slice(0, mostEnds);
    const writers = ends.filter(writes);
    const readers = ends.filter(reads);
    for (const writer of writers) {
      for (const reader of readers) {
        if (writer.process === reader.process) continue;
        const edge = this.between(writer.process, reader.process);
        const share = shares.get(edge) ?? { forth: null, back: null };
        shares.set(edge, share);
        share[edge.from === writer.process ? 'forth' : 'back'] = flow(channel, writer, reader, writers, readers);
      }
    }
    this.replace(channel.id, [...shares].map(([edge, { forth, back }]) => ({ edge, counted, forth, back })), touched);
  }

  /** It joins the processes that own its ends now, or did last. */
  private connection(connection: Connection, touched: Set<Sum>): void {
    const { otherEnd } = connection;
    // A pair's ends are a channel.
    if (otherEnd === null || connection.socket.channel !== null) return;
    const [one, other] = connection.number < otherEnd.number ? [connection, otherEnd] : [otherEnd, connection];
    const [first, second] = [one.owner?.process, other.owner?.process];
    if (first === undefined || second === undefined || first === second) {
      this.replace(one.id, [], touched);
      return;
    }
    const edge = this.between(first, second);
    const [elder, younger] = edge.from === first ? [one, other] : [other, one];
    const sent = ({ sends, bytesOut }: Connection): EdgeFlow | null => (sends === 0 ? null : { writes: sends, bytes: bytesOut, whole: true });
    this.replace(one.id, [{ edge, counted: 'connections', forth: sent(elder), back: sent(younger) }], touched);
  }

  private replace(id: string, shares: readonly Share[], touched: Set<Sum>): void {
    for (const share of this.shares.get(id) ?? []) add(share, -1, touched);
    for (const share of shares) add(share, 1, touched);
    if (shares.length > 0) this.shares.set(id, shares);
    else this.shares.delete(id);
  }

  private between(one: Process, other: Process): Sum {
    const [from, to] = one.number < other.number ? [one, other] : [other, one];
    const key = keyOf({ from: from.id, to: to.id });
    let sum = this.sums.get(key);
    if (sum === undefined) {
      sum = { from, to, pipes: 0, fifos: 0, queues: 0, socketPairs: 0, connections: 0, forth: noFlow(), back: noFlow() };
      this.sums.set(key, sum);
    }
    return sum;
  }
}

/**
 * What went from a writer to a reader. With one reader it is what the writer wrote, with one writer what the reader read;
 * and only where those calls are seen.
 */
function flow({ kind }: Channel, writer: ChannelEnd, reader: ChannelEnd, writers: readonly ChannelEnd[], readers: readonly ChannelEnd[]): EdgeFlow {
  // What one writes to a pipe it may read itself; to a pair's end, never.
  const pair = kind === 'socketpair';
  const onlyReader = readers.every((end) => end === reader || (pair && end === writer));
  const onlyWriter = writers.every((end) => end === writer || (pair && end === reader));
  if (onlyReader && writer.writes > 0) return { writes: writer.writes, bytes: writer.bytesOut, whole: true };
  if (onlyWriter && reader.reads > 0) return { writes: writer.writes, bytes: reader.bytesIn, whole: true };
  return { writes: 0, bytes: 0, whole: false };
}

function keyOf({ from, to }: { from: string; to: string }): string {
  return `${from} ${to}`;
}

function noFlow(): Flow {
  return { ways: 0, unclear: 0, writes: 0, bytes: 0 };
}

function add({ edge, counted, forth, back }: Share, sign: 1 | -1, touched: Set<Sum>): void {
  edge[counted] += sign;
  for (const [sum, part] of [[edge.forth, forth], [edge.back, back]] as const) {
    if (part === null) continue;
    sum.ways += sign;
    sum.unclear += part.whole ? 0 : sign;
    sum.writes += sign * part.writes;
    sum.bytes += sign * part.bytes;
  }
  touched.add(edge);
}

function edgeOf({ from, to, pipes, fifos, queues, socketPairs, connections, forth, back }: Sum): ProcessEdge {
  const told = ({ ways, unclear, writes: calls, bytes }: Flow): EdgeFlow | null => (ways === 0 ? null : { writes: calls, bytes, whole: unclear === 0 });
  return { from: from.id, to: to.id, pipes, fifos, queues, socketPairs, connections, forth: told(forth), back: told(back) };
}
