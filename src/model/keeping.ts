/**
 * What a thread was at while others had to wait for it: the wait that it stood longest in, and the connection that it served.
 */
import type { Connection } from './connection';
import { overlap, type Span } from './span';
import type { Thread } from './thread';

/** The thread's waits in a span, each with how much of it lies there. */
export function eachWait({ waits }: Thread, span: Span, visit: (row: number, sharedNs: number) => void): void {
  for (let row = waits.firstEndingAfter(span.fromNs); row < waits.count && waits.begin(row) < span.toNs; row++) {
    const end = waits.end(row);
    visit(row, overlap({ fromNs: waits.begin(row), toNs: Number.isNaN(end) ? Infinity : end }, span));
  }
}

/** The longest recorded wait inside the span: its row, or -1 where none takes more than `leastNs` of it. @param passOver a reason that does not count. */
export function longestWait(thread: Thread, span: Span, leastNs = 0, passOver = -1): number {
  let best = -1;
  let most = leastNs;
  eachWait(thread, span, (row, shared) => {
    if (shared > most && thread.waits.reason(row) !== passOver) {
      best = row;
      most = shared;
    }
  });
  return best;
}

export interface Held {
  readonly held: Connection;
  readonly holder: Thread;
}

/** How many earlier connections are looked at for the one that was served. */
const lookBack = 1000;

/**
 * Of a client that stands, or stood, in a queue: who accepts there and what that thread served most of the time, with the thread
 * alone where it served nobody for long. Null where nobody is known to accept there.
 * @param leastNs so long at least it served it.
 */
export function keptBy(waiting: Connection, queued: Span, leastNs: number): { holder: Thread; held: Connection | null } | null {
  const acceptor = waiting.owners[0]?.thread ?? waiting.listener?.acceptors.values().next().value;
  if (acceptor === undefined) return null;
  const earlier = servedBefore(waiting);
  // Where another one accepts in the end (a worker was given up for a new one), those that had accepted until then are looked at.
  const own = longestHeld(earlier, (thread) => thread === acceptor, queued, leastNs);
  const others = waiting.listener?.acceptors;
  return own ?? longestHeld(earlier, (thread) => others?.has(thread) === true, queued, (queued.toNs - queued.fromNs) / 2) ?? { holder: acceptor, held: null };
}

/** The listener's connections that were accepted before this one, the latest thousand. */
function servedBefore(waiting: Connection): readonly Connection[] {
  const connections = waiting.listener?.connections ?? [];
  let [low, high] = [0, connections.length];
  const untilNs = waiting.acceptedNs ?? Infinity;
  // They stand in the order of their accepts.
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((connections[middle]!.acceptedNs ?? -Infinity) < untilNs) low = middle + 1;
    else high = middle;
  }
  return connections.slice(Math.max(0, low - lookBack), low).filter((each) => each !== waiting);
}

/** The connection that one of the threads owned for the longest part of the span; null where none owned one for `leastNs`. */
function longestHeld(candidates: readonly Connection[], isHolder: (thread: Thread) => boolean, span: Span, leastNs: number): Held | null {
  let best: Held | null = null;
  let most = leastNs;
  for (const candidate of candidates) {
    for (const owned of candidate.owners) {
      if (!isHolder(owned.thread)) continue;
      const shared = overlap({ fromNs: owned.fromNs, toNs: owned.toNs ?? Infinity }, span);
      if (shared >= most) {
        best = { held: candidate, holder: owned.thread };
        most = shared;
      }
    }
  }
  return best;
}
