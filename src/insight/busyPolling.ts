/**
 * A thread that asks again and again instead of waiting: non-blocking calls that are told "not yet", or polls without a timeout.
 *
 *     recv EAGAIN, recv EAGAIN, recv EAGAIN, …    each costs a system call and says nothing
 */
import type { Model } from '../model/model';
import type { Thread } from '../model/thread';
import { reasonCode } from '../model/waits';
import type { SourcePosition } from '../protocol/report';
import { gravest, type Finding, type Rule } from './finding';
import { atLine, duration, threadWords } from './words';

const wouldBlock = -11;
/** A loop that is woken when there is something asks once in vain per wake-up at most: hundreds a second on a busy day, with answers between. */
const perSecond = 1000;
/** So many calls in a row without an answer are no wake-up. */
const inARow = 100;
/** A burst that is over sooner is nothing to change a program for. */
const shortestNs = 50e6;

export const busyPolling: Rule = {
  name: 'busy-polling',
  find: (model) => gravest(model.threads.flatMap((thread) => [...vainCalls(model, thread), ...vainPolls(model, thread)])),
};

interface Weighed {
  finding: Finding;
  weight: number;
}

/** The runs of calls that would have blocked; a call that was answered, or a wait, ends a run, and short pauses join two. */
function vainCalls(model: Model, thread: Thread): Weighed[] {
  const { waits } = thread;
  const found: Weighed[] = [];
  let [from, to, count, first] = [0, 0, 0, -1];
  let [runFrom, run, runFirst] = [0, 0, -1];
  const endRun = (endNs: number): void => {
    if (run >= inARow) {
      if (count === 0) [from, first] = [runFrom, runFirst];
      count += run;
      to = endNs;
    }
    run = 0;
  };
  for (let row = 0; row < waits.count; row++) {
    const asks = waits.reason[row] === reasonCode.receive || waits.reason[row] === reasonCode.accept;
    if (asks && waits.result[row] === wouldBlock) {
      if (run++ === 0) [runFrom, runFirst] = [waits.begin[row]!, row];
      continue;
    }
    if (run > 0) endRun(waits.begin[row]!);
  }
  if (run > 0) endRun(waits.end[waits.count - 1]!);
  if (count > 0) found.push(...finding(model, thread, from, to, count, model.waitSite(thread, first), 'calls that would have blocked'));
  return found;
}

/** Runs of polls without a timeout, as the probe counted them (it starts anew when one finds something or may wait); short pauses join two. */
function vainPolls(model: Model, thread: Thread): Weighed[] {
  const found: Weighed[] = [];
  let [first, last, count] = [0, -1, 0];
  thread.glances.forEach((glances, at) => {
    if (last >= 0 && glances.beginNs - thread.glances[last]!.endNs > shortestNs) {
      found.push(...told(first, last, count));
      [first, count] = [at, 0];
    }
    last = at;
    count += glances.count;
  });
  if (last >= 0) found.push(...told(first, last, count));
  return found;

  function told(from: number, to: number, polls: number): Weighed[] {
    const [begin, end] = [thread.glances[from]!, thread.glances[to]!];
    return finding(model, thread, begin.beginNs, end.endNs, polls, model.site(begin.at), 'polls without a timeout that found nothing');
  }
}

function finding(model: Model, thread: Thread, fromNs: number, toNs: number, count: number, at: SourcePosition | null, what: string): Weighed[] {
  const rate = Math.round((count / Math.max(toNs - fromNs, 1)) * 1e9);
  if (toNs - fromNs < shortestNs || rate < perSecond) return [];
  return [{
    weight: count,
    finding: {
      rule: busyPolling.name,
      severity: 'warning',
      title: `A thread asked ${String(rate)} times a second in vain`,
      detail: `${threadWords(model, thread)} made ${String(count)} ${what} within ${duration(toNs - fromNs)}${atLine(at)}: it never rests, and nobody is served sooner.`,
      subjects: [thread.id],
      fromNs,
      toNs,
      at,
    },
  }];
}
