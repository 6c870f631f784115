/**
 * A program that computed while another one waited for input or output: what running several programs at once is for.
 *
 *     reader      ▒▒▒▒▒▒▒ pipe ▒▒▒▒▒▒▒▒        waited 300
 *     cruncher     █████████████████           ran 300        one after the other 600, together 310
 *
 * Programs are processes of one parent. How much of the computing falls into the waits is known as exactly as the samples
 * are close, so waits shorter than the looks are left out.
 */
import type { Model } from '../model/model';
import type { Process } from '../model/process';
import type { Thread } from '../model/thread';
import { SpanRows } from '../model/rowTable';
import { reasonCode } from '../model/waits';
import { computingThreads, type Computing } from './computing';
import { joined, say } from '../protocol/phrase';
import { found, gravest, type Finding, type Rule } from './finding';
import { overlap } from './spans';
import { duration, processWords } from './words';

/** Sleeping and waiting for another thread or process are no input or output. */
const inputOutput: ReadonlySet<number> = new Set([
  reasonCode.receive, reasonCode.send, reasonCode.connect, reasonCode.poll, reasonCode.pipe, reasonCode.file,
]);
const shortestWaitNs = 10e6;
/** Of its life, a program that mostly waits. */
const waitingShare = 0.5;
/** Less may be the end of one and the beginning of the other. */
const meaningfulNs = 50e6;
/** So many children that computed are looked at with all their siblings. */
const mostComputing = 20;

export const overlapped: Rule = {
  name: 'overlap',
  find(model) {
    const pairs = [...byParent(computingThreads(model))].flatMap(([parent, group]) => {
      const longest = group.sort((a, b) => b.runNs - a.runNs).slice(0, mostComputing);
      // The same programs wait beside each that computes.
      const waits = new Map(parent.children.map((child) => [child, longWaits(child)]));
      const all = longest.flatMap((computing) => parent.children.flatMap((child) => waiting(model, child, waits.get(child)!, computing)));
      const [most] = all.sort((a, b) => b.usedNs - a.usedNs);
      return most === undefined ? [] : [{ finding: describe(model, most), weight: most.usedNs }];
    });
    return gravest(pairs);
  },
};

function byParent(computing: readonly Computing[]): Map<Process, Computing[]> {
  const groups = new Map<Process, Computing[]>();
  for (const each of computing) {
    const { parent } = each.thread.process;
    if (parent !== null) groups.set(parent, [...(groups.get(parent) ?? []), each]);
  }
  return groups;
}

interface Waiting {
  readonly computing: Computing;
  readonly thread: Thread;
  readonly toNs: number;
  readonly runNs: number;
  readonly waitedNs: number;
  /** How long the other one was on a CPU meanwhile. */
  readonly usedNs: number;
  /** The row of its longest wait. */
  readonly row: number;
}

/** Read ahead: walking fills it again and again. */
const rows = new SpanRows();

interface LongWait {
  readonly row: number;
  readonly begin: number;
  /** NaN while open. */
  readonly end: number;
}

/** The main thread's waits for input or output that are not too short. */
function longWaits({ main }: Process): LongWait[] {
  const long: LongWait[] = [];
  if (main === null) return long;
  const { waits } = main;
  for (let row = 0; row < waits.count; row += rows.count) {
    waits.read(row, waits.count, rows);
    const { count, begin, end, code } = rows;
    for (let at = 0; at < count; at++) {
      if (!(end[at]! - begin[at]! < shortestWaitNs) && inputOutput.has(code[at]!)) long.push({ row: row + at, begin: begin[at]!, end: end[at]! });
    }
  }
  return long;
}

function waiting(model: Model, process: Process, long: readonly LongWait[], computing: Computing): Waiting[] {
  const thread = process.main;
  if (thread === null || process === computing.thread.process) return [];
  if (overlap({ fromNs: thread.startNs, toNs: thread.endNs ?? Infinity }, computing) < meaningfulNs) return [];
  const other = model.account(computing.thread, model.latestNs);
  const { startNs } = thread;
  const toNs = thread.endNs ?? model.latestNs;
  let [waitedNs, usedNs, longestNs, row] = [0, 0, 0, -1];
  for (const wait of long) {
    const { begin } = wait;
    const end = Number.isNaN(wait.end) ? toNs : wait.end;
    if (end - begin < shortestWaitNs) continue;
    waitedNs += end - begin;
    usedNs += other.shares(Math.max(begin, computing.fromNs), Math.min(end, computing.toNs)).running;
    if (end - begin > longestNs) [longestNs, row] = [end - begin, wait.row];
  }
  if (usedNs < meaningfulNs || waitedNs < waitingShare * (toNs - startNs)) return [];
  return [{ computing, thread, toNs, runNs: model.account(thread, model.latestNs).shares(startNs, toNs).running, waitedNs, usedNs, row }];
}

function describe(model: Model, waiter: Waiting): Finding {
  const { computing } = waiter;
  const [computer, reader] = [computing.thread.process, waiter.thread.process];
  const fromNs = Math.min(computing.fromNs, waiter.thread.startNs);
  const toNs = Math.max(computing.toNs, waiter.toNs);
  const sumNs = computing.runNs + waiter.runNs + waiter.waitedNs;
  const savedNs = sumNs - (toNs - fromNs);
  return found({
    rule: overlapped.name,
    severity: 'info',
    title: say`A process computed for ${duration(waiter.usedNs)} while another one waited for input or output`,
    detail: joined(
      [
        say`${processWords(model, computer)} ran ${duration(computing.runNs)} on a CPU, ${processWords(model, reader)} waited ${duration(waiter.waitedNs)}: one after the other ${duration(sumNs)}, together ${duration(toNs - fromNs)}.`,
        savedNs > 0 ? say`The overlap saved ${duration(savedNs)}.` : '',
      ],
      ' ',
    ),
    subjects: [reader.id, computer.id],
    fromNs,
    toNs,
    at: model.waitSite(waiter.thread, waiter.row),
  });
}
