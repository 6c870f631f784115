/**
 * How many threads were on a CPU, from the run's first event until now, kept as the run grows: the overview is asked for again and again
 * while somebody looks on, and to look up each thread's account at each bin's edge took the engine 40 to 100 ms a time with 300 threads,
 * in which no picture went out.
 *
 *     a thread's account   ──┬───────┬─┬────────────┬──       between two rows it ran evenly
 *     cells                │ 3.1 │ 2.0 │ 0.4 │ 0   │ 1.9 │   ns that all threads ran: two become one where the run outgrows them
 *
 * The latest rows are read anew each time, because the kernel adds to its sums late and so raises rows before the last.
 */
import type { Model } from '../model/model';
import { SampleRows, type SampleColumns } from '../model/samples';
import type { Thread } from '../model/thread';

/** A bin of the overview has four and more: what a bin's edge cuts in two is less than a quarter of it. */
const mostCells = 16_384;
const finestNs = 2 ** 10;
/** Of a running thread the kernel adds at a tick, some ms late. */
const settledAfterNs = 1e9;

/** What it reads of a model. */
export interface Accounts {
  readonly originNs: number;
  readonly threads: readonly Pick<Thread, 'samples' | 'startNs'>[];
}

/** Up to where a thread's account has been read: the next row, and what the one before says, ns from the first event. */
interface Place {
  row: number;
  at: number;
  run: number;
}

export class RunningTotals {
  private readonly cells = new Float64Array(mostCells);
  private cellNs = finestNs;
  private readonly places = new Map<Accounts['threads'][number], Place>();
  private readonly rows = new SampleRows();

  constructor(private readonly model: Accounts) {}

  /**
   * @param nowNs the present, ns from the first event.
   * @returns the mean number in each of `bins` equal bins from the first event to the present; null where nobody looked at any thread.
   */
  means(bins: number, nowNs: number): Float32Array<ArrayBuffer> | null {
    const binNs = Math.max(nowNs, 1) / bins;
    const sums = new Float64Array(bins);
    let observed = false;
    for (const thread of this.model.threads) {
      if (thread.samples.count === 0) continue;
      observed = true;
      const place = this.settle(thread, nowNs - settledAfterNs);
      this.walk(thread.samples, { ...place }, Infinity, (from, to, ran) => spread(sums, binNs, from, to, ran));
    }
    if (!observed) return null;
    for (let cell = 0; cell < mostCells; cell++) {
      const ran = this.cells[cell]!;
      if (ran > 0) spread(sums, binNs, cell * this.cellNs, (cell + 1) * this.cellNs, ran);
    }
    return Float32Array.from(sums, (ran) => ran / binNs);
  }

  /** Reads what can't change any more into the cells. */
  private settle(thread: Accounts['threads'][number], untilNs: number): Place {
    let place = this.places.get(thread);
    if (place === undefined) this.places.set(thread, (place = { row: 0, at: thread.startNs - this.model.originNs, run: 0 }));
    this.walk(thread.samples, place, untilNs, (from, to, ran) => {
      while (to >= mostCells * this.cellNs) this.halve();
      spread(this.cells, this.cellNs, from, to, ran);
    });
    return place;
  }

  /** Tells what the thread ran between two rows each, and moves the place on. */
  private walk(samples: SampleColumns, place: Place, untilNs: number, tell: (from: number, to: number, ran: number) => void): void {
    const { rows } = this;
    const { originNs } = this.model;
    while (place.row < samples.count) {
      samples.read(place.row, rows);
      for (let index = 0; index < rows.count; index++) {
        const at = rows.at[index]! - originNs;
        if (at > untilNs) return;
        const ran = rows.run[index]! - place.run;
        if (ran > 0) tell(place.at, at, ran);
        place.row++;
        place.at = at;
        place.run = rows.run[index]!;
      }
    }
  }

  private halve(): void {
    const { cells } = this;
    const half = mostCells / 2;
    for (let cell = 0; cell < half; cell++) cells[cell] = cells[2 * cell]! + cells[2 * cell + 1]!;
    cells.fill(0, half);
    this.cellNs *= 2;
  }
}

/** Adds to equal steps what was evenly spread over a time; what lies before or after all of them goes to the first and the last. */
function spread(into: Float64Array, stepNs: number, from: number, to: number, amount: number): void {
  const begin = stepOf(from, stepNs, into.length);
  const end = stepOf(to, stepNs, into.length);
  if (begin === end || to <= from) {
    into[end]! += amount;
    return;
  }
  const each = amount / (to - from);
  into[begin]! += each * ((begin + 1) * stepNs - from);
  for (let step = begin + 1; step < end; step++) into[step]! += each * stepNs;
  into[end]! += each * (to - end * stepNs);
}

function stepOf(at: number, stepNs: number, steps: number): number {
  return Math.min(Math.max(Math.floor(at / stepNs), 0), steps - 1);
}

const kept = new WeakMap<Model, RunningTotals>();

/** Those of a model, made when they are first asked for. */
export function runningTotalsOf(model: Model): RunningTotals {
  let totals = kept.get(model);
  if (totals === undefined) kept.set(model, (totals = new RunningTotals(model)));
  return totals;
}
