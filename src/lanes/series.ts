/**
 * Rows of numbers in a tile: an accept queue's length (`q1` of the listener l1), and the run's counters (`n:threads`).
 *
 *     steps     ──┐  ┌┐ ┌──────            exact where a bin has one
 *                 └──┘└─┘
 *     entries     at, least, most          a bin with several: what the number was within it, then what it was at its end
 *
 * Bins are a power of two of nanoseconds, at least a pixel, and begin at multiples of that: whatever is asked for, a bin's entry is the
 * same. An entry holds until the row's next one, so a row costs two entries a bin at most, and what never changes costs one.
 */
import type { Model } from '../model/model';
import { numberRows, type NumberReading, type NumberRequest, type NumberRow, type TileSeries } from '../protocol/series';
import { grown } from '../model/columns';
import { countersOf } from './counters';
import type { StepColumns } from './steps';

class Entries {
  private row = new Uint16Array(64);
  private at = new Float64Array(64);
  private low = new Float64Array(64);
  private high = new Float64Array(64);
  private count = 0;
  private current = 0;
  private first = 0;

  start(row: number): void {
    this.current = row;
    this.first = this.count;
  }

  /** An entry that says what the one before says is left out. */
  add(at: number, low: number, high: number): void {
    const last = this.count - 1;
    if (last >= this.first && Object.is(this.low[last], low) && Object.is(this.high[last], high)) return;
    if (this.count === this.row.length) this.grow();
    this.row[this.count] = this.current;
    this.at[this.count] = at;
    this.low[this.count] = low;
    this.high[this.count++] = high;
  }

  finish(): TileSeries {
    const n = this.count;
    return { seriesRow: this.row.slice(0, n).buffer, seriesAt: this.at.slice(0, n).buffer, seriesLow: this.low.slice(0, n).buffer, seriesHigh: this.high.slice(0, n).buffer };
  }

  private grow(): void {
    const size = this.row.length * 2;
    this.row = grown(this.row, size);
    this.at = grown(this.at, size);
    this.low = grown(this.low, size);
    this.high = grown(this.high, size);
  }
}

/** Times from the first event. */
export interface Window {
  readonly fromNs: number;
  /** At most the present. */
  readonly toNs: number;
  /** A power of two, at least a pixel. */
  readonly binNs: number;
}

/** The bins of a tile whose pixels are so long. */
export function binOf(pixelNs: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(pixelNs)));
}

/** Null where none of the rows counts anything. */
export function seriesOf(model: Model, rows: readonly string[], { fromNs, toNs, width }: { fromNs: number; toNs: number; width: number }, nowNs: number): TileSeries | null {
  if (!rows.some((id) => kindOf(id) !== null)) return null;
  const entries = new Entries();
  const unknownNs = model.completeFromNs - model.originNs;
  const window = { fromNs, toNs: Math.min(toNs, nowNs), binNs: binOf((toNs - fromNs) / Math.max(width, 1)) };
  rows.forEach((id, index) => {
    const what = kindOf(id);
    if (what === null) return;
    entries.start(index);
    // What came and went while the oldest part was recorded was dropped with it.
    const from = Math.max(window.fromNs, unknownNs);
    if (from > window.fromNs) entries.add(window.fromNs, NaN, NaN);
    if (!(from < window.toNs)) return;
    if (what === 'bytesIn' || what === 'bytesOut') addRate(model, what === 'bytesIn', { ...window, fromNs: from }, entries);
    else addSteps(stepsOf(model, what), model.originNs, { ...window, fromNs: from }, entries);
  });
  return entries.finish();
}

/** What stands at a moment, exactly. */
export function numberAt(model: Model, { row, atNs, binNs }: NumberRequest, nowNs: number): NumberReading {
  const what = kindOf(row);
  const nothing: NumberReading = { row, atNs, value: null, fromNs: atNs, toNs: null };
  if (what === null || atNs > nowNs || atNs <= model.completeFromNs - model.originNs) return nothing;
  if (what === 'bytesIn' || what === 'bytesOut') {
    const { traffic } = model;
    const length = Math.max(binOf(binNs), traffic.stretchNs);
    const at = Math.floor(atNs / length);
    const per = length / traffic.stretchNs;
    return { row, atNs, value: (traffic.sum(at * per, (at + 1) * per, what === 'bytesIn') / length) * 1e9, fromNs: at * length, toNs: (at + 1) * length };
  }
  const steps = stepsOf(model, what);
  const at = steps.lastAt(atNs + model.originNs);
  return {
    row, atNs, value: steps.value(at),
    fromNs: at < 0 ? 0 : steps.at(at) - model.originNs,
    toNs: at + 1 < steps.count ? steps.at(at + 1) - model.originNs : null,
  };
}

function kindOf(id: string): NumberRow | number | null {
  if (id.startsWith('n:')) return numberRows.find((row) => id === `n:${row}`) ?? null;
  return /^q\d+$/.test(id) ? Number(id.slice(1)) : null;
}

function stepsOf(model: Model, what: Exclude<NumberRow, 'bytesIn' | 'bytesOut'> | number): StepColumns {
  const counters = countersOf(model);
  return typeof what === 'number' ? counters.queue(what) : counters.of(what);
}

function addSteps(steps: StepColumns, originNs: number, { fromNs, toNs, binNs }: Window, entries: Pick<Entries, 'add'>): void {
  let row = steps.lastAt(fromNs + originNs);
  entries.add(fromNs, steps.value(row), steps.value(row));
  while (row + 1 < steps.count) {
    const next = steps.at(row + 1) - originNs;
    if (next > toNs) break;
    const begin = Math.floor(next / binNs) * binNs;
    // The first bin begins before the range where the range does not begin with a bin.
    const from = Math.max(begin, fromNs);
    const last = lastBefore(steps, row + 1, begin + binNs + originNs);
    if (last === row + 1) {
      entries.add(next, steps.value(last), steps.value(last));
    } else {
      const { least, most } = steps.range(next > from ? Math.max(row, 0) : row + 1, last + 1);
      const before = row < 0 && next > from ? 0 : least;
      entries.add(from, Math.min(least, before), Math.max(most, before));
      const following = last + 1 < steps.count ? steps.at(last + 1) - originNs : Infinity;
      const several = following < begin + 2 * binNs && following <= toNs && lastBefore(steps, last + 1, begin + 2 * binNs + originNs) > last + 1;
      if (!several && following > begin + binNs) entries.add(begin + binNs, steps.value(last), steps.value(last));
    }
    row = last;
  }
}

/** The last step before `ns`, of those from `row` on, which is before it. */
function lastBefore(steps: StepColumns, row: number, ns: number): number {
  if (row + 1 >= steps.count || steps.at(row + 1) >= ns) return row;
  let last = steps.lastAt(ns);
  while (steps.at(last) >= ns) last--;
  return last;
}

/** Bytes a second, on average over each bin; a bin is no shorter than what the model tells apart. */
function addRate({ traffic }: Model, receives: boolean, { fromNs, toNs, binNs }: Window, entries: Pick<Entries, 'add'>): void {
  const length = Math.max(binNs, traffic.stretchNs);
  const per = length / traffic.stretchNs;
  const first = Math.max(0, Math.floor(fromNs / length));
  const last = Math.min(Math.floor(toNs / length), Math.ceil(traffic.count / per));
  if (fromNs < 0 || first > last) entries.add(fromNs, 0, 0);
  for (let at = first; at <= last; at++) {
    const rate = (traffic.sum(at * per, (at + 1) * per, receives) / length) * 1e9;
    entries.add(Math.max(at * length, fromNs), rate, rate);
  }
}
