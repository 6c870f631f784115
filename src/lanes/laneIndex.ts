/**
 * Running sums over a lane's rows, so that a bin that covers thousands of them costs a few searches instead of a walk.
 *
 *     rows      0 … 31 │ 32 … 63 │ 64 … 95 │ 96 …
 *     sums      0      │ a       │ a + b   │ a + b + c      ns by state in all rows before the block
 *
 * The time of a state in rows from…to is the difference of the sums at two blocks, and the rows at both ends one by one. Made
 * when somebody first looks at the lane, and continued as rows come; what was summed up of rows that changed is summed up again.
 */
import type { ActivityColumns } from '../model/activity';
import { grown } from '../model/columns';
import { SpanRows } from '../model/rowTable';
import type { WaitColumns } from '../model/waits';
import { spanStates } from '../protocol/states';
import { weight, type OwnerSource, type TileBuilder } from './tileBuilder';

/** Rows of a block: with four states 1.5 bytes a row. */
const blockShift = 5;
const blockRows = 1 << blockShift;

/** What an index reads of a table of spans. */
interface Rows {
  readonly count: number;
  touchedFrom: number;
  begin(row: number): number;
  end(row: number): number;
  /** Reads rows from this one on, as many as go at once, but none from `limit` on. */
  read(from: number, limit: number, rows: SpanRows): void;
}

/** Rows that are read are used at once: one buffer does. */
const buffer = new SpanRows();

export class LaneIndex {
  private blocks = 0;
  private capacity = 8;
  /** By state: ns before each block; of states that the lane has. */
  private readonly sums: (Float64Array | undefined)[] = [];
  private readonly states: number[] = [];
  /** ns between rows (before each row of the block: what is between it and the row before), and how many such gaps there are. */
  private gapNs = new Float64Array(8);
  private gaps = new Uint32Array(8);
  private readonly running = new Float64Array(spanStates.length);

  constructor(
    readonly rows: Rows,
    private readonly state: (row: number) => number,
  ) {}

  /** Bytes that it takes. */
  get bytes(): number {
    return this.capacity * (12 + 8 * this.states.length);
  }

  /** Takes in rows that are new or changed. @param settled so many rows change no more. */
  update(settled: number): void {
    const { rows } = this;
    this.blocks = Math.min(this.blocks, rows.touchedFrom >> blockShift);
    rows.touchedFrom = rows.count;
    while ((this.blocks + 1) << blockShift <= settled) this.addBlock();
  }

  /** Adds the time of rows from…to to the builder's cell, by state. */
  addTimes(builder: TileBuilder, from: number, to: number): void {
    const first = Math.min((from + blockRows - 1) >> blockShift, this.blocks);
    const last = Math.min(to >> blockShift, this.blocks);
    if (first >= last) {
      this.addRows(builder, from, to);
      return;
    }
    this.addRows(builder, from, first << blockShift);
    for (const state of this.states) {
      const sums = this.sums[state]!;
      builder.addTime(state, sums[last]! - sums[first]!);
    }
    this.addRows(builder, last << blockShift, to);
  }

  /** ns between rows, before each of the rows from…to; 1 ≤ from. */
  gapTime(from: number, to: number): number {
    let sum = 0;
    const first = Math.min((from + blockRows - 1) >> blockShift, this.blocks);
    const last = Math.min(to >> blockShift, this.blocks);
    const whole = first < last;
    if (whole) sum = this.gapNs[last]! - this.gapNs[first]!;
    this.eachGap(from, whole ? first << blockShift : to, (gap) => (sum += gap));
    if (whole) this.eachGap(last << blockShift, to, (gap) => (sum += gap));
    return sum;
  }

  /** How many of the rows from…to don't begin where the row before ends; 1 ≤ from. */
  gapCount(from: number, to: number): number {
    let count = 0;
    const first = Math.min((from + blockRows - 1) >> blockShift, this.blocks);
    const last = Math.min(to >> blockShift, this.blocks);
    const whole = first < last;
    if (whole) count = this.gaps[last]! - this.gaps[first]!;
    this.eachGap(from, whole ? first << blockShift : to, () => count++);
    if (whole) this.eachGap(last << blockShift, to, () => count++);
    return count;
  }

  /** The last of the rows from…to with the state; -1 for none. */
  lastOf(state: number, from: number, to: number): number {
    const last = Math.min(to >> blockShift, this.blocks);
    for (let row = to - 1; row >= Math.max(from, last << blockShift); row--) if (this.state(row) === state) return row;
    const sums = this.sums[state];
    if (sums === undefined || last << blockShift <= from) return -1;
    // The first block at which the sum is what it is in the end: the block before holds the last row.
    let low = from >> blockShift;
    let high = last;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sums[middle] === sums[last]) high = middle;
      else low = middle + 1;
    }
    for (let row = (low << blockShift) - 1; row >= Math.max(from, (low - 1) << blockShift); row--) if (this.state(row) === state) return row;
    return -1;
  }

  private addRows(builder: TileBuilder, from: number, to: number): void {
    const { begin, end, code } = buffer;
    for (let row = from; row < to; row += buffer.count) {
      this.rows.read(row, to, buffer);
      for (let at = 0; at < buffer.count; at++) builder.addTime(code[at]!, weight(end[at]! - begin[at]!));
    }
  }

  /** Tells the weight of what is between the rows, before each of the rows from…to, where there is something. */
  private eachGap(from: number, to: number, tell: (ns: number) => void): void {
    if (from >= to) return;
    const { begin, end } = buffer;
    let before = this.rows.end(from - 1);
    for (let row = from; row < to; row += buffer.count) {
      this.rows.read(row, to, buffer);
      for (let at = 0; at < buffer.count; at++) {
        if (begin[at]! > before) tell(weight(begin[at]! - before));
        before = end[at]!;
      }
    }
  }

  private addBlock(): void {
    const { rows, running, states } = this;
    const at = this.blocks;
    if (at + 2 > this.capacity) this.grow();
    for (const state of states) running[state] = this.sums[state]![at]!;
    let gapNs = this.gapNs[at]!;
    let gaps = this.gaps[at]!;
    const from = at << blockShift;
    let before = from === 0 ? rows.begin(0) : rows.end(from - 1);
    for (let row = from; row < from + blockRows; row += buffer.count) {
      rows.read(row, from + blockRows, buffer);
      for (let each = 0; each < buffer.count; each++) {
        const state = buffer.code[each]!;
        const begin = buffer.begin[each]!;
        const end = buffer.end[each]!;
        if (this.sums[state] === undefined) {
          this.sums[state] = new Float64Array(this.capacity);
          states.push(state);
          running[state] = 0;
        }
        if (begin > before) {
          gapNs += weight(begin - before);
          gaps++;
        }
        running[state]! += weight(end - begin);
        before = end;
      }
    }
    for (const state of states) this.sums[state]![at + 1] = running[state]!;
    this.gapNs[at + 1] = gapNs;
    this.gaps[at + 1] = gaps;
    this.blocks = at + 1;
  }

  private grow(): void {
    this.capacity *= 2;
    for (const state of this.states) this.sums[state] = grown(this.sums[state]!, this.capacity);
    this.gapNs = grown(this.gapNs, this.capacity);
    this.gaps = grown(this.gaps, this.capacity);
  }
}

const indexes = new WeakMap<Rows, LaneIndex>();

/** The index of a thread's or a task's waits, up to date. */
export function waitIndex(waits: WaitColumns): LaneIndex {
  let index = indexes.get(waits);
  if (index === undefined) indexes.set(waits, (index = new LaneIndex(waits, (row) => waits.reason(row))));
  index.update(waits.open ? waits.count - 1 : waits.count);
  return index;
}

/** The index of a connection's lane, up to date. */
export function activityIndex(activity: ActivityColumns): LaneIndex {
  let index = indexes.get(activity);
  if (index === undefined) indexes.set(activity, (index = new LaneIndex(activity, (row) => activity.state(row))));
  index.update(activity.count);
  return index;
}

/** The first row from `from` on that begins at `ns` or later; `count` where none does. The nearer it is the sooner it is found. */
export function firstBeginningFrom(rows: Pick<Rows, 'begin'>, from: number, count: number, ns: number): number {
  let step = 1;
  let low = from;
  while (low + step < count && rows.begin(low + step) < ns) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, count);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows.begin(middle) < ns) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The same for the row's end. */
export function firstEndingFrom(rows: Pick<Rows, 'end'>, from: number, count: number, ns: number): number {
  let low = from;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows.end(middle) < ns) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The owners of a connection's rows. */
export function ownersIn(index: LaneIndex, activity: ActivityColumns, from: number, to: number): OwnerSource {
  return {
    lastOwner(state) {
      const row = index.lastOf(state, from, to);
      return row < 0 ? 0 : activity.owner(row);
    },
  };
}
