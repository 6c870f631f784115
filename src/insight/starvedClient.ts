/**
 * A client that stood in the accept queue because the thread that accepts was serving another one.
 *
 *     acceptor    accept │── serves c1: recv … recv … ──│ accept
 *     c2                   queued ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒│
 *                                  └ at: the line where the acceptor stood longest meanwhile
 *
 * Also of one that is still in the queue, as far as the observer saw it there, and of one that gave up.
 */
import type { Connection } from '../model/connection';
import { eachWait, keptBy, longestWait } from '../model/keeping';
import type { Model } from '../model/model';
import type { Thread } from '../model/thread';
import { reasonCode } from '../model/waits';
import { joined, say, type Phrase } from '../protocol/phrase';
import { waitReasons } from '../protocol/report';
import { found, gravestTold, type Finding, type Rule } from './finding';
import type { Span } from './spans';
import { besideStops, withoutStops } from './stopped';
import { atLine, connectionWords, duration, listenerWords, reasonWords, threadWords } from './words';

/** Shorter waits are ordinary: several ticks of the clock that measures them. */
const thresholdNs = 20e6;

export const starvedClient: Rule = {
  name: 'starved-client',
  find(model) {
    const all: { tell: () => Finding | null; weight: number }[] = [];
    for (const listener of model.listeners) {
      listener.connections.forEach((connection) => {
        const { queuedNs, acceptedNs } = connection;
        if (queuedNs === null || acceptedNs === null || acceptedNs - queuedNs < thresholdNs) return;
        const queued = { fromNs: queuedNs, toNs: acceptedNs };
        const weight = withoutStops(model, connection, queued);
        if (weight >= thresholdNs) all.push({ tell: () => starvedBy(model, connection, queued), weight });
      });
      for (const connection of listener.unaccepted) {
        const queued = { fromNs: connection.queuedNs ?? model.latestNs, toNs: connection.closedNs ?? model.latestNs };
        const weight = withoutStops(model, connection, queued);
        if (weight >= thresholdNs) all.push({ tell: () => starvedBy(model, connection, queued), weight });
      }
    }
    return gravestTold(all);
  },
};

function starvedBy(model: Model, waiting: Connection, queued: Span): Finding | null {
  const longest = keptBy(waiting, queued, thresholdNs);
  const held = longest?.held ?? null;
  if (longest === null || held === null) return null;
  const { holder } = longest;
  // An acceptor that waited for clients itself kept nobody waiting.
  if (timeIn(holder, queued, [reasonCode.accept, reasonCode.poll]) > (queued.toNs - queued.fromNs) / 2) return null;
  const row = longestWait(holder, queued, 0, reasonCode.accept);
  const at = row < 0 ? null : model.waitSite(holder, row);
  const who = connectionWords(model, waiting);
  const listener = waiting.listener === null ? say`the listener` : listenerWords(model, waiting.listener);
  const holding = threadWords(model, holder);
  const thread = (waiting.listener?.acceptors.size ?? 1) === 1 ? say`${holding}, the only thread that accepts,` : holding;
  const stood = row < 0 ? '' : say`It stood longest in ${reasonWords[waitReasons[holder.waits.reason(row)]!]}${atLine(at)}.`;
  return found({
    rule: starvedClient.name,
    severity: 'warning',
    title: titleOf(waiting, duration(withoutStops(model, waiting, queued))),
    detail: joined(
      [
        waiting.owner === null && waiting.closedNs === null
          ? say`${who} stands in the queue of ${listener} while ${thread} was serving ${connectionWords(model, held)}.`
          : say`${who} stood in the queue of ${listener} while ${thread} was serving ${connectionWords(model, held)}.`,
        stood,
        besideStops(model, waiting, queued),
      ],
      ' ',
    ),
    subjects: [waiting.id, holder.id, held.id],
    fromNs: queued.fromNs,
    toNs: waiting.owner === null ? waiting.closedNs : queued.toNs,
    at,
  });
}

function titleOf(waiting: Connection, length: string): Phrase {
  if (waiting.owner !== null) return say`A client waited ${length} to be accepted`;
  return waiting.closedNs === null ? say`A client has waited ${length} and is not accepted` : say`A client gave up after ${length} in the queue`;
}

function timeIn(thread: Thread, span: Span, reasons: readonly number[]): number {
  let sum = 0;
  eachWait(thread, span, (row, shared) => {
    if (reasons.includes(thread.waits.reason(row))) sum += shared;
  });
  return sum;
}
