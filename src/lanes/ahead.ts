/**
 * Makes ahead what a person who opens a recording looks at first and comes back to: all of it, and the next five steps nearer. Those are the
 * tiles of the most rows, and so the ones that take longest: six steps nearer a tile is of a sixty-fourth of the rows.
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

/** How many times nearer. A panel asks for twice as much as is in sight, and twice as wide: when all is in sight the bins are those of a half. */
const zooms = [0.5, 1, 2, 4, 8, 16];
/** Chunks of a part: somewhat more bins than a picture has. */
const partChunks = 16;
/** Parts of a step, and rows that it draws, at most: a ms or so. Of a busy lane a whole part took 20 ms of a tile's time. */
const stepParts = 4;
const stepRows = 16_384;
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
  let rows = 0;
  for (let visited = 0; visited < stepLanes && parts < stepParts && rows < stepRows; visited++) {
    if (ahead.lane >= threads.length + connections.length) {
      ahead.zoom++;
      ahead.lane = 0;
    }
    const zoom = zooms[ahead.zoom];
    if (ahead.width === 0 || zoom === undefined || !cells.hasRoom(model.eventCount)) return false;
    const thing = threads[ahead.lane] ?? connections[ahead.lane - threads.length]!;
    // As of a tile so near: of all of it at once the bins would be too many, and others.
    const { binNs } = binsOf(0, nowNs / zoom, ahead.width);
    const first = ahead.chunk * chunkBins;
    const bins = Math.floor(nowNs / binNs) + 1;
    const { count } = thing.kind === 'thread' ? thing.waits : thing.activity;
    if (first >= bins || count < fewRows) {
      ahead.lane++;
      ahead.chunk = 0;
      continue;
    }
    const rowsOfChunk = count * Math.min(1, chunkBins / bins);
    const chunks = Math.max(1, Math.min(partChunks, Math.floor(stepRows / rowsOfChunk)));
    buildLanes(model, [thing.id], { binNs, first, count: Math.min(bins - first, chunks * chunkBins) }, nowNs);
    ahead.chunk += chunks;
    rows += rowsOfChunk * chunks;
    parts++;
  }
  return true;
}
