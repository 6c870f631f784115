/**
 * Makes ahead what a person who opens a recording looks at first and comes back to: all of it, and one step nearer. A tile of that is
 * of the most rows, and so the one that takes longest.
 *
 * Only of a recording at rest, once nothing was asked for a while, as wide as the last tile was: where nobody looks nothing is made.
 */
import type { Model } from '../model/model';
import { binsOf } from './bins';
import { fewRows } from './keptCells';
import { summariesOf } from './summaries';
import { buildLanes } from './tile';

/** Lanes of a step: some ms where they are busy. */
const stepLanes = 4;
/** How many times nearer. */
const zooms = [1, 2];

/**
 * Goes on with it.
 * @param nowNs the present, ns from the first event.
 * @returns whether there is more to make.
 */
export function makeAhead(model: Model, nowNs: number): boolean {
  if (Number.isNaN(model.originNs)) return false;
  const cells = summariesOf(model).cells(model);
  const { ahead } = cells;
  const { threads, connections } = model;
  const lanes = threads.length + connections.length;
  for (let lane = 0; lane < stepLanes; lane++) {
    const zoom = zooms[Math.floor(ahead.next / lanes)];
    if (ahead.width === 0 || zoom === undefined || !cells.hasRoom(model.eventCount)) return false;
    const at = ahead.next++ % lanes;
    const thing = threads[at] ?? connections[at - threads.length]!;
    if ((thing.kind === 'thread' ? thing.waits : thing.activity).count < fewRows) continue;
    const { binNs } = binsOf(0, nowNs, ahead.width * zoom);
    buildLanes(model, [thing.id], { binNs, first: 0, count: Math.floor(nowNs / binNs) + 1 }, nowNs);
  }
  return true;
}
