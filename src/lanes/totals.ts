/**
 * The totals of a range: for every row and state how long, how often, and which was the longest.
 *
 *     range          │◄────────────►│
 *     row    ▒▒▒▒▒▒▒▒│▒▒▒████▒▒▒▒▒▒▒│▒▒▒▒      parts are cut at the edges; a span that touches the range counts once
 *
 * A recording has millions of spans, and while they are summed up no tile is answered: after a while the answer gives what it has,
 * and says where to go on.
 */
import type { Model } from '../model/model';
import type { Totals, TotalsRequest } from '../protocol/explore';
import { spanStates } from '../protocol/states';
import { eachSpan } from './rowSpans';
import { hasRow } from './tasks';
import { Stalls, stalledWithin } from '../model/stalls';
import { findThing, type RowThing } from './things';

/** So many spans make an answer, some 60 ms. A row is never left half done: one of 10⁶ spans takes about twice that. */
const answerSpans = 400_000;

/** @param nowNs the present, ns from the first event. */
export function totalsOf(model: Model, ask: TotalsRequest, nowNs: number): Totals {
  const origin = model.originNs;
  const [from, to, now] = [ask.fromNs + origin, ask.toNs + origin, nowNs + origin];
  const sums = new Sums();
  const out = new Columns();
  const rows: string[] = [];
  const stalls = new Stalls(model, now);
  let summed = 0;
  let after: string | null = null;
  for (const thing of thingsAfter(model, ask)) {
    if (summed >= answerSpans) break;
    after = thing.id;
    sums.clear();
    const bands = ask.withoutStops === true ? stalls.bands(thing) : [];
    eachSpan(model, thing, from, to, now, (begin, end, state) => {
      const [first, last] = [Math.max(begin, from), Math.min(end, to)];
      sums.add(state, last - first - stalledWithin(bands, first, last), begin);
    });
    // A row without a span costs a little too.
    summed += sums.count + 20;
    if (sums.count === 0) continue;
    sums.put(out, rows.length, origin);
    rows.push(thing.id);
  }
  return { rows, after: summed >= answerSpans ? after : null, ...out.finish() };
}

/** In a fixed order, from the one behind `ask.after` on. */
function* thingsAfter(model: Model, { rows, after }: TotalsRequest): Iterable<RowThing> {
  let passed = after === null;
  const things = rows === null ? everything(model) : rows.map((id) => findThing(model, id));
  for (const thing of things) {
    if (passed && thing !== undefined) yield thing;
    else if (thing?.id === after) passed = true;
  }
}

function* everything(model: Model): Iterable<RowThing> {
  yield* model.threads;
  for (const task of model.tasks) if (hasRow(task, model.latestNs)) yield task;
  yield* model.connections;
  yield* model.processes;
}

/** One row's, by state. */
class Sums {
  /** Spans added since `clear`. */
  count = 0;
  private readonly total = new Float64Array(spanStates.length);
  private readonly spans = new Uint32Array(spanStates.length);
  private readonly longest = new Float64Array(spanStates.length);
  private readonly longestAt = new Float64Array(spanStates.length);

  clear(): void {
    this.count = 0;
    this.total.fill(0);
    this.spans.fill(0);
    this.longest.fill(0);
  }

  /** @param length ns within the range. @param begin of the whole span. */
  add(state: number, length: number, begin: number): void {
    this.count++;
    this.total[state]! += length;
    this.spans[state]!++;
    if (length <= this.longest[state]!) return;
    this.longest[state] = length;
    this.longestAt[state] = begin;
  }

  put(out: Columns, row: number, origin: number): void {
    for (let state = 0; state < spanStates.length; state++) {
      if (this.spans[state]! > 0) out.add(row, state, this.total[state]!, this.spans[state]!, this.longest[state]!, this.longestAt[state]! - origin);
    }
  }
}

class Columns {
  private readonly cells: { row: number[]; state: number[]; total: number[]; spans: number[]; longest: number[]; at: number[] } = { row: [], state: [], total: [], spans: [], longest: [], at: [] };

  add(row: number, state: number, total: number, spans: number, longest: number, at: number): void {
    const { cells } = this;
    cells.row.push(row);
    cells.state.push(state);
    cells.total.push(total);
    cells.spans.push(spans);
    cells.longest.push(longest);
    cells.at.push(at);
  }

  finish(): Pick<Totals, 'count' | 'row' | 'state' | 'total' | 'spans' | 'longest' | 'longestAt'> {
    const { row, state, total, spans, longest, at } = this.cells;
    return {
      count: row.length,
      row: Uint32Array.from(row).buffer,
      state: Uint8Array.from(state).buffer,
      total: Float64Array.from(total).buffer,
      spans: Uint32Array.from(spans).buffer,
      longest: Float64Array.from(longest).buffer,
      longestAt: Float64Array.from(at).buffer,
    };
  }
}
