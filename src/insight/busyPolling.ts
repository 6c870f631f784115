/**
 * A thread that asks again and again instead of waiting: non-blocking calls that are told "not yet", or polls without a timeout.
 *
 *     recv EAGAIN, recv EAGAIN, recv EAGAIN, …    each costs a system call and says nothing
 */
import type { Model } from '../model/model';
import type { Thread } from '../model/thread';
import { reasonCode } from '../model/waits';
import { say, type Phrase } from '../protocol/phrase';
import type { SourcePosition } from '../protocol/report';
import { found, gravest, type Finding, type Rule } from './finding';
import { atLine, duration, threadWords } from './words';

const wouldBlock = -11;
/** A loop that is woken when there is something asks once in vain per wake-up at most: hundreds a second on a busy day, with answers between. */
const perSecond = 1000;
/** So many calls in a row without an answer are no wake-up. */
const inARow = 100;
/** A burst that is over sooner is nothing to change a program for. */
const shortestNs = 50e6;
/** A busy machine keeps a thread off its CPU for so long, and it asks on as before. */
const pauseNs = 250e6;

export const busyPolling: Rule = {
  name: 'busy-polling',
  find: (model) => gravest(model.threads.flatMap((thread) => [...vainCalls(model, thread), ...vainPolls(model, thread)])),
};

interface Weighed {
  finding: Finding;
  weight: number;
}

interface Run {
  readonly fromNs: number;
  toNs: number;
  count: number;
  /** The row of its first call. */
  readonly row: number;
}

/** Runs of calls that would have blocked; short pauses join two. */
function vainCalls(model: Model, thread: Thread): Weighed[] {
  const joined: Run[] = [];
  for (const run of runsOf(thread)) {
    const last = joined[joined.length - 1];
    if (last !== undefined && run.fromNs - last.toNs <= pauseNs) {
      last.toNs = run.toNs;
      last.count += run.count;
    } else joined.push(run);
  }
  return joined.flatMap(({ fromNs, toNs, count, row }) =>
    finding(model, thread, fromNs, toNs, count, model.waitSite(thread, row), say`calls that would have blocked`),
  );
}

/** A call that was answered, a wait or a pause ends a run. */
function* runsOf({ waits }: Thread): Iterable<Run> {
  let run: Run | null = null;
  for (let row = 0; row < waits.count; row++) {
    const asks = waits.reason(row) === reasonCode.receive || waits.reason(row) === reasonCode.accept;
    const begin = waits.begin(row);
    const isVain = asks && waits.result(row) === wouldBlock;
    if (run !== null && (!isVain || begin - run.toNs > pauseNs)) {
      if (run.count >= inARow) yield run;
      run = null;
    }
    if (!isVain) continue;
    run ??= { fromNs: begin, toNs: begin, count: 0, row };
    run.toNs = waits.end(row);
    run.count++;
  }
  if (run !== null && run.count >= inARow) yield run;
}

/** Runs of polls without a timeout, as the probe counted them (it starts anew when one finds something or may wait); short pauses join two. */
function vainPolls(model: Model, thread: Thread): Weighed[] {
  const all: Weighed[] = [];
  let [first, last, count] = [0, -1, 0];
  thread.glances.forEach((glances, at) => {
    if (last >= 0 && glances.beginNs - thread.glances[last]!.endNs > shortestNs) {
      all.push(...weighed(first, last, count));
      [first, count] = [at, 0];
    }
    last = at;
    count += glances.count;
  });
  if (last >= 0) all.push(...weighed(first, last, count));
  return all;

  function weighed(from: number, to: number, polls: number): Weighed[] {
    const [begin, end] = [thread.glances[from]!, thread.glances[to]!];
    return finding(model, thread, begin.beginNs, end.endNs, polls, model.site(begin.at), say`polls without a timeout that found nothing`);
  }
}

function finding(model: Model, thread: Thread, fromNs: number, toNs: number, count: number, at: SourcePosition | null, what: Phrase): Weighed[] {
  const rate = Math.round((count / Math.max(toNs - fromNs, 1)) * 1e9);
  if (toNs - fromNs < shortestNs || rate < perSecond) return [];
  return [{
    weight: count,
    finding: found({
      rule: busyPolling.name,
      severity: 'warning',
      title: say`A thread asked ${String(rate)} times a second in vain`,
      detail: say`${threadWords(model, thread)} made ${String(count)} ${what} within ${duration(toNs - fromNs)}${atLine(at)}: it never rests, and nobody is served sooner.`,
      subjects: [thread.id],
      fromNs,
      toNs,
      at,
    }),
  }];
}
