/**
 * The next event of a lane, at whatever zoom: the span that begins next (or before), as it is drawn at the finest zoom.
 *
 * A lane may have a million spans, so it is walked in windows. Their edges are begins of rows, where no span reaches across:
 *
 *     rows      ▕████▏  ▕██▏   ▕██████▏ ▕██▏  …
 *     windows   │       │      │        │        each span belongs to the window in which it begins
 */
import type { Model } from '../model/model';
import type { Neighbour, NeighbourRequest } from '../protocol/navigate';
import { spanStates } from '../protocol/states';
import { eachSpan } from './rowSpans';
import { findThing, type RowThing } from './things';

/** The first window is small: mostly the neighbour is next door. */
const firstRows = 2;
const windowRows = 256;
/** Begins that are closer are the same: times are shifted between the asker and the model, and a piece of an account need not begin at a whole nanosecond. */
const sameNs = 0.5;

/** Rows of a lane, by which it is cut into windows. */
interface Rows {
  readonly count: number;
  begin(row: number): number;
  firstEndingAfter(ns: number): number;
}

const noRows: Rows = { count: 0, begin: () => NaN, firstEndingAfter: () => 0 };

/** @param nowNs the present, ns from the first event. */
export function neighbour(model: Model, ask: NeighbourRequest, nowNs: number): Neighbour | null {
  const thing = findThing(model, ask.row);
  if (thing === undefined) return null;
  const [at, now] = [ask.atNs + model.originNs, nowNs + model.originNs];
  const wanted = ask.sameState ? stateAt(model, thing, at, now) : null;
  if (ask.sameState && wanted === null) return null;
  for (const [from, to] of windows(rowsOf(thing), at, ask.forward)) {
    const fit: Span[] = [];
    eachSpan(model, thing, from, to, now, (begin, end, state, open) => {
      if (begin < from || begin >= to || (wanted !== null && state !== wanted)) return;
      if (ask.forward ? begin > at + sameNs : begin < at - sameNs) fit.push({ begin, end, state, open });
    });
    const best = ask.forward ? fit[0] : fit.at(-1);
    if (best !== undefined) return said(best, model.originNs);
  }
  return null;
}

interface Span {
  begin: number;
  end: number;
  state: number;
  open: boolean;
}

function said(span: Span, originNs: number): Neighbour {
  return { state: spanStates[span.state] ?? 'unknown', beginNs: span.begin - originNs, endNs: span.open ? null : span.end - originNs };
}

/** From `at` on, or back from it. */
function* windows(rows: Rows, at: number, forward: boolean): Iterable<readonly [from: number, to: number]> {
  const edge = (row: number): number => (row < 0 ? -Infinity : row >= rows.count ? Infinity : rows.begin(row));
  const here = rows.firstEndingAfter(at);
  if (forward) {
    // The one at `at` may have begun before it, in the row before.
    let row = here - 1;
    for (let step = firstRows + 1; row < rows.count; step = windowRows) {
      yield [edge(row), edge(row + step)];
      row += step;
    }
    return;
  }
  let row = here + 1;
  for (let step = firstRows + 1; row >= 0; step = windowRows) {
    yield [edge(row - step), edge(row)];
    row -= step;
  }
}

function rowsOf(thing: RowThing): Rows {
  switch (thing.kind) {
    case 'thread':
    case 'task':
      return thing.waits;
    case 'connection':
      return thing.activity;
    case 'process':
    case 'listener':
      return noRows;
  }
}

function stateAt(model: Model, thing: RowThing, at: number, now: number): number | null {
  let found: number | null = null;
  eachSpan(model, thing, at - sameNs, at + 1, now, (begin, end, state) => {
    if (begin <= at + sameNs && end > at + sameNs) found = state;
  });
  return found;
}
