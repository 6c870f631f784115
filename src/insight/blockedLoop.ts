/**
 * An event loop that one callback or step kept for so long that others had to wait.
 *
 *     loop's thread   poll │ c1: ████████ sleeps ████████│ poll │ c2 │ c3 │ poll
 *     c2                        ▒▒▒▒ bytes are there ▒▒▒▒▒▒▒▒▒▒▒▒│
 *
 * When the bytes came is not known, but that they were there when the step was over is: they are received or answered before
 * the loop waits for anything new. Only then somebody waited. Of a callback that is not over (openTurn.ts) that can't be known: who
 * stands in the queue then waits for certain, and those whose connections are open have to, if they speak.
 */
import type { Connection } from '../model/connection';
import { longestWait as longestWaitOf } from '../model/keeping';
import type { LoopTurn } from '../model/loopTurn';
import type { Model } from '../model/model';
import type { Task } from '../model/task';
import type { Thread } from '../model/thread';
import { objectCode, reasonCode } from '../model/waits';
import { joined, say, type Phrase, type Said } from '../protocol/phrase';
import { waitReasons } from '../protocol/report';
import { found, gravest, type Finding, type Rule } from './finding';
import { openTurn, type OpenTurn } from './openTurn';
import type { Span } from './spans';
import { besideStops, withoutStops } from './stopped';
import { atLine, connectionWords, counted, duration, line, reasonWords, threadWords } from './words';

/** A person notices a tenth of a second; asyncio's own debug mode warns of such a callback too (slow_callback_duration). */
const thresholdNs = 100e6;
/** Nobody is known to wait: what is not over for so long is worth a look all the same. */
const unansweredNs = 1e9;
/** A poll that was shorter only collected what was there already. */
const waitedNs = 5e6;
/** Bytes that came before the turn are answered after it. */
const served = new Set<number>([reasonCode.receive, reasonCode.send]);
/** Connections that a sentence names. */
const mostNamed = 5;

export const blockedLoop: Rule = {
  name: 'blocked-loop',
  find(model) {
    const all: { finding: Finding; weight: number }[] = [];
    let queued: Map<Thread, Queued[]> | null = null;
    for (const thread of model.threads) {
      for (const turn of thread.turns) {
        const lengthNs = lengthOf(model, thread, turn);
        if (lengthNs < thresholdNs) continue;
        const starved = starvedBy(model, thread, turn, (queued ??= queuedByAcceptor(model)).get(thread) ?? []);
        if (starved.size > 0) all.push({ finding: describe(model, thread, turn, starved), weight: lengthNs * starved.size });
      }
      const open = openTurn(model, thread);
      if (open !== null && withoutStops(model, thread, open) >= thresholdNs) all.push(...openFinding(model, thread, open));
    }
    return gravest(all);
  },
};

/** ns, without what of it a debugger had stopped. */
function lengthOf(model: Model, thread: Thread, { beginNs, endNs }: LoopTurn): number {
  return endNs - beginNs < thresholdNs ? 0 : withoutStops(model, thread, { fromNs: beginNs, toNs: endNs });
}

/** A connection that stood in a queue until it was accepted. */
interface Queued {
  readonly connection: Connection;
  readonly queuedNs: number;
  readonly acceptedNs: number;
}

/** By the thread that accepted them: a loop may have thousands of turns, and each would look at all connections. */
function queuedByAcceptor(model: Model): Map<Thread, Queued[]> {
  const by = new Map<Thread, Queued[]>();
  for (const connection of model.connections) {
    const { acceptedNs, queuedNs } = connection;
    const acceptor = connection.owners[0]?.thread;
    if (acceptor === undefined || acceptedNs === null || queuedNs === null) continue;
    const list = by.get(acceptor);
    if (list === undefined) by.set(acceptor, [{ connection, queuedNs, acceptedNs }]);
    else list.push({ connection, queuedNs, acceptedNs });
  }
  return by;
}

/** Connections that were served right after the turn, and since when at most they had waited. */
function starvedBy(model: Model, thread: Thread, turn: LoopTurn, queued: readonly Queued[]): Map<Connection, number> {
  const { waits } = thread;
  const own = turn.task?.connection ?? turn.connection;
  // Where a client lives in the same process, its ends are no clients that wait, and the blocker's own has its bytes in time.
  const mayWait = (connection: Connection): boolean => connection.role === 'server' && connection !== own && connection.otherEnd !== own;
  const starved = new Map<Connection, number>();
  let polls = 0;
  let untilNs = Infinity;
  for (let row = waits.firstEndingAfter(turn.endNs); row < waits.count; row++) {
    if (waits.reason(row) === reasonCode.poll) {
      const end = waits.end(row);
      if (++polls > 1 || !(end - waits.begin(row) < waitedNs)) {
        untilNs = waits.begin(row);
        break;
      }
    } else if (served.has(waits.reason(row)) && waits.objectKind(row) === objectCode.connection && waits.result(row) >= 0) {
      const connection = model.connections[waits.object(row) - 1]!;
      if (mayWait(connection) && connection.startNs < turn.endNs) starved.set(connection, Math.max(turn.beginNs, connection.startNs));
    }
  }
  // Clients that came meanwhile and stood in the queue.
  for (const { connection, queuedNs, acceptedNs } of queued) {
    if (acceptedNs >= turn.endNs && acceptedNs <= untilNs && queuedNs < turn.endNs - waitedNs) starved.set(connection, Math.max(queuedNs, turn.beginNs));
  }
  return starved;
}

function describe(model: Model, thread: Thread, turn: LoopTurn, starved: ReadonlyMap<Connection, number>): Finding {
  const span: Span = { fromNs: turn.beginNs, toNs: turn.endNs };
  const row = longestWait(thread, span);
  const at = row < 0 ? model.site(turn.task === null ? turn.suspendedAt : (turn.resumedAt ?? turn.task.createdAt)) : model.waitSite(thread, row);
  const what = turn.task === null ? callbackWords(model, turn) : taskWords(model, turn.task);
  const where = row >= 0 ? stood(model, thread, row) : at === null ? '' : turn.task === null ? say` defined ${line(at)}` : say` that went on from ${line(at)}`;
  return found({
    rule: blockedLoop.name,
    severity: 'warning',
    title: say`An event loop was blocked for ${duration(withoutStops(model, thread, span))}`,
    detail: joined([say`${threadWords(model, thread)} was kept by ${what}${at === null ? '' : where}. Meanwhile waited: ${named(model, starved, turn.endNs)}.`, besideStops(model, thread, span)], ' '),
    subjects: [thread.id, ...(turn.task === null ? [] : [turn.task.id]), ...[...starved.keys()].map((connection) => connection.id)],
    fromNs: turn.beginNs,
    toNs: turn.endNs,
    at,
  });
}

/** `the callback Echo.data_received for 127.0.0.1:50001`: by the name that stands in the program, where its line is known. */
function callbackWords(model: Model, turn: LoopTurn): Phrase {
  const name = model.site(turn.suspendedAt)?.function ?? model.text(turn.callback) ?? '';
  const what = name === '' ? say`the callback` : say`the callback ${name}`;
  return turn.connection === null ? what : say`${what} for ${connectionWords(model, turn.connection)}`;
}

function taskWords(model: Model, task: Task): Said {
  return joined([model.text(task.name) ?? task.id, joined(['(', model.text(task.coroutine) ?? say`a coroutine`, ')'], '')], ' ');
}

function stood(model: Model, thread: Thread, row: number): Phrase {
  return say`: it stood longest in ${reasonWords[waitReasons[thread.waits.reason(row)]!]}${atLine(model.waitSite(thread, row))}`;
}

function named(model: Model, starved: ReadonlyMap<Connection, number>, untilNs: number): Phrase {
  const names = [...starved].slice(0, mostNamed).map(([connection, since]) => say`${connectionWords(model, connection)} up to ${duration(untilNs - since)}`);
  return joined([joined(names, ', '), starved.size > mostNamed ? say` and ${String(starved.size - mostNamed)} more` : ''], '');
}

/** None where nobody else is there. */
function openFinding(model: Model, thread: Thread, open: OpenTurn): { finding: Finding; weight: number }[] {
  const own = open.task?.connection ?? open.received;
  const others = model.connections.filter((each) => each.role === 'server' && each !== own && each.owner === thread && !(each.closedNs !== null && each.closedNs < open.toNs));
  const starved = waitingSince(model, thread, others, open);
  const lengthNs = withoutStops(model, thread, open);
  if (starved.size === 0 && (others.length === 0 || lengthNs < unansweredNs)) return [];
  const row = longestWait(thread, open);
  const last = open.task === null ? null : open.task.waits.count - 1;
  const served = open.received?.protocolAt ?? null;
  const at = row >= 0 ? model.waitSite(thread, row) : open.task !== null && last !== null ? model.waitSite(open.task, last) : model.site(served);
  const what = open.task !== null ? taskWords(model, open.task) : open.received === null ? say`a callback` : say`a callback since it received from ${connectionWords(model, open.received)}`;
  const where = at === null ? '' : row >= 0 ? stood(model, thread, row) : open.task !== null ? say` that went on from ${line(at)}` : say`, which ${at.function} serves${atLine(at)}`;
  const waiting = starved.size > 0 ? say`Meanwhile wait: ${named(model, starved, open.toNs)}` : counted(others.length, say`1 other connection is open and can't be served`, say`${String(others.length)} other connections are open and can't be served`);
  const finding = found({
    rule: blockedLoop.name,
    severity: starved.size > 0 ? 'warning' : 'info',
    title: open.ended ? say`An event loop was blocked for ${duration(lengthNs)}, until its process ended` : say`An event loop is blocked, for ${duration(lengthNs)} so far`,
    detail: open.ended ? say`${threadWords(model, thread)} was kept by ${what}${where}. ${waiting}.` : say`${threadWords(model, thread)} is kept by ${what}${where}. ${waiting}.`,
    subjects: [thread.id, ...(open.task === null ? [] : [open.task.id]), ...(starved.size > 0 ? [...starved.keys()] : others.slice(0, mostNamed)).map(({ id }) => id)],
    fromNs: open.fromNs,
    toNs: open.ended ? open.toNs : null,
    at,
  });
  return [{ finding, weight: lengthNs * Math.max(1, starved.size) }];
}

/** Who waits for certain, and since when at most: clients in the queue, and traced ones that have sent what was not received. */
function waitingSince(model: Model, thread: Thread, others: readonly Connection[], open: OpenTurn): Map<Connection, number> {
  const starved = new Map<Connection, number>();
  for (const connection of others) {
    if (connection.otherEnd !== null && connection.otherEnd.owner !== thread && connection.otherEnd.bytesOut > connection.bytesIn) starved.set(connection, open.fromNs);
  }
  for (const listener of model.listeners) {
    if (!listener.acceptors.has(thread) || listener.acceptors.size > 1) continue; // Else another one may take it.
    for (const connection of listener.unaccepted) {
      if (!(connection.closedNs !== null && connection.closedNs < open.toNs) && connection.queuedNs !== null && open.toNs - connection.queuedNs >= thresholdNs) starved.set(connection, Math.max(open.fromNs, connection.queuedNs));
    }
  }
  return starved;
}

/** The longest recorded wait inside the span: its row, or -1 where most of the span was none. */
function longestWait(thread: Thread, span: Span): number {
  return longestWaitOf(thread, span, (span.toNs - span.fromNs) / 4);
}
