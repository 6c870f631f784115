/**
 * What tile is asked for, and when. Every tile is a message up, one back and a frame's work, for the editor's one thread and for the page; so one is asked for that
 * reaches beyond what is in sight, and the next at once only when the window comes near its edges or wants other bins:
 *
 *     asked for      ├───────────────────────────────────────┤
 *     in sight                ├─────────────┤ →                     enough
 *                                      ├─────────────┤ →            near: the next one, around this window
 *
 * Of a picture that follows the present the question stands until there is news.
 */
import type { Tile } from '../../src/protocol/tile';
import type { TileWish } from '../tileFlow';
import { overscan, spanOf, type TimeView } from './geometry';
import { lanesInSight, type Scene } from './painter';

/** Part of the window that is asked for beyond each edge, and lanes beyond top and bottom. */
interface Reach {
  readonly time: number;
  readonly lanes: number;
}
const growing: Reach = { time: 0.25, lanes: 6 };
/** What is at rest is looked through, and a wider tile of it comes from what is summed up: fewer tiles of more rows are less work in all (`../../src/lanes/ahead.ts` counts on the half). */
const atRest: Reach = { time: 0.5, lanes: 16 };
/** Nearer to an edge of what was asked for the next is asked for: until it comes the window moves on for two or three frames. */
const near: Reach = { time: 0.15, lanes: 5 };
/**
 * A tile is asked for at most this often; where what was asked last is enough, so seldom. Then too, because it is for what may come next, and because the
 * engine hears of a person only by what is asked: meanwhile it gives way to the browser (`engine/givingWay.ts`).
 */
const askEveryMs = 30;
const enoughEveryMs = 250;
/**
 * Of a picture that follows the present the news is wished so often, but no more often than in half of the page's time it can be painted: each piece of
 * it is a message for the editor's one thread, and a frame, and without a GPU a frame is processor time that the events themselves want. It comes by itself, so many at once; what has come is acknowledged when half of them are here.
 */
const newsEveryMs = 40;
const slowestNewsMs = 125;
const paintRest = 2;
const newsAtOnce = 12;

/** What is in sight. */
export interface Sight {
  readonly scene: Scene;
  /** Rows that stand over the lanes. */
  readonly pinned: readonly string[];
  /** The tile that is drawn. */
  readonly tile: Tile | undefined;
  /** It is a replay's past: no present is in it. */
  readonly replayed: boolean;
  /** More may come, and it is shown as it comes. */
  readonly followsPresent: boolean;
  /** Nothing more comes: all of it is read. */
  readonly atRest: boolean;
  /** A patch came to something else than what is here. */
  readonly torn: boolean;
  /** All arrows are shown. */
  readonly arrows: boolean;
  /** How long a frame takes, ms. */
  readonly frameMs: number;
}

interface Asked {
  readonly fromNs: number;
  readonly toNs: number;
  /** log2 of a pixel's ns: while it is the same, so are the bins. */
  readonly scale: number;
  readonly rows: readonly string[];
  readonly arrows: boolean;
  /** The present, where the window reached it; -1: the past does not change. */
  readonly nowNs: number;
}

/** A question that stands until there is news. */
interface Standing {
  readonly asked: Asked;
  /** How many more patches are waited for before it is asked again. */
  left: number;
}

export class Asking {
  private last: Asked | null = null;
  private standing: Standing | null = null;
  private lastAskAt = -Infinity;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param sight what is in sight by now. */
  constructor(
    private readonly ask: (wish: TileWish) => void,
    private readonly sight: () => Sight,
  ) {}

  /** Asks again although nothing that is known here changed. */
  forget(): void {
    this.last = null;
    this.standing = null;
  }

  /** News came. @returns whether it is time to ask for more. */
  patched(): boolean {
    return this.standing === null || --this.standing.left <= 0;
  }

  /** The question was answered. */
  answered(): void {
    this.standing = null;
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  /** Asks for what is in sight, where that differs from what was asked last. */
  wish(sight: Sight): void {
    const { scene, tile, arrows, frameMs } = sight;
    const { lanes, view } = scene;
    const reach = sight.atRest ? atRest : growing;
    const [from, to] = lanesInSight(scene);
    const rowsWithin = (more: number): string[] => lanes.slice(Math.max(0, from - more), to + more).flatMap(({ row, fold }) => (fold === null ? [row.id] : []));
    const rows = [...new Set([...sight.pinned, ...rowsWithin(reach.lanes)])];
    if (rows.length === 0 || document.visibilityState === 'hidden') return;
    const { fromNs, toNs } = overscan(view, reach.time);
    const width = Math.round(scene.width * scene.density * (1 + 2 * reach.time));
    const present = toNs >= (tile?.nowNs ?? 0) && !sight.replayed;
    const follows = present && tile !== undefined && sight.followsPresent;
    const wanted: Asked = { fromNs: Math.floor(fromNs), toNs: Math.ceil(toNs), scale: Math.round(Math.log2((toNs - fromNs) / width)), rows, arrows, nowNs: present ? scene.nowNs : -1 };
    if (follows ? covers(this.standing?.asked, wanted, view) : isSame(this.last, wanted)) return;
    clearTimeout(this.timer);
    const { last } = this;
    const enough = sight.atRest && last !== null && last.scale === wanted.scale && last.arrows === arrows && (!present || last.nowNs === scene.nowNs) &&
      reachesOver(last, view, scene.nowNs) && isPartOf([...sight.pinned, ...rowsWithin(near.lanes)], last.rows);
    const everyMs = Math.min(slowestNewsMs, Math.max(newsEveryMs, paintRest * frameMs));
    const wait = this.lastAskAt + (enough ? enoughEveryMs : follows && this.standing === null ? everyMs : askEveryMs) - performance.now();
    if (wait > 0) {
      this.timer = setTimeout(() => this.wish(this.sight()), wait);
      return;
    }
    this.last = wanted;
    this.lastAskAt = performance.now();
    this.standing = follows ? { asked: wanted, left: newsAtOnce / 2 } : null;
    this.ask({ fromNs: wanted.fromNs, toNs: wanted.toNs, width, rows, ...(arrows ? { arrows } : {}), ...(follows && !sight.torn ? { base: tile.sequence, patches: newsAtOnce, everyMs: Math.round(everyMs) } : {}) });
  }
}

/** Whether the answer to the question that stands will be what is wished now. */
function covers(standing: Asked | undefined, wanted: Asked, view: TimeView): boolean {
  return standing?.scale === wanted.scale && standing.arrows === wanted.arrows && standing.rows.join() === wanted.rows.join() && standing.fromNs <= Math.max(0, view.fromNs) && standing.toNs >= view.toNs;
}

function isSame(last: Asked | null, wanted: Asked): boolean {
  const told = ({ fromNs, toNs, scale, nowNs, arrows, rows }: Asked): string => [fromNs, toNs, scale, nowNs, arrows, ...rows].join(' ');
  return last !== null && told(last) === told(wanted);
}

/** Beyond the recording there is nothing to ask for. */
function reachesOver(last: Asked, view: TimeView, nowNs: number): boolean {
  const more = spanOf(view) * near.time;
  return last.fromNs <= Math.max(0, view.fromNs - more) && last.toNs >= Math.min(nowNs, view.toNs + more);
}

function isPartOf(rows: readonly string[], of: readonly string[]): boolean {
  const known = new Set(of);
  return rows.every((row) => known.has(row));
}
