/**
 * What it costs to create a thread, and a process: how long the calls kept the program that made many of each.
 *
 *     start │▒│ start │▒│ …           100 threads, median 90 µs
 *     fork  │▒▒▒▒▒▒▒▒▒│ fork │▒▒▒ …   100 processes, median 900 µs
 *
 * The median, because the first ones warm up and a busy machine interrupts a few. A process made by spawn is not ready when
 * the call returns: what it takes to start an interpreter is its own time.
 */
import type { Model } from '../model/model';
import { joined, say, type Said } from '../protocol/phrase';
import { found, type Rule } from './finding';
import { duration } from './words';

/** Of fewer the median says more of the machine's other work than of the calls. */
const enough = 50;

interface Creation {
  readonly tookNs: number;
  readonly fromNs: number;
}

export const creationCost: Rule = {
  name: 'creation-cost',
  find(model) {
    const threads = creations(model.threads.map(({ startTookNs, startNs }) => ({ tookNs: startTookNs, fromNs: startNs })));
    const processes = creations(model.processes.map(({ birthTookNs, startNs }) => ({ tookNs: birthTookNs, fromNs: startNs })));
    if (threads.length < enough || processes.length < enough) return [];
    const [thread, process] = [median(threads), median(processes)];
    return [
      found({
        rule: creationCost.name,
        severity: 'info',
        title: say`Creating a process took ${duration(process)}, a thread ${duration(thread)}`,
        detail: joined(
          [
            say`Median of ${String(processes.length)} processes and ${String(threads.length)} threads: how long the creating call lasted, under the recorder, which costs both something.`,
            comparison(process, thread),
          ],
          ' ',
        ),
        subjects: makers(model),
        fromNs: Math.min(threads[0]!.fromNs, processes[0]!.fromNs),
        toNs: Math.max(threads.at(-1)!.fromNs, processes.at(-1)!.fromNs),
        at: model.site(model.processes.find(({ birthTookNs }) => birthTookNs !== null)?.bornAt ?? null),
      }),
    ];
  },
};

/** Those whose call was seen, in order of start. */
function creations(all: readonly { tookNs: number | null; fromNs: number }[]): Creation[] {
  return all.flatMap(({ tookNs, fromNs }) => (tookNs === null ? [] : [{ tookNs, fromNs }]));
}

function median(all: readonly Creation[]): number {
  const sorted = all.map(({ tookNs }) => tookNs).sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

function comparison(process: number, thread: number): Said {
  if (process < 2 * thread) return '';
  return say`A process cost ${(process / thread).toFixed(0)} times as much as a thread.`;
}

/** The processes whose calls are counted. */
function makers(model: Model): string[] {
  const started = model.threads.flatMap((thread) => (thread.startTookNs === null ? [] : [thread.process.id]));
  const born = model.processes.flatMap(({ birthTookNs, parent }) => (birthTookNs === null || parent === null ? [] : [parent.id]));
  return [...new Set([...started, ...born])];
}
