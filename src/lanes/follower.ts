/**
 * What a panel has of a run whose present it follows, and what it lacks: so that a live picture costs what is new in it.
 *
 * A row that was never sent is sent whole, as all of them are where the bins are others. Arrows and numbers change at any place, so they
 * come whole, but seldom. And every few seconds all is sent anew: should a row have changed behind its mark, it is right again then.
 */
import type { Model } from '../model/model';
import type { Tile, TileRequest } from '../protocol/tile';
import { packColumns, type TilePatch } from '../protocol/tilePatch';
import { binsOf, type Bins } from './bins';
import { seriesOf } from './series';
import { holds, markOf, type Mark } from './settled';
import { buildLanes, buildTile } from './tile';
import { arrowsBetween } from './tileArrows';

const anewEveryMs = 5000;
const slowEveryMs = 250;

interface Sent {
  readonly model: Model;
  readonly request: TileRequest;
  readonly rows: ReadonlySet<string>;
  readonly binNs: number;
  readonly nowNs: number;
  readonly events: number;
  readonly marks: ReadonlyMap<string, Mark>;
}

export class Follower {
  private sent: Sent | null = null;
  private anewAt = -Infinity;
  private slowAt = -Infinity;

  constructor(private readonly milliseconds: () => number) {}

  /** Whether something has happened since the last answer. */
  lacks(model: Model): boolean {
    return this.sent?.events !== model.eventCount || this.sent.model !== model;
  }

  /** Whether the panel has all that it asks for, but for what has happened since. */
  has(model: Model, request: TileRequest, nowNs: number): boolean {
    const { sent } = this;
    if (sent === null || !continues(sent, model, request)) return false;
    // What was beyond its window may be within the new one.
    if (sent.nowNs > sent.request.toNs && Math.min(nowNs, request.toNs) > sent.request.toNs) return false;
    return !bringsRows(sent, request);
  }

  forget(): void {
    this.sent = null;
  }

  answer(model: Model, request: TileRequest, nowNs: number): Tile | TilePatch {
    const now = this.milliseconds();
    const bins = binsOf(request.fromNs, request.toNs, request.width);
    const { sent } = this;
    let answer: Tile | TilePatch;
    if (sent === null || now - this.anewAt >= anewEveryMs || !continues(sent, model, request)) {
      answer = buildTile(model, request, nowNs);
      this.anewAt = this.slowAt = now;
    } else {
      const slow = now - this.slowAt >= slowEveryMs || bringsRows(sent, request);
      answer = patch(model, sent, request, bins, nowNs, slow);
      if (slow) this.slowAt = now;
    }
    this.sent = { model, request, rows: new Set(request.rows), binNs: bins.binNs, nowNs, events: model.eventCount, marks: marksOf(model, request, bins, nowNs) };
    return answer;
  }
}

/** Whether what was sent is a part of what is asked for. */
function continues(sent: Sent, model: Model, request: TileRequest): boolean {
  const { binNs } = binsOf(request.fromNs, request.toNs, request.width);
  // Before the first event there is nothing.
  return sent.model === model && sent.request.sequence === request.base && sent.binNs === binNs && sent.request.fromNs <= Math.max(0, request.fromNs);
}

function bringsRows(sent: Sent, request: TileRequest): boolean {
  return request.rows.some((id) => !sent.rows.has(id));
}

function marksOf(model: Model, { rows, toNs }: TileRequest, { binNs }: Bins, nowNs: number): Map<string, Mark> {
  const marks = new Map<string, Mark>();
  // What lies past the window was not sent.
  const latest = toNs + model.originNs - binNs;
  for (const id of rows) {
    const mark = markOf(model, id, nowNs + model.originNs, binNs);
    if (mark !== null) marks.set(id, { ...mark, settledNs: Math.min(mark.settledNs, latest) });
  }
  return marks;
}

function patch(model: Model, sent: Sent, request: TileRequest, bins: Bins, nowNs: number, slow: boolean): TilePatch {
  const { sequence, fromNs, toNs, rows } = request;
  const { binNs, first, count } = bins;
  const since = new Uint16Array(rows.map((id) => {
    const mark = sent.marks.get(id);
    if (mark === undefined || !holds(model, id, mark)) return 0;
    return Math.max(0, Math.min(count, Math.floor((mark.settledNs - model.originNs) / binNs) - first));
  }));
  const sinceOf = new Map(rows.map((id, at) => [id, since[at]!]));
  const lanes = buildLanes(model, rows, bins, nowNs, (id) => sinceOf.get(id) ?? 0);
  const series = slow ? seriesOf(model, rows, request, nowNs) : null;
  return {
    sequence, base: sent.request.sequence, fromNs, toNs, nowNs, rows, binNs, firstBin: first, count: lanes.count,
    ...packColumns({ ...lanes, ...series, sinceBin: since.buffer }),
    ...(slow ? arrowsBetween(model.arrows, model.originNs, rows, fromNs, toNs) : {}),
  };
}
