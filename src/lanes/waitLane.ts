/**
 * A lane of waits with something between them: a thread's, or a task's.
 *
 *     waits     ▒▒receive▒▒        ▒▒lock▒▒▒           the time between two belongs to the wait that follows
 *     lane      ▒▒receive▒▒│active│▒▒lock▒▒▒│active…
 *
 * Where a bin holds many rows they are not walked: the lane's pyramid says how long they took.
 */
import { mostOpen, SpanRows } from '../model/rowTable';
import type { WaitColumns } from '../model/waits';
import type { LanePyramid, LaneSink, SpanSource } from './lanePyramid';
import { itemKind, ownerStep, type SpanList } from './spanList';
import type { TileBuilder } from './tileBuilder';

/** Says what was between two waits; model time. */
export interface Between {
  /** Adds the spans from one wait to the next, or to the end. */
  add(begin: number, end: number, open: boolean): void;
  /** The state of a time between waits that is thinner than a bin and begins then, whatever a bin is; it is the same until `until`. */
  stateFrom(ns: number): number;
  readonly until: number;
  /** Whether such a time is more than one span, however thin. */
  splits(begin: number, end: number): boolean;
}

/** Read ahead: walking fills them again and again. Before each row there may be something between it and the one before. */
const rows = new SpanRows();
const list = { begin: new Float64Array(2 * mostOpen), end: new Float64Array(2 * mostOpen), doing: new Float64Array(2 * mostOpen) };

/**
 * Adds the closed waits that the builder's bins see up to `to`, and what is between them.
 * @param start what is before the first wait begins then.
 * @param pyramid of the lane, where there is one.
 * @returns the first row that was not added, and the end of what was. It may lie beyond `to`, and beyond the bins then.
 */
export function addClosedWaits(builder: TileBuilder, waits: WaitColumns, start: number, to: number, between: Between, owner: number, pyramid: LanePyramid | null): { row: number; reached: number } {
  const closed = waits.open ? waits.count - 1 : waits.count;
  builder.ownRow(owner);
  // One that took no time may begin and end at the very begin. Times are whole.
  let row = Math.min(waits.firstEndingAfter(builder.beginNs - 1), closed);
  const last = Math.min(waits.firstEndingAfter(to), closed);
  const end = last < closed && waits.begin(last) <= to ? last + 1 : last;
  const walk = new WaitWalk(builder, waits, start, between, owner);
  if (pyramid !== null) row = pyramid.draw(builder, row, end, walk);
  if (row < end) {
    walk.rows(row, end);
    row = end;
  }
  return { row, reached: row > 0 ? waits.end(row - 1) : start };
}

class WaitWalk implements LaneSink {
  /** What is between waits until `stateEnd`, where it is thin. */
  private state = 0;
  private stateEnd = -Infinity;
  private readonly owned: number;

  constructor(
    private readonly builder: TileBuilder,
    private readonly waits: WaitColumns,
    private readonly start: number,
    private readonly between: Between,
    private readonly owner: number,
  ) {
    this.owned = owner * ownerStep;
  }

  rows(from: number, to: number): void {
    const { builder, waits, between } = this;
    const { binNs } = builder;
    const { begin: begins, end: ends, code } = rows;
    let reached = from > 0 ? waits.end(from - 1) : this.start;
    for (let row = from; row < to; row += rows.count) {
      waits.read(row, to, rows);
      let spans = 0;
      for (let at = 0; at < rows.count; at++) {
        const begin = begins[at]!;
        if (begin > reached) {
          if (begin - reached < binNs && !between.splits(reached, begin)) {
            if (reached >= this.stateEnd) {
              this.state = between.stateFrom(reached);
              this.stateEnd = between.until;
            }
            list.begin[spans] = reached;
            list.end[spans] = begin;
            list.doing[spans++] = this.state;
          } else {
            builder.addSpans(list.begin, list.end, list.doing, 0, spans);
            spans = 0;
            between.add(reached, begin, false);
          }
        }
        reached = ends[at]!;
        list.begin[spans] = begin;
        list.end[spans] = reached;
        list.doing[spans++] = code[at]! + this.owned;
      }
      builder.addSpans(list.begin, list.end, list.doing, 0, spans);
    }
  }

  span(begin: number, end: number, state: number, _owner: number, kind: number): void {
    const { builder, owner } = this;
    if (kind === itemKind.row || (kind === itemKind.gap && end - begin < builder.binNs)) builder.add(begin, end, state, owner, false);
    else if (end > builder.beginNs && begin < builder.endNs) this.between.add(begin, end, false);
  }
}

/** Tells a pyramid what it sums up. */
export class WaitSource implements SpanSource {
  constructor(
    private readonly waits: WaitColumns,
    private readonly start: number,
    private readonly originNs: number,
    private readonly between: Pick<Between, 'stateFrom' | 'until' | 'splits'>,
  ) {}

  collect(from: number, to: number, spans: SpanList): void {
    const { waits, originNs, between } = this;
    // Before each row what is between it and the one before.
    spans.reserve(2 * (to - from));
    const { begin, length, doing, kind } = spans;
    let item = spans.count;
    let reached = from > 0 ? waits.end(from - 1) : this.start;
    let state = 0;
    let stateEnd = -Infinity;
    for (let row = from; row < to; row += rows.count) {
      waits.read(row, to, rows);
      const { count, begin: begins, end: ends, code } = rows;
      for (let at = 0; at < count; at++) {
        const ns = begins[at]!;
        if (ns > reached) {
          if (reached >= stateEnd) {
            state = between.stateFrom(reached);
            stateEnd = between.until;
          }
          begin[item] = reached - originNs;
          length[item] = ns - reached;
          doing[item] = state;
          kind[item++] = between.splits(reached, ns) ? itemKind.broken : itemKind.gap;
        }
        reached = ends[at]!;
        begin[item] = ns - originNs;
        length[item] = reached - ns;
        doing[item] = code[at]!;
        kind[item++] = itemKind.row;
      }
    }
    spans.count = item;
  }
}
