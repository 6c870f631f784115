/**
 * An event loop that one callback or step kept for so long that others had to wait.
 *
 *     loop's thread   poll │ c1: ████████ sleeps ████████│ poll │ c2 │ c3 │ poll
 *     c2                        ▒▒▒▒ bytes are there ▒▒▒▒▒▒▒▒▒▒▒▒│
 *
 * When the bytes came is not known, but that they were there when the step was over is: they are received or answered before
 * the loop waits for anything new. Only then somebody waited.
 */
import type { Connection } from '../model/connection';
import type { LoopTurn } from '../model/loopTurn';
import type { Model } from '../model/model';
import type { Thread } from '../model/thread';
import { objectCode, reasonCode } from '../model/waits';
import { waitReasons } from '../protocol/report';
import { gravest, type Finding, type Rule } from './finding';
import { atLine, connectionWords, duration, threadWords } from './words';

/** A person notices a tenth of a second; asyncio's own debug mode warns of such a callback too (slow_callback_duration). */
const thresholdNs = 100e6;
/** A poll that was shorter only collected what was there already. */
const waitedNs = 5e6;
/** Bytes that came before the turn are answered after it. */
const served = new Set<number>([reasonCode.receive, reasonCode.send]);
/** Connections that a sentence names. */
const mostNamed = 5;

export const blockedLoop: Rule = {
  name: 'blocked-loop',
  find(model) {
    const found: { finding: Finding; weight: number }[] = [];
    for (const thread of model.threads) {
      for (const turn of thread.turns) {
        if (turn.endNs - turn.beginNs < thresholdNs) continue;
        const starved = starvedBy(model, thread, turn);
        if (starved.size > 0) found.push({ finding: describe(model, thread, turn, starved), weight: (turn.endNs - turn.beginNs) * starved.size });
      }
    }
    return gravest(found);
  },
};

/** Connections that were served right after the turn, and since when at most they had waited. */
function starvedBy(model: Model, thread: Thread, turn: LoopTurn): Map<Connection, number> {
  const { waits } = thread;
  const own = turn.task?.connection ?? turn.connection;
  // Where a client lives in the same process, its ends are no clients that wait, and the blocker's own has its bytes in time.
  const mayWait = (connection: Connection): boolean => connection.role === 'server' && connection !== own && connection.otherEnd !== own;
  const starved = new Map<Connection, number>();
  let polls = 0;
  let untilNs = Infinity;
  for (let row = waits.firstEndingAfter(turn.endNs); row < waits.count; row++) {
    if (waits.reason[row] === reasonCode.poll) {
      const end = waits.end[row]!;
      if (++polls > 1 || !(end - waits.begin[row]! < waitedNs)) {
        untilNs = waits.begin[row]!;
        break;
      }
    } else if (served.has(waits.reason[row]!) && waits.objectKind[row] === objectCode.connection && waits.result[row]! >= 0) {
      const connection = model.connections[waits.object[row]! - 1]!;
      if (mayWait(connection) && connection.startNs < turn.endNs) starved.set(connection, Math.max(turn.beginNs, connection.startNs));
    }
  }
  // Clients that came meanwhile and stood in the queue.
  for (const connection of model.connections) {
    const { acceptedNs, queuedNs } = connection;
    if (connection.owners[0]?.thread !== thread || acceptedNs === null || queuedNs === null) continue;
    if (acceptedNs >= turn.endNs && acceptedNs <= untilNs && queuedNs < turn.endNs - waitedNs) starved.set(connection, Math.max(queuedNs, turn.beginNs));
  }
  return starved;
}

function describe(model: Model, thread: Thread, turn: LoopTurn, starved: ReadonlyMap<Connection, number>): Finding {
  const row = longestWait(thread, turn);
  const at = row < 0 ? model.site(turn.task === null ? turn.suspendedAt : (turn.resumedAt ?? turn.task.createdAt)) : model.waitSite(thread, row);
  const what = turn.task === null ? `the callback ${model.text(turn.callback) ?? ''}`.trim() : `${model.text(turn.task.name) ?? turn.task.id} (${model.text(turn.task.coroutine) ?? 'a coroutine'})`;
  const where = row < 0 ? `${turn.task === null ? ' defined' : ' that went on from'}${atLine(at).replace(' at', '')}` : `: it stood longest in ${waitReasons[thread.waits.reason[row]!]!}${atLine(at)}`;
  const names = [...starved].slice(0, mostNamed).map(([connection, since]) => `${connectionWords(model, connection)} up to ${duration(turn.endNs - since)}`);
  const more = starved.size > mostNamed ? ` and ${String(starved.size - mostNamed)} more` : '';
  return {
    rule: blockedLoop.name,
    severity: 'warning',
    title: `An event loop was blocked for ${duration(turn.endNs - turn.beginNs)}`,
    detail: `${threadWords(model, thread)} was kept by ${what}${at === null ? '' : where}. Meanwhile waited: ${names.join(', ')}${more}.`,
    subjects: [thread.id, ...(turn.task === null ? [] : [turn.task.id]), ...[...starved.keys()].map((connection) => connection.id)],
    fromNs: turn.beginNs,
    toNs: turn.endNs,
    at,
  };
}

/** The longest recorded wait inside the turn: its row, or -1 where most of the turn was none. */
function longestWait(thread: Thread, turn: LoopTurn): number {
  const { waits } = thread;
  let best = -1;
  let most = (turn.endNs - turn.beginNs) / 4;
  for (let row = waits.firstEndingAfter(turn.beginNs); row < waits.count && waits.begin[row]! < turn.endNs; row++) {
    const length = Math.min(waits.end[row]!, turn.endNs) - Math.max(waits.begin[row]!, turn.beginNs);
    if (length > most) {
      best = row;
      most = length;
    }
  }
  return best;
}
