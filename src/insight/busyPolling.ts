/**
 * A thread that asks again and again instead of waiting: non-blocking calls that are told "not yet", or polls without a timeout.
 *
 *     recv EAGAIN, recv EAGAIN, recv EAGAIN, …    each costs a system call and says nothing
 */
import type { Model } from '../model/model';
import type { Thread } from '../model/thread';
import { mostOpen, SpanRows } from '../model/rowTable';
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

/** Read ahead: walking fills them again and again. */
const rows = new SpanRows();
const results = new Float64Array(mostOpen);

/** A call that was answered, a wait or a pause ends a run. Most calls are answered: they are passed over many at once. */
function runsOf({ waits }: Thread): Run[] {
  const runs: Run[] = [];
  let run: Run | null = null;
  const endRun = (): void => {
    if (run !== null && run.count >= inARow) runs.push(run);
    run = null;
  };
  for (let from = 0; from < waits.count; from += rows.count) {
    const next = waits.firstMaybeBelow(from, wouldBlock);
    if (next > from) endRun();
    from = next;
    waits.read(from, waits.count, rows);
    waits.readResults(from, results);
    for (let at = 0; at < rows.count; at++) {
      const asks = rows.code[at] === reasonCode.receive || rows.code[at] === reasonCode.accept;
      const begin = rows.begin[at]!;
      if (!asks || results[at] !== wouldBlock) {
        endRun();
        continue;
      }
      if (run !== null && begin - run.toNs > pauseNs) endRun();
      run ??= { fromNs: begin, toNs: begin, count: 0, row: from + at };
      run.toNs = rows.end[at]!;
      run.count++;
    }
  }
  endRun();
  return runs;
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
