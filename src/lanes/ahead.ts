/**
 * Makes ahead what a person who opens a recording looks at first and comes back to: all of it, and the next three steps nearer. Those are the
 * tiles of the most rows, and so the ones that take longest: four steps nearer a tile is of a sixteenth of the rows.
 *
 *     all of it   |        part 0        |              a part of one lane after the other: a tile that is asked for
 *     nearer      |  part 0   |  part 1  |              meanwhile waits for a few of them
 *     nearer      | 0  |  1   | 2  |  3  |
 *
 * Only of a recording at rest, once nothing was asked for a while, as wide as the last tile was: where nobody looks nothing is made.
 */
import type { Model } from '../model/model';
import { binsOf } from './bins';
import { chunkBins } from './cellChunk';
import { fewRows } from './keptCells';
import { summariesOf } from './summaries';
import { buildLanes } from './tile';

/** How many times nearer. */
const zooms = [1, 2, 4, 8];
/** Bins of a part: somewhat more than a picture has. */
const partBins = 16 * chunkBins;
/** Parts of a step: a ms or so each where a lane is busy. */
const stepParts = 4;
/** Lanes that a step passes over at most, because they have hardly any rows. */
const stepLanes = 1024;

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
  let parts = 0;
  for (let visited = 0; visited < stepLanes && parts < stepParts; visited++) {
    if (ahead.lane >= threads.length + connections.length) {
      ahead.zoom++;
      ahead.lane = 0;
    }
    const zoom = zooms[ahead.zoom];
    if (ahead.width === 0 || zoom === undefined || !cells.hasRoom(model.eventCount)) return false;
    const thing = threads[ahead.lane] ?? connections[ahead.lane - threads.length]!;
    const { binNs } = binsOf(0, nowNs, ahead.width * zoom);
    const first = ahead.part * partBins;
    const bins = Math.floor(nowNs / binNs) + 1;
    if (first >= bins || (thing.kind === 'thread' ? thing.waits : thing.activity).count < fewRows) {
      ahead.lane++;
      ahead.part = 0;
      continue;
    }
    buildLanes(model, [thing.id], { binNs, first, count: Math.min(bins - first, partBins) }, nowNs);
    ahead.part++;
    parts++;
  }
  return true;
}
