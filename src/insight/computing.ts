/**
 * Who computed, and how much of that was at the same time.
 *
 *     left    ███   ███   ███      run 60 of 100
 *     right      ███   ███         run 40 of 100      together 100 of 100: they may have taken turns
 *
 *     left    ██████████████       run 100 of 100
 *     right   ████████████         run 80 of 100      together 180: for 80 of 100 both were on a CPU
 *
 * When a thread ran between two looks is not known, how long is. So of n threads at least two ran together for at least
 * (sum of run - length) / (n - 1) of a span, and on a busy machine they may have for longer.
 */
import type { Model } from '../model/model';
import type { Thread } from '../model/thread';
import { gravest, type Finding } from './finding';

/** Less is a program's start. */
const meaningfulNs = 250e6;
/** Of its life the thread was on a CPU, or wanted to be. */
const computingShare = 0.8;
/** Threads that met for less of their lives computed one after the other. */
const meetingShare = 0.5;
const windowNs = 100e6;
/** Sums of many numbers, in whatever order, differ by less. */
const roundingNs = 1000;
const mostWindows = 1000;

export interface Computing {
  readonly thread: Thread;
  readonly fromNs: number;
  readonly toNs: number;
  readonly runNs: number;
  readonly gilNs: number;
}

interface Known {
  readonly events: number;
  readonly latestNs: number;
  readonly computing: readonly Computing[];
}

/** Three rules ask for the same of one model. */
const known = new WeakMap<Model, Known>();

/** The threads that computed for most of their lives. */
export function computingThreads(model: Model): readonly Computing[] {
  const { eventCount, latestNs } = model;
  const before = known.get(model);
  if (before?.events === eventCount && before.latestNs === latestNs) return before.computing;
  const computing = model.threads.flatMap((thread): Computing[] => {
    const fromNs = Math.max(thread.startNs, model.completeFromNs);
    const toNs = thread.endNs ?? latestNs;
    if (!mayCompute(thread, fromNs, toNs)) return [];
    const { running, ready, gil } = model.account(thread, latestNs).shares(fromNs, toNs);
    const computes = running >= meaningfulNs && running + ready + gil >= computingShare * (toNs - fromNs);
    return computes ? [{ thread, fromNs, toNs, runNs: running, gilNs: gil }] : [];
  });
  known.set(model, { events: eventCount, latestNs, computing });
  return computing;
}

/**
 * Whether its sums and the time between its waits allow it: most threads mostly wait, and to walk the account of each took a second at ten
 * million events. The interpreter's lock is waited for between waits only, and what it was on a CPU or ready for is in the last sum.
 */
function mayCompute({ samples, waits }: Thread, fromNs: number, toNs: number): boolean {
  if (samples.count === 0) return false;
  const last = samples.count - 1;
  const betweenNs = toNs - fromNs - (waits.coveredUntil(toNs) - waits.coveredUntil(fromNs));
  const mostNs = samples.run(last) + samples.ready(last) + betweenNs;
  return mostNs + roundingNs >= computingShare * (toNs - fromNs);
}

export interface Together {
  readonly fromNs: number;
  readonly toNs: number;
  /** How many CPUs they used on average while all of them lived. */
  readonly cpus: number;
  /** For at least so much of that time two or more of them were on a CPU. */
  readonly overlap: number;
}

/** What they did while all of them lived; null where that was not for long. */
export function together(model: Model, group: readonly Computing[]): Together | null {
  const fromNs = Math.max(...group.map((each) => each.fromNs));
  const toNs = Math.min(...group.map((each) => each.toNs));
  const shortest = Math.min(...group.map((each) => each.toNs - each.fromNs));
  if (group.length < 2 || toNs - fromNs < meetingShare * shortest) return null;
  const accounts = group.map(({ thread }) => model.account(thread, model.latestNs));
  const step = Math.max(windowNs, (toNs - fromNs) / mostWindows);
  let run = 0;
  let overlap = 0;
  for (let at = fromNs; at < toNs; at += step) {
    const end = Math.min(at + step, toNs);
    const sum = accounts.reduce((total, account) => total + account.shares(at, end).running, 0);
    run += sum;
    overlap += Math.max(0, (sum - (end - at)) / (group.length - 1));
  }
  return { fromNs, toNs, cpus: run / (toNs - fromNs), overlap: overlap / (toNs - fromNs) };
}

/** A finding per group, keyed by whatever joins its threads; those that computed longest are kept. */
export function perGroup<K>(
  computing: readonly Computing[], keyOf: (each: Computing) => K, describe: (group: readonly Computing[]) => Finding | null,
): Finding[] {
  const groups = new Map<K, Computing[]>();
  for (const each of computing) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return gravest(
    [...groups.values()].flatMap((group) => {
      const finding = group.length < 2 ? null : describe(group);
      return finding === null ? [] : [{ finding, weight: group.reduce((sum, each) => sum + each.runNs, 0) }];
    }),
  );
}

/** `93 %` */
export function percent(share: number): string {
  return `${String(Math.round(share * 100))} %`;
}
