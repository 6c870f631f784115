/**
 * Threads that each wait for what the next one holds, in a circle: nobody will ever go on.
 *
 *     t1   holds lock:1   waits for lock:2 ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒
 *     t2   holds lock:2   waits for lock:1   ▒▒▒▒▒▒▒▒▒▒▒▒▒▒
 *                                            └ fromNs: the wait that closed the circle
 *
 * A thread that joins another one waits for its end, so joins are links of the chain too. A plain Lock that its own holder
 * acquires again is a circle of one.
 */
import type { Model } from '../model/model';
import type { Thread } from '../model/thread';
import { objectCode, reasonCode } from '../model/waits';
import type { Finding, Rule } from './finding';
import { atLine, counted, duration, threadWords } from './words';

/** A lock may change hands between the moments at which two threads begin to wait for it: a circle that lasts is one. */
const thresholdNs = 100e6;

export const deadlock: Rule = {
  name: 'deadlock',
  find(model) {
    const findings: Finding[] = [];
    const seen = new Set<Thread>();
    for (const thread of model.threads) {
      const circle = circleFrom(model, thread, seen);
      if (circle === null) continue;
      const finding = describe(model, circle);
      if (finding !== null) findings.push(finding);
    }
    return findings;
  },
};

/** The circle that following who waits for whom ends in; null where there is none, or it is known already. */
function circleFrom(model: Model, start: Thread, seen: Set<Thread>): Thread[] | null {
  const path: Thread[] = [];
  let thread: Thread | null = start;
  while (thread !== null && !seen.has(thread)) {
    seen.add(thread);
    path.push(thread);
    thread = waitsFor(model, thread);
  }
  const from = thread === null ? -1 : path.indexOf(thread);
  return from < 0 ? null : path.slice(from);
}

/** Row of the wait that the thread is in, or was in when its process ended; -1 where it was in none. */
function lastWait(thread: Thread): number {
  const { waits } = thread;
  return waits.open || waits.cut ? waits.count - 1 : -1;
}

/** The thread that has to do something before this one goes on; null where that is unknown. */
function waitsFor(model: Model, thread: Thread): Thread | null {
  const { waits } = thread;
  const row = lastWait(thread);
  if (row < 0) return null;
  if (waits.reason[row] === reasonCode.lock) return model.threads[waits.holder[row]! - 1] ?? null;
  return waits.objectKind[row] === objectCode.thread ? (model.threads[waits.object[row]! - 1] ?? null) : null;
}

function describe(model: Model, circle: readonly Thread[]): Finding | null {
  const begins = circle.map((thread) => thread.waits.begin[lastWait(thread)]!);
  // A circle of joins alone can't be: it takes a lock.
  if (!circle.some((thread) => thread.waits.reason[lastWait(thread)] === reasonCode.lock)) return null;
  const fromNs = Math.max(...begins);
  const toNs = Math.min(...circle.map((thread) => thread.endNs ?? Infinity));
  const lasted = Math.min(toNs, model.latestNs) - fromNs;
  if (lasted < thresholdNs) return null;
  const steps = circle.map((thread) => {
    const row = lastWait(thread);
    const next = threadWords(model, waitsFor(model, thread)!);
    const line = atLine(model.waitSite(thread, row));
    const who = threadWords(model, thread);
    return thread.waits.reason[row] === reasonCode.lock
      ? `${who} waits${line} for ${model.waitObject(thread, row) ?? 'a lock'}, which ${circle.length === 1 ? 'it holds itself' : `${next} holds`}`
      : `${who} waits${line} for the end of ${next}`;
  });
  return {
    rule: deadlock.name,
    severity: 'error',
    title: circle.length === 1 ? 'A thread waits for a lock that it holds itself' : `${counted(circle.length, 'thread waits', 'threads wait')} for each other`,
    detail: `${steps.join('; ')}. Nobody can go on${toNs === Infinity ? '' : ` (for ${duration(lasted)}, until the end)`}.`,
    subjects: circle.map((thread) => thread.id),
    fromNs,
    toNs: toNs === Infinity ? null : toNs,
    at: model.waitSite(circle[begins.indexOf(fromNs)]!, lastWait(circle[begins.indexOf(fromNs)]!)),
  };
}
