/**
 * The viewport's spans: finds each row's columns, begins at the first bin in sight by binary search, and lets the builder sort
 * them into vectors and cells. Times go in and out as nanoseconds from the recording's first event.
 */
import { isZombie, zombieUntil } from '../model/endings';
import type { Model } from '../model/model';
import type { Process } from '../model/process';
import { stateCode } from '../protocol/states';
import type { Tile, TileRequest } from '../protocol/tile';
import { addActivityLane } from './activityLane';
import { binsOf, type Bins } from './bins';
import { seriesOf } from './series';
import { bandsOf } from './stopBands';
import { summariesOf } from './summaries';
import { addTaskLane } from './tasks';
import { findThing } from './things';
import { addThreadLane } from './threadSpans';
import { arrowsBetween } from './tileArrows';
import type { TileBuilder } from './tileBuilder';

/**
 * @param nowNs the recording's present, ns from the first event: open spans end there.
 */
export function buildTile(model: Model, request: TileRequest, nowNs: number): Tile {
  const { fromNs, toNs, width, rows, sequence } = request;
  const bins = binsOf(fromNs, toNs, width);
  summariesOf(model).cells(model).lookedAt(width, bins);
  return {
    sequence, fromNs, toNs, nowNs, rows, binNs: bins.binNs, firstBin: bins.first, ...buildLanes(model, rows, bins, nowNs),
    ...seriesOf(model, rows, request, nowNs),
    ...arrowsOfTile(model, request),
    ...bandsOf(model, rows, request, bins.binNs, nowNs),
  };
}

/** The arrows of a tile, where they are asked for. */
export function arrowsOfTile(model: Model, { arrows = false, rows, fromNs, toNs }: TileRequest): Pick<Tile, 'arrows' | 'moreArrows'> {
  return arrows ? arrowsBetween(model.arrows, model.originNs, rows, fromNs, toNs) : { arrows: [], moreArrows: 0 };
}

/** @param sinceOf the bin, counted from the first one, that a row is wanted from. */
export function buildLanes(model: Model, rows: readonly string[], bins: Bins, nowNs: number, sinceOf?: (row: string) => number): ReturnType<TileBuilder['finish']> {
  const { originNs } = model;
  const summaries = summariesOf(model);
  const cells = summaries.cells(model);
  const builder = cells.builderOf(bins);
  const now = nowNs + originNs;
  // Whole bins: what begins in one is counted in it, also past the edge of the range.
  const upTo = ({ endNs }: TileBuilder): number => Math.min(endNs, now);
  summaries.startTile();
  rows.forEach((id, index) => {
    builder.startRow(index, sinceOf?.(id));
    const thing = findThing(model, id);
    if (thing?.kind === 'thread') {
      const account = model.account(thing, now);
      const summary = summaries.thread(model, thing, account);
      cells.draw(builder, thing.waits, summary.pyramid, (into) => addThreadLane(into, thing, account, upTo(into), now, summary));
    } else if (thing?.kind === 'connection') {
      const pyramid = summaries.connection(thing);
      cells.draw(builder, thing.activity, pyramid, (into) => addActivityLane(into, model, thing, upTo(into), now, pyramid));
    } else if (thing?.kind === 'task') {
      const pyramid = summaries.task(thing);
      cells.draw(builder, thing.waits, pyramid, (into) => addTaskLane(into, thing, upTo(into), now, pyramid));
    } else if (thing?.kind === 'process') addProcess(builder, thing, now);
  });
  cells.trim(model.eventCount);
  return builder.finish();
}

function addProcess(builder: TileBuilder, process: Process, now: number): void {
  const { startNs, endNs } = process;
  builder.add(startNs, endNs ?? now, stateCode.alive, 0, endNs === null);
  const until = zombieUntil(process, now);
  if (endNs === null || until === null) return;
  builder.add(endNs, until, stateCode.zombie, 0, isZombie(process));
}
