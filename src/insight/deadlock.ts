/**
 * Threads that each wait for what the next one holds, in a circle: nobody will ever go on.
 *
 *     t1   holds lock:1   waits for lock:2 ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒
 *     t2   holds lock:2   waits for lock:1   ▒▒▒▒▒▒▒▒▒▒▒▒▒▒
 *                                            └ fromNs: the wait that closed the circle
 *
 * A thread that joins another one waits for its end, so joins are links of the chain too, and so is a parent's wait for a child. A plain
 * Lock that its own holder acquires again is a circle of one. There are circles through what anybody could end, too (all consumers wait for
 * an item, and the only producer for a lock that one of them holds): they are one where nobody else is left. See stuck.ts.
 */
import type { Model } from '../model/model';
import type { Process } from '../model/process';
import type { Thread } from '../model/thread';
import { objectCode, reasonCode } from '../model/waits';
import { joined, say, type Phrase, type Said } from '../protocol/phrase';
import { found, type Finding, type Rule } from './finding';
import { certainNs, holderOf, lastWait, stuckThreads, type Need } from './stuck';
import { atLine, duration, processWords, threadWords } from './words';

/** More steps than a person reads. */
const mostSteps = 8;

type Stuck = ReadonlyMap<Thread, Need>;

export const deadlock: Rule = {
  name: 'deadlock',
  find(model) {
    const stuck = stuckThreads(model);
    const findings: Finding[] = [];
    const seen = new Set<Thread>();
    const told = new Set<Thread>();
    for (const thread of stuck.keys()) {
      const circle = circleFrom(stuck, thread, seen);
      if (circle === null) continue;
      circle.forEach((each) => told.add(each));
      const finding = describe(model, stuck, circle, null);
      if (finding !== null) findings.push(finding);
    }
    for (const group of groupsOf(stuck)) {
      if (group.some((thread) => told.has(thread)) || !isCircle(model, stuck, group)) continue;
      const finding = describe(model, stuck, group, sameProcess(group));
      if (finding !== null) findings.push(finding);
    }
    return findings;
  },
};

/** The thread that has to do something before this one goes on; null where it is not one thread. */
function next(stuck: Stuck, thread: Thread): Thread | null {
  const need = stuck.get(thread);
  if (need?.kind === 'thread') return need.thread;
  if (need?.kind !== 'end') return null;
  return need.process.threads.find((other) => other !== thread && stuck.has(other)) ?? null;
}

/** The circle that following who waits for whom ends in; null where there is none, or it is known already. */
function circleFrom(stuck: Stuck, start: Thread, seen: Set<Thread>): Thread[] | null {
  const path: Thread[] = [];
  let thread: Thread | null = start;
  while (thread !== null && !seen.has(thread)) {
    seen.add(thread);
    path.push(thread);
    thread = next(stuck, thread);
  }
  const from = thread === null ? -1 : path.indexOf(thread);
  return from < 0 ? null : path.slice(from);
}

/** Stuck threads by what keeps them so: a process in which nobody is left, or a run. */
function groupsOf(stuck: Stuck): Thread[][] {
  const groups = new Map<Process | null, Thread[]>();
  const runWide = [...stuck.values()].some((need) => need.kind === 'anybody' && need.process === null);
  for (const [thread] of stuck) {
    const key = runWide ? null : thread.process;
    groups.set(key, [...(groups.get(key) ?? []), thread]);
  }
  return [...groups.values()];
}

/**
 * Whether they keep each other from going on. Threads that are idle for ever are no circle: workers without work, a main thread that waits for
 * a signal. It takes a lock that one of them has, or processes that wait for each other's messages.
 */
function isCircle(model: Model, stuck: Stuck, group: readonly Thread[]): boolean {
  const lock = group.some((thread) => {
    const holder = holderOf(model, thread);
    return holder !== null && stuck.has(holder);
  });
  const reading = group.filter((thread) => thread.waits.objectKind(lastWait(thread)) === objectCode.channel);
  return lock || new Set(reading.map(({ process }) => process)).size > 1;
}

function sameProcess(group: readonly Thread[]): Process | null {
  return group.every(({ process }) => process === group[0]!.process) ? group[0]!.process : null;
}

/** @param process where all of a process's threads are meant. */
function describe(model: Model, stuck: Stuck, circle: readonly Thread[], process: Process | null): Finding | null {
  const begins = circle.map((thread) => thread.waits.begin(lastWait(thread)));
  // A circle of joins alone can't be.
  if (!circle.some((thread) => thread.waits.objectKind(lastWait(thread)) === objectCode.lock || thread.waits.objectKind(lastWait(thread)) === objectCode.channel)) return null;
  const fromNs = Math.max(...begins);
  const toNs = Math.min(...circle.map((thread) => thread.endNs ?? Infinity));
  const lasted = Math.min(toNs, model.latestNs) - fromNs;
  if (lasted < certainNs) return null;
  const steps = circle.slice(0, mostSteps).map((thread) => step(model, thread, next(stuck, thread), circle));
  if (circle.length > mostSteps) steps.push(say`and ${String(circle.length - mostSteps)} more`);
  const [closing] = [...circle].filter((thread) => thread.waits.site(lastWait(thread)) !== 0).sort((a, b) => b.waits.begin(lastWait(b)) - a.waits.begin(lastWait(a)));
  return found({
    rule: deadlock.name,
    severity: 'error',
    title: titleOf(model, circle, process),
    detail: say`${joined(steps, '; ')}. Nobody can go on${toNs === Infinity ? '' : say` (for ${duration(lasted)}, until the end)`}.`,
    subjects: circle.map((thread) => thread.id),
    fromNs,
    toNs: toNs === Infinity ? null : toNs,
    at: closing === undefined ? null : model.waitSite(closing, lastWait(closing)),
  });
}

function titleOf(model: Model, circle: readonly Thread[], process: Process | null): Phrase {
  if (circle.length === 1) return say`A thread waits for a lock that it holds itself`;
  if (process !== null) return say`No thread of ${processWords(model, process)} can go on`;
  return say`${String(circle.length)} threads wait for each other`;
}

function step(model: Model, thread: Thread, target: Thread | null, circle: readonly Thread[]): Phrase {
  const row = lastWait(thread);
  const { waits } = thread;
  const several = new Set(circle.map(({ process }) => process)).size > 1;
  const name = (each: Thread): Said => (several ? say`${threadWords(model, each)} of ${processWords(model, each.process)}` : threadWords(model, each));
  const [who, at] = [name(thread), atLine(model.waitSite(thread, row))];
  const object = model.waitObject(thread, row);
  const holder = holderOf(model, thread);
  if (holder === thread) return say`${who} waits${at} for ${object ?? say`a lock`}, which it holds itself`;
  if (holder !== null) return say`${who} waits${at} for ${object ?? say`a lock`}, which ${name(holder)} holds`;
  if (waits.objectKind(row) === objectCode.process && target !== null) return say`${who} waits${at} for the end of ${processWords(model, target.process)}`;
  if (target !== null) return say`${who} waits${at} for the end of ${name(target)}`;
  if (waits.reason(row) === reasonCode.queue) return say`${who} waits${at} for the queue ${object ?? say`somebody`}`;
  return say`${who} waits${at} for ${object ?? say`somebody`}`;
}
