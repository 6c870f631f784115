/**
 * Makes ahead what a person looks at next: first of the lanes in sight, what is around the window that they look at, then all of the recording and
 * five steps nearer; then the same of all lanes. Those are the tiles of the most rows, and so the ones that take longest: six steps nearer a tile
 * is of a sixty-fourth of the rows.
 *
 *     all of it   |        part 0        |              a part of one lane after the other: a tile that is asked for
 *     nearer      |  part 0   |  part 1  |              meanwhile waits for a few of them
 *     nearer      | 0  |  1   | 2  |  3  |
 *
 * Only of a recording at rest, once nothing was asked for a while, as wide as the last tile was: where nobody looks nothing is made.
 */
import type { Connection } from '../model/connection';
import type { Model } from '../model/model';
import type { Task } from '../model/task';
import type { Thread } from '../model/thread';
import { binsOf, type Bins } from './bins';
import { chunkBins } from './cellChunk';
import { fewRows, type Place } from './keptCells';
import { summariesOf } from './summaries';
import { buildLanes } from './tile';

/** How many times nearer. A panel asks for twice as much as is in sight, and twice as wide: when all is in sight the bins are those of a half. */
const zooms = [0.5, 1, 2, 4, 8, 16];
/** Bins of what is around a window, in its own: it is gone into, and left. Those nearer are of all of it, those farther of as many bins as it has. */
const around = [0.5, 2, 0.25, 4, 8, 16, 32];
/** Chunks of a part: somewhat more bins than a picture has. */
const partChunks = 16;
/** Parts of a step, and rows that it draws, at most: a ms or so. Of a busy lane a whole part took 20 ms of a tile's time. */
const stepParts = 4;
const stepRows = 16_384;
/** Lanes that a step passes over at most, because they have hardly any rows. */
const stepLanes = 1024;

type Lane = Connection | Task | Thread;

/**
 * Goes on with all lanes.
 * @param nowNs the present, ns from the first event.
 * @returns whether there is more to make.
 */
export function makeAhead(model: Model, nowNs: number): boolean {
  if (Number.isNaN(model.originNs)) return false;
  const { looked, ahead } = summariesOf(model).cells(model);
  const { threads, connections } = model;
  return looked !== null && goOn(model, nowNs, ahead.all, wholes(nowNs, looked.width), (at) => threads[at] ?? connections[at - threads.length]);
}

/** Goes on with the lanes of the last tile, as far as they are summed up: what is not is walked. @returns whether there is more to make. */
export function makeShownAhead(model: Model, nowNs: number): boolean {
  if (Number.isNaN(model.originNs)) return false;
  const summaries = summariesOf(model);
  const { looked, ahead } = summaries.cells(model);
  const { lanes } = summaries;
  return looked !== null && goOn(model, nowNs, ahead.shown, [...surroundings(nowNs, looked.bins), ...wholes(nowNs, looked.width)], (at) => lanes[at]);
}

/** All of the recording with the bins that it has from so near: of all of it at once they would be too many, and others. */
function wholes(nowNs: number, width: number): Bins[] {
  return zooms.map((zoom) => stretch(binsOf(0, nowNs / zoom, width).binNs, 0, nowNs));
}

function surroundings(nowNs: number, { binNs, first, count }: Bins): Bins[] {
  const from = first * binNs;
  const to = (first + count) * binNs;
  return around.flatMap((factor) => {
    const more = Math.max(0, ((to - from) * (factor - 1)) / 2);
    return binNs * factor < 1 || from >= nowNs ? [] : [stretch(binNs * factor, Math.max(0, from - more), Math.min(nowNs, to + more))];
  });
}

/** From a chunk's first bin on. */
function stretch(binNs: number, fromNs: number, toNs: number): Bins {
  const first = Math.floor(fromNs / binNs / chunkBins) * chunkBins;
  return { binNs, first, count: Math.floor(toNs / binNs) + 1 - first };
}

function goOn(model: Model, nowNs: number, place: Place, views: readonly Bins[], laneAt: (at: number) => Lane | undefined): boolean {
  const summaries = summariesOf(model);
  const cells = summaries.cells(model);
  let parts = 0;
  let rows = 0;
  for (let visited = 0; visited < stepLanes && parts < stepParts && rows < stepRows; visited++) {
    const view = views[place.view];
    if (view === undefined || !cells.hasRoom(model.eventCount)) return false;
    const lane = laneAt(place.lane);
    if (lane === undefined) {
      place.view++;
      place.lane = 0;
      continue;
    }
    const { binNs, first, count: bins } = view;
    const skipped = place.chunk * chunkBins;
    const { count } = lane.kind === 'connection' ? lane.activity : lane.waits;
    if (skipped >= bins || count < fewRows) {
      place.lane++;
      place.chunk = 0;
      continue;
    }
    const rowsOfChunk = count * Math.min(1, (chunkBins * binNs) / nowNs);
    const chunks = Math.max(1, Math.min(partChunks, Math.floor(stepRows / rowsOfChunk)));
    summaries.aside(() => buildLanes(model, [lane.id], { binNs, first: first + skipped, count: Math.min(bins - skipped, chunks * chunkBins) }, nowNs));
    place.chunk += chunks;
    rows += rowsOfChunk * chunks;
    parts++;
  }
  return true;
}
