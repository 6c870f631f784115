/**
 * The whole recording at a glance, for the strip above the timeline. It reads what there are few of: connections, processes and threads; of the
 * threads' accounts what has come since it was asked for last (`runningTotals.ts`).
 */
import type { Connection } from '../model/connection';
import { endingOf } from '../model/endings';
import type { Model } from '../model/model';
import type { Process } from '../model/process';
import { stopsOf } from '../model/stopJoin';
import { overviewMarks, type Overview, type OverviewRequest } from '../protocol/navigate';
import { runningTotalsOf } from './runningTotals';

const mostBins = 2000;

/** @param nowNs the present, ns from the first event. */
export function overview(model: Model, { width }: OverviewRequest, nowNs: number): Overview {
  const bins = Math.min(Math.max(Math.floor(width), 1), mostBins);
  const binNs = Math.max(nowNs, 1) / bins;
  const scale: Scale = { bins, binNs, origin: model.originNs, now: nowNs + model.originNs };
  return {
    binNs, bins,
    connections: peaks(scale, model.connections, openFrom, (connection) => connection.closedNs),
    queued: peaks(scale, model.connections, (connection) => connection.queuedNs, (connection) => connection.acceptedNs ?? connection.closedNs),
    running: runningTotalsOf(model).means(bins, nowNs)?.buffer ?? null,
    marks: marks(scale, model),
  };
}

interface Scale {
  readonly bins: number;
  readonly binNs: number;
  /** The first event, model time. */
  readonly origin: number;
  /** The present, model time. */
  readonly now: number;
}

function binOf({ bins, binNs, origin }: Scale, at: number): number {
  return Math.min(Math.max(Math.floor((at - origin) / binNs), 0), bins - 1);
}

/** One that still stands in a queue is not open to the program. */
function openFrom({ role, acceptedNs, startNs, queued }: Connection): number | null {
  return acceptedNs ?? (role === 'server' && queued !== null ? null : startNs);
}

/**
 * The most intervals that overlap at one moment, by bin.
 *
 *     begins and ends, sorted   ▲  ▲ ▼▲ ▼ ▼     a running count over both: its highest in each bin
 */
function peaks<T>(scale: Scale, things: readonly T[], beginOf: (thing: T) => number | null, endOf: (thing: T) => number | null): ArrayBuffer {
  const begins = new Float64Array(things.length);
  const ends = new Float64Array(things.length);
  let count = 0;
  for (const thing of things) {
    const begin = beginOf(thing);
    if (begin === null) continue;
    begins[count] = begin;
    ends[count++] = Math.max(endOf(thing) ?? Infinity, begin);
  }
  const [up, down] = [begins.subarray(0, count).sort(), ends.subarray(0, count).sort()];
  const peak = new Float32Array(scale.bins);
  let ended = 0;
  let bin = 0;
  let level = 0;
  // What ends at a bin's begin is not open in it.
  const endBin = (at: number): number => binOf(scale, at - 1);
  /** Up to this bin everything is as high as now. */
  const reach = (to: number): void => {
    while (bin < to) peak[++bin] = level;
  };
  for (let begun = 0; begun < count; begun++) {
    for (; ended < begun && down[ended]! <= up[begun]!; ended++) {
      reach(endBin(down[ended]!));
      level--;
    }
    reach(binOf(scale, up[begun]!));
    level++;
    if (level > peak[bin]!) peak[bin] = level;
  }
  for (; ended < count && down[ended]! <= scale.now; ended++) {
    reach(endBin(down[ended]!));
    level--;
  }
  reach(scale.bins - 1);
  return peak.buffer;
}

function marks(scale: Scale, model: Model): ArrayBuffer {
  const marked = new Uint8Array(scale.bins);
  const mark = (at: number, what: number): void => void (marked[binOf(scale, at)]! |= what);
  for (const process of model.processes) {
    if (process.endNs === null) continue;
    mark(process.endNs, failed(process) ? overviewMarks.failure : overviewMarks.end);
  }
  for (const thread of model.threads) for (const { beginNs } of thread.signals) mark(beginNs, overviewMarks.signal);
  for (const { fromNs, toNs } of stopsOf(model).halts) {
    for (let bin = binOf(scale, fromNs); bin <= binOf(scale, Math.min(toNs, scale.now)); bin++) marked[bin]! |= overviewMarks.stop;
  }
  return marked.buffer;
}

/** SIGINT and SIGTERM are how a program is asked to end. */
function failed(process: Process): boolean {
  const ending = endingOf(process);
  const signal = process.exit?.signal ?? null;
  return ending === 'error' || ending === 'fatal' || (ending === 'killed' && signal !== 'SIGINT' && signal !== 'SIGTERM');
}
