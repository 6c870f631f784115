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
import { bandsOf } from './stopBands';
import { arrowsOfTile, buildLanes, buildTile } from './tile';

const anewEveryMs = 5000;
const slowEveryMs = 250;
/** A panel that asks is behind by so many answers at most; else it has lost some. */
const mostUnderWay = 32;

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
  /** The last answers, and which of them were asked for. */
  private given: { readonly sequence: number; readonly asked: boolean }[] = [];
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
    if (sent === null || !this.continues(sent, model, request)) return false;
    // What was beyond its window may be within the new one.
    if (sent.nowNs > sent.request.toNs && Math.min(nowNs, request.toNs) > sent.request.toNs) return false;
    return !bringsRows(sent, request);
  }

  /** How many answers the panel had not got yet when it asked; of them, those that it had asked for. */
  underWay({ base }: TileRequest): { all: number; asked: number } {
    const at = this.given.findIndex(({ sequence }) => sequence === base);
    const since = at < 0 ? [] : this.given.slice(at + 1);
    return { all: since.length, asked: since.filter(({ asked }) => asked).length };
  }

  forget(): void {
    this.sent = null;
    this.given = [];
  }

  /** @param asked false: it is news that goes to the panel by itself. */
  answer(model: Model, request: TileRequest, nowNs: number, asked = true): Tile | TilePatch {
    const now = this.milliseconds();
    const bins = binsOf(request.fromNs, request.toNs, request.width);
    const { sent } = this;
    let answer: Tile | TilePatch;
    if (sent === null || now - this.anewAt >= anewEveryMs || !this.continues(sent, model, request)) {
      answer = buildTile(model, request, nowNs);
      this.anewAt = this.slowAt = now;
    } else {
      const slow = now - this.slowAt >= slowEveryMs || bringsRows(sent, request);
      answer = patch(model, sent, request, bins, nowNs, slow);
      if (slow) this.slowAt = now;
    }
    this.sent = { model, request, rows: new Set(request.rows), binNs: bins.binNs, nowNs, events: model.eventCount, marks: marksOf(model, request, bins, nowNs) };
    this.given = [...this.given, { sequence: request.sequence, asked }].slice(-mostUnderWay);
    return answer;
  }

  /** Whether what was sent is a part of what is asked for. Answers come in their order: a panel that has had one of the last will have had them all. */
  private continues(sent: Sent, model: Model, { base, fromNs, toNs, width, arrows = false }: TileRequest): boolean {
    if (sent.model !== model || arrows !== (sent.request.arrows ?? false) || !this.given.some(({ sequence }) => sequence === base)) return false;
    // Before the first event there is nothing.
    return sent.binNs === binsOf(fromNs, toNs, width).binNs && sent.request.fromNs <= Math.max(0, fromNs);
  }
}

function isSame(rows: readonly string[], others: readonly string[]): boolean {
  return rows.length === others.length && rows.every((id, at) => id === others[at]);
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
    sequence, base: sent.request.sequence, fromNs, toNs, nowNs, ...(isSame(rows, sent.request.rows) ? {} : { rows }), binNs, firstBin: first, count: lanes.count,
    ...packColumns({ ...lanes, ...series, sinceBin: since.buffer }),
    ...(slow ? arrowsOfTile(model, request) : {}),
    ...bandsOf(model, rows, request, binNs, nowNs),
  };
}
