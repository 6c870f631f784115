/**
 * All waits on the object that one moment waits for: a lock, a connection, a channel, a thread, a process, a listener, a task.
 *
 * Waits keep their object as a kind and a number, so a table is walked without looking up names. Intervals that are closer than a pixel are
 * one, so what is answered is bounded by the pixels; what is walked is the range, of rows in sight first, of the others
 * (who only count) up to a bound.
 */
import type { Model } from '../model/model';
import type { Task } from '../model/task';
import type { Thread } from '../model/thread';
import { objectCode } from '../model/waits';
import type { SameObject, SameObjectRequest } from '../protocol/explore';
import { findThing, labelOf } from './things';

/** Waits of rows out of sight that are looked at: some 40 ms. */
const mostCounted = 2_000_000;

interface Wanted {
  kind: number;
  object: number;
  /** A descriptor's number means something in its process alone. */
  process: number | null;
}

/** @param nowNs the present, ns from the first event. */
export function sameObject(model: Model, ask: SameObjectRequest, nowNs: number): SameObject {
  const origin = model.originNs;
  const now = nowNs + origin;
  const [from, to] = [ask.fromNs + origin, Math.min(ask.toNs + origin, now)];
  const out = new Intervals((ask.toNs - ask.fromNs) / Math.max(ask.width, 1), origin);
  const thing = findThing(model, ask.row);
  const at = ask.atNs + origin;
  const waiting = thing?.kind === 'thread' || thing?.kind === 'task' ? thing : null;
  const wait = waiting === null ? -1 : waitAt(waiting, at);
  const wanted = waiting !== null && wait >= 0 ? objectOf(waiting, wait) : thing?.kind === 'connection' ? { kind: objectCode.connection, object: Number(thing.id.slice(1)), process: null } : null;
  if (wanted === null) return { object: null, label: null, waits: 0, threads: 0, atLeast: false, holder: null, ...out.finish() };

  const counted = { waits: 0, threads: 0 };
  const seen = new Set<Thread | Task>();
  ask.rows.forEach((id, index) => {
    const row = findThing(model, id);
    if (row?.kind === 'thread' || row?.kind === 'task') {
      seen.add(row);
      const waits = eachWait(row, wanted, from, to, now, (begin, end) => out.add(index, begin, end));
      count(counted, waits.found);
    } else if (row?.kind === 'connection' && wanted.kind === objectCode.connection && row.id === `c${String(wanted.object)}`) {
      out.add(index, Math.max(row.startNs, from), Math.min(row.closedNs ?? now, to));
    }
  });
  let looked = 0;
  for (const list of [model.threads, model.tasks]) {
    for (const each of list) {
      if (looked >= mostCounted) break;
      if (seen.has(each)) continue;
      const waits = eachWait(each, wanted, from, to, now, () => undefined);
      looked += waits.looked;
      count(counted, waits.found);
    }
  }
  const reference = waiting === null ? `connection:${ask.row}` : model.waitObject(waiting, wait);
  return { object: reference, label: labelOfObject(model, reference), ...counted, atLeast: looked >= mostCounted, holder: holderOf(model, waiting, wait), ...out.finish() };
}

function count(counted: { waits: number; threads: number }, found: number): void {
  counted.waits += found;
  if (found > 0) counted.threads++;
}

/** The row of its waits at `ns`, or -1. */
function waitAt({ waits }: Thread | Task, ns: number): number {
  const at = waits.firstEndingAfter(ns);
  return at < waits.count && waits.begin(at) <= ns ? at : -1;
}

function objectOf(waiting: Thread | Task, row: number): Wanted | null {
  const kind = waiting.waits.objectKind(row);
  // How many descriptors a poll watches is no object.
  if (kind === objectCode.none || kind === objectCode.pollSet) return null;
  const process = kind === objectCode.descriptor ? processOf(waiting) : null;
  return { kind, object: waiting.waits.object(row), process };
}

const processOf = (waiting: Thread | Task): number => Number((waiting.kind === 'thread' ? waiting : waiting.thread).process.id.slice(1));

/** Calls for each wait on the object that overlaps the range. */
function eachWait(waiting: Thread | Task, wanted: Wanted, from: number, to: number, now: number, add: (begin: number, end: number) => void): { found: number; looked: number } {
  if (wanted.process !== null && processOf(waiting) !== wanted.process) return { found: 0, looked: 0 };
  const { waits } = waiting;
  const first = waits.firstEndingAfter(from);
  let found = 0;
  let at = first;
  for (; at < waits.count && waits.begin(at) < to; at++) {
    if (waits.object(at) !== wanted.object || waits.objectKind(at) !== wanted.kind) continue;
    const end = waits.end(at);
    found++;
    add(waits.begin(at), Number.isNaN(end) ? now : end);
  }
  return { found, looked: at - first };
}

/** Who had it when the wait began. */
function holderOf(model: Model, waiting: Thread | Task | null, row: number): SameObject['holder'] {
  const holder = waiting === null ? undefined : model.threads[waiting.waits.holder(row) - 1];
  return holder === undefined ? null : { row: holder.id, label: labelOf(model, holder) };
}

function labelOfObject(model: Model, reference: string | null): string | null {
  const id = reference?.split(':')[1] ?? '';
  const thing = /^[ptkcl]\d+$/.test(id) ? findThing(model, id) : undefined;
  return thing === undefined ? null : labelOf(model, thing);
}

/** Begin and end by row; what is closer than a pixel is one. */
class Intervals {
  private readonly rows: number[] = [];
  private readonly begins: number[] = [];
  private readonly ends: number[] = [];

  constructor(
    private readonly pixelNs: number,
    private readonly origin: number,
  ) {}

  /** In the order of begin within a row; model time. */
  add(row: number, beginNs: number, endNs: number): void {
    const last = this.rows.length - 1;
    const begin = beginNs - this.origin;
    const end = endNs - this.origin;
    if (end < begin) return;
    // Only among those that are themselves too thin to be told apart.
    if (last >= 0 && this.rows[last] === row && begin - this.ends[last]! < this.pixelNs && (end - begin < this.pixelNs || this.ends[last]! - this.begins[last]! < this.pixelNs)) {
      this.ends[last] = end;
      return;
    }
    this.rows.push(row);
    this.begins.push(begin);
    this.ends.push(end);
  }

  finish(): Pick<SameObject, 'count' | 'spanRow' | 'begin' | 'end'> {
    return { count: this.rows.length, spanRow: Uint32Array.from(this.rows).buffer, begin: Float64Array.from(this.begins).buffer, end: Float64Array.from(this.ends).buffer };
  }
}
