/**
 * The kernel's account of one thread, as an observer read it now and then:
 *
 *     row         0          1          2                 3
 *     at      ────┼──────────┼──────────┼─────────────────┼──►
 *     run         2          30         41                41      ns on a CPU since the thread's birth
 *     found      cpu        cpu        gil               blocked  what it was at that moment
 *     rest               gil        gil          blocked          what it was off the CPU between two rows
 *
 * The sums are exact: between two rows the thread ran run[i] - run[i-1] and was ready ready[i] - ready[i-1]. What is left is the
 * *rest*: it was neither, so it was blocked, waited for the interpreter lock, or was stopped. Which of them is judged by what
 * it was found in (`restBetween`). A row is written only when the account differs from the last one, so the last row
 * stands until the observer's next look, however long ago it was.
 *
 * The kernel adds to its sums late: of a running thread up to a tick, of a waiting one when its wait is over. A row after
 * which more was added than there is time before it therefore raises the rows before it: at the moment of row i at least
 * total[j] - (at[j] - at[i]) had been used.
 */
import { Pages, type FieldKind } from './packedRows';
import { mostOpen, RowTable } from './rowTable';

/** What a thread was found in. `told`: it was on a CPU, for it told the run time itself; what it told says nothing of ready. */
const foundStates = ['cpu', 'blocked', 'gil', 'stopped', 'told'] as const;
export type Found = (typeof foundStates)[number];
/** What the rest between two rows was. */
export const restStates = ['blocked', 'gil', 'stopped', 'unknown'] as const;
export type Rest = (typeof restStates)[number];

const code = Object.fromEntries(foundStates.map((state, index) => [state, index])) as Readonly<Record<Found, number>>;
const restCode = Object.fromEntries(restStates.map((state, index) => [state, index])) as Readonly<Record<Rest, number>>;
/** No state that is known. */
const none = -1;

/** Fields of a row, in their order. */
const field = { at: 0, run: 1, ready: 2, found: 3, rest: 4 } as const;
const fieldKinds: readonly FieldKind[] = ['plain', 'plain', 'plain', 'plain', 'plain'];

/** Rows that were read at once; as `SampleColumns` tells them one by one. */
export class SampleRows {
  count = 0;
  readonly at = new Float64Array(mostOpen);
  readonly run = new Float64Array(mostOpen);
  readonly ready = new Float64Array(mostOpen);
  /** Indexes in `restStates`. */
  readonly rest = new Float64Array(mostOpen);
}

export class SampleColumns extends RowTable {
  /** Since when the thread has been found in the last row's state. */
  foundSinceNs = NaN;
  /** The last row that found the thread off the CPU, -1 for none. */
  private lastOff = -1;

  /** @param pages where it stands; those of its model. */
  constructor(pages: Pages = new Pages()) {
    super(fieldKinds, pages);
  }

  /** ns from the recording's base, ascending. */
  at(row: number): number {
    return this.value(row, field.at);
  }

  /** ns on a CPU since the thread's birth. */
  run(row: number): number {
    return this.value(row, field.run);
  }

  /** ns ready for one since the thread's birth. */
  ready(row: number): number {
    return this.value(row, field.ready);
  }

  found(row: number): Found {
    return foundStates[this.value(row, field.found)]!;
  }

  /** What the thread did off the CPU between the row before and this one (or from its birth to the first). */
  rest(row: number): Rest {
    return restStates[this.value(row, field.rest)]!;
  }

  /** Reads rows from this one on, as many as go at once. */
  read(from: number, rows: SampleRows): void {
    const to = this.readEnd(from, this.count);
    rows.count = Math.max(0, to - from);
    if (rows.count === 0) return;
    this.readField(field.at, from, to, rows.at, rows.at);
    this.readField(field.run, from, to, rows.run, rows.at);
    this.readField(field.ready, from, to, rows.ready, rows.at);
    this.readField(field.rest, from, to, rows.rest, rows.at);
  }

  /** Index of the first row after `ns`; `count` where there is none. */
  firstAfter(ns: number): number {
    return this.firstBeyond(ns);
  }

  push(at: number, run: number, ready: number, found: Exclude<Found, 'told'>): void {
    this.add(at, run, ready, found);
    const row = this.count - 1;
    if (found === 'cpu') {
      this.setRest(row, none);
      return;
    }
    // Rows since it was last off the CPU: only now is known where that stretch led to.
    for (let between = this.lastOff + 1; between <= row; between++) this.setRest(between, code[found]);
    this.lastOff = row;
  }

  /** The thread says how long it has run. */
  tell(at: number, run: number): void {
    this.add(at, run, 0, 'told');
  }

  private add(at: number, run: number, ready: number, found: Found): void {
    const row = this.count;
    const first = row === 0;
    const before = first ? at : this.last(field.at);
    const ranBefore = first ? run : this.last(field.run);
    const stoodBefore = first ? ready : this.last(field.ready);
    const sampled = Math.max(at, before);
    const ran = Math.max(run, ranBefore);
    const stood = Math.max(ready, stoodBefore);
    if (first || this.last(field.found) !== code[found]) this.foundSinceNs = sampled;
    const place = this.newRow();
    const { page } = this;
    page[place] = sampled;
    page[place + field.run] = ran;
    page[place + field.ready] = stood;
    page[place + field.found] = code[found];
    page[place + field.rest] = restCode.unknown;
    // As a rule no more was added than there is time.
    if (ran - ranBefore + (stood - stoodBefore) > sampled - before) this.raiseBefore(row);
  }

  private raiseBefore(last: number): void {
    for (let row = last; row > 0; row--) {
      const length = this.at(row) - this.at(row - 1);
      const run = this.run(row) - this.run(row - 1);
      const ready = this.ready(row) - this.ready(row - 1);
      const tooMuchRun = Math.max(0, run - length);
      const tooMuchReady = Math.max(0, run - tooMuchRun + ready - length);
      if (tooMuchRun === 0 && tooMuchReady === 0) return;
      this.set(row - 1, field.run, this.run(row - 1) + tooMuchRun);
      this.set(row - 1, field.ready, this.ready(row - 1) + tooMuchReady);
    }
  }

  /** @param next what the next row off the CPU found (`code`), `none` where there is none yet. */
  private setRest(row: number, next: number): void {
    const found = this.value(row, field.found);
    if (found === code.told) return;
    const left = row === 0 ? none : this.value(row - 1, field.found);
    const before = this.lastOff < 0 || this.lastOff >= row ? none : this.value(this.lastOff, field.found);
    this.set(row, field.rest, restBetween(left, found, before, next));
  }
}

/**
 * What a thread did off the CPU between two rows in which it was found in `left` and `right`; all of them codes.
 *
 * Rows come only when something has changed, so the left one's state lasted until shortly before the right one. A thread
 * that was on the CPU at both ends left it in between unseen: where every look before and after that found it off the CPU
 * (`before`, `next`) found it waiting for the interpreter lock, so it did there. All else is the kernel's word: blocked.
 */
function restBetween(left: number, right: number, before: number, next: number): number {
  const { gil, blocked, stopped } = code;
  if (left === stopped) return restCode.stopped;
  if (left === blocked) return restCode.blocked;
  if (left === gil) return right === blocked || right === stopped ? restCode.blocked : restCode.gil;
  if (right === gil) return restCode.gil;
  if (right === stopped) return restCode.stopped;
  if (right === blocked || (before === none && next === none)) return restCode.blocked;
  return (before === none || before === gil) && (next === none || next === gil) ? restCode.gil : restCode.blocked;
}
