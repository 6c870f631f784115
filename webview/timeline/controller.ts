/**
 * The timeline's one place where signals, tiles and canvases meet: it decides when to paint and when to ask for a tile.
 *
 *   signals (view, rows, selection, theme, size) ──► Frame ──► paint ──► wish ──► host
 *   tiles ─────────────────────────────────────────► Frame ──► paint
 *
 * A tile keeps times, not pixels, so while a reply is under way the old tile is drawn at the new scale by the same code.
 */
import { computed, effect, signal } from '@preact/signals';
import { stateCode } from '../../src/protocol/states';
import type { Details, DetailsRequest, Tile, TileArrow } from '../../src/protocol/tile';
import type { TilePatch } from '../../src/protocol/tilePatch';
import { DisposableStore, toDisposable, type Disposable } from '../../src/base/disposable';
import { count, elapsed } from '../format';
import type { Layer } from '../feature';
import type { ShownRow } from '../rowOrder';
import type { Store } from '../store';
import type { TileWish } from '../tileFlow';
import { joinTile } from '../tileJoin';
import { t } from '../words';
import { paintArrows, paintMore, placeArrows, placeSelected, type PlacedArrow } from './arrows';
import { Asking, type Sight } from './asking';
import { Awaited, missingIn, paintAwaited } from './awaited';
import { paintAxis } from './axis';
import { prepare } from './canvas';
import { readTile, type Columns } from './columns';
import { Frame } from './frame';
import { FrameCost } from './frameCost';
import { xToTime } from './geometry';
import { hitTest, type Hit } from './hit';
import { LaneImage, pictureMaker } from './laneImage';
import { axisHeight, rowHeight } from './metrics';
import { laneTop, paintBackground, paintNow, paintSpans, type Scene } from './painter';
import { Patterns } from './patterns';
import { spanLabel, stoppedIn } from './spanLabel';
import type { Surface } from './surface';
import { density, palette } from './theme';
import { ticksOf } from './ticks';
import { nothingIn, type Trouble } from './trouble';
import type { Viewport } from './viewport';

export interface TimelineHost {
  /** Something here failed that should not: for the log. */
  failed(error: unknown): void;
  askTile(wish: TileWish): void;
  details(request: DetailsRequest): Promise<Details>;
}

export interface Canvases {
  lanes: HTMLCanvasElement;
  axis: HTMLCanvasElement;
  /** Scrolls the lanes up and down. */
  scroller: HTMLElement;
}

export class TimelineController implements Disposable {
  readonly size = signal({ width: 0, height: 0 });
  readonly scrollTop = signal(0);
  readonly hoverRow = signal<string | null>(null);
  /** Every arrow in sight is drawn; else the selection's. */
  readonly allArrows = signal(false);
  /** All arrows of the selection and of its chain of causes; null while they are not known. */
  readonly selectionArrows = signal<readonly TileArrow[] | null>(null);
  /** CSS pixels from the left edge of the lanes, while the pointer is over them or over the axis. */
  readonly pointerX = signal<number | null>(null);
  /** Width that a person gives the row names; a narrow panel has less. */
  readonly namesWidth = signal(296);
  /** The pinned rows that have room, from top to bottom: they stand over the lanes, which scroll below them. */
  readonly pinned = computed(() => pinnedRows(this.store, this.size.value.height));
  /** CSS pixels that they take. */
  readonly pinnedHeight = computed(() => this.pinned.value.length * rowHeight);
  /** What the engine says of the selected span; null while nothing is known. */
  readonly selectedDetails = signal<Details | null>(null);
  /** States seen so far: the legend lists them. */
  readonly seenStates = signal<ReadonlySet<number>>(new Set());
  /** What features paint besides. */
  readonly layers: Layer[] = [];
  private readonly owned = new DisposableStore();
  private readonly clearing = new Set<() => void>();
  /** Why nothing is seen; null while all is well. */
  readonly trouble = signal<Trouble | null>(null);
  private readonly frame = new Frame(() => this.paintSafely());
  private readonly patterns = new Patterns();
  private readonly image = new LaneImage(pictureMaker());
  private canvases: Canvases | null = null;
  private columns: Columns | null = null;
  /** Rows that the last tile was made for. */
  private known: ReadonlySet<string> = new Set();
  private readonly awaited = new Awaited();
  private awaitedTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly asking: Asking;
  /** A patch came to something else than what is here. */
  private isTorn = false;
  /** How long a frame takes, all that the page does for it. */
  private readonly cost = new FrameCost();
  private paintedPalette = palette.peek();

  constructor(
    private readonly store: Store,
    readonly viewport: Viewport,
    private readonly host: TimelineHost,
  ) {
    this.asking = new Asking((wish) => this.host.askTile(wish), () => this.sight(this.scene()));
    this.owned.add(this.asking);
    this.owned.add(toDisposable(effect(() => {
      // Read so that a change of any of them asks for a frame.
      const painted = [
        viewport.view, store.shown, store.nowNs, store.info, store.selection, this.size, this.scrollTop, this.hoverRow, palette, density, this.selectedDetails, this.pinned, store.headNs, this.allArrows, this.selectionArrows,
      ];
      for (const part of painted) read(part);
      this.frame.ask();
    })));
    this.owned.add(toDisposable(effect(() => this.inspect(store.selection.value))));
    const shown = (): void => {
      if (document.visibilityState === 'visible') this.refresh();
    };
    document.addEventListener('visibilitychange', shown);
    this.owned.add(toDisposable(() => document.removeEventListener('visibilitychange', shown)));
  }

  attach(canvases: Canvases): void {
    this.canvases = canvases;
    for (const canvas of [canvases.lanes, canvases.axis]) {
      canvas.addEventListener('contextlost', () => (this.trouble.value = 'lost'));
      canvas.addEventListener('contextrestored', () => this.paintAgain());
    }
    this.frame.ask();
  }

  receive(tile: Tile): void {
    this.take(tile);
    this.wishNews();
  }

  /** What is new of the tile that was received last. */
  receivePatch(patch: TilePatch): void {
    if (this.columns?.tile.sequence === patch.base) {
      this.take(joinTile(this.columns, patch));
      if (this.asking.patched()) this.wishNews();
    } else if (!this.isTorn) {
      this.isTorn = true;
      this.refresh();
    }
  }

  private take(tile: Tile): void {
    this.columns = readTile(tile);
    this.known = new Set(tile.rows);
    this.noteStates(this.columns);
    if (tile.bands !== undefined) this.store.stopsSeen.value = true;
    this.isTorn = false;
    this.frame.ask();
  }

  /** News comes while this is painted. */
  private wishNews(): void {
    this.asking.answered();
    if (this.canvases !== null && this.followsPresent) this.asking.wish(this.sight(this.scene()));
  }

  /** Another recording is shown. */
  reset(): void {
    this.columns = null;
    this.known = new Set();
    this.seenStates.value = new Set();
    this.refresh();
  }

  /** After trouble: everything is drawn anew. */
  paintAgain(): void {
    this.trouble.value = null;
    this.refresh();
  }

  /** Features' layers have changed. */
  repaint(): void {
    this.frame.ask();
  }

  /** CSS pixels; down is positive. */
  scrollBy(pixels: number): void {
    if (this.canvases !== null) this.canvases.scroller.scrollTop += pixels;
  }

  /** How far down in the lanes' whole height a place of the canvas is, CSS pixels. */
  contentY(y: number): number {
    return y + this.scrollTop.peek() - this.pinnedHeight.peek();
  }

  /** The moment under the pointer; null where it is elsewhere. */
  get pointerNs(): number | null {
    const x = this.pointerX.peek();
    const { width } = this.size.peek();
    return x === null || width <= 0 ? null : xToTime(this.viewport.view.peek(), width, x);
  }

  /** Gives the lanes the keyboard. */
  focus(): void {
    this.canvases?.lanes.focus({ preventScroll: true });
  }

  /** What floats over the lanes goes away. @returns what ends the listening. */
  onClear(run: () => void): () => void {
    this.clearing.add(run);
    return () => void this.clearing.delete(run);
  }

  clear(): void {
    for (const run of this.clearing) run();
  }

  /** Asks again although nothing that is known here changed. */
  refresh(): void {
    this.asking.forget();
    this.frame.ask();
  }

  hit(x: number, y: number): Hit | null {
    const onPinned = y < this.pinnedHeight.value;
    const found = hitTest({
      lanes: onPinned ? this.pinned.value : this.store.shown.value, view: this.viewport.view.value, width: this.size.value.width,
      scrollTop: onPinned ? 0 : this.scrollTop.value - this.pinnedHeight.value, columns: this.columns, nowNs: this.store.nowNs.value,
    }, x, y);
    const headNs = this.store.headNs.value;
    return found !== null && headNs !== null && found.ns > headNs ? { ...found, span: null } : found;
  }

  dispose(): void {
    clearTimeout(this.awaitedTimer);
    this.owned.dispose();
  }

  private noteStates(columns: Columns): void {
    const seen = this.seenStates.peek();
    const states = new Uint8Array(256);
    for (const state of columns.state) states[state] = 1;
    for (const state of columns.cellState) states[state] = 1;
    if (columns.cellRest.some((rest) => rest > 0)) states[stateCode.mixed] = 1;
    for (const state of seen) states[state] = 1;
    const fresh = [...states.keys()].filter((state) => states[state] === 1);
    if (fresh.length !== seen.size) this.seenStates.value = new Set(fresh);
  }

  /** The selected span's details: its cause is drawn as an arrow. */
  private inspect(selection: Store['selection']['value']): void {
    this.selectedDetails.value = null;
    const spanBeginNs = selection?.spanBeginNs ?? null;
    if (selection === null || spanBeginNs === null) return;
    const { row } = selection;
    this.host.details({ row, atNs: Math.round(spanBeginNs) }).then(
      (details) => {
        if (this.store.selection.peek() === selection) this.selectedDetails.value = details;
      },
      () => undefined, // A tooltip or an arrow less: the next selection asks again.
    );
  }

  private scene(): Scene {
    const view = this.viewport.view.peek();
    const { width, height } = this.size.peek();
    const selection = this.store.selection.peek();
    const dense = density.peek();
    return {
      width, height, density: dense, view,
      scrollTop: this.contentY(0),
      nowNs: this.store.nowNs.peek(),
      running: this.store.info.peek()?.state !== 'ended' || this.store.headNs.peek() !== null,
      lanes: this.store.shown.peek(),
      columns: this.columns,
      image: this.image,
      ticks: ticksOf(view, width),
      palette: palette.peek(),
      pattern: (fill) => this.patterns.get(fill.pattern, fill.stroke, dense),
      label: (span) => spanLabel(span, this.store.headNs.peek(), this.store.withoutStops.peek() ? stoppedIn(this.columns, span) : 0),
      selectedRow: selection?.row ?? null,
      selectedSpanNs: selection?.spanBeginNs ?? null,
      hoverRow: this.hoverRow.peek(),
    };
  }

  /** A picture that can't be drawn says so instead of standing still. */
  private paintSafely(): void {
    // Nobody sees it; when it is shown again it asks for a frame.
    if (document.visibilityState === 'hidden') return;
    try {
      this.cost.begins();
      this.paint();
      const { trouble } = this;
      if (trouble.peek() === 'failed') trouble.value = null;
      if (trouble.peek() !== 'lost') trouble.value = nothingIn(this.columns?.tile, this.viewport.view.peek()) ? 'empty' : null;
    } catch (error) {
      // Once: the same picture fails with every frame.
      if (this.trouble.peek() !== 'failed') this.host.failed(error);
      this.trouble.value = 'failed';
    }
  }

  private paint(): void {
    if (this.canvases === null) return;
    const scene = this.scene();
    if (scene.width <= 0 || scene.height <= 0) return;
    if (scene.palette !== this.paintedPalette) {
      this.patterns.clear();
      this.paintedPalette = scene.palette;
    }
    const lanes = prepare(this.canvases.lanes, scene.width, scene.height, scene.density);
    const axis = prepare(this.canvases.axis, scene.width, axisHeight, scene.density);
    if (lanes === null || axis === null) return;
    this.paintLanes(lanes, scene);
    this.paintAxis(axis, scene);
    const { dataset } = this.canvases.lanes;
    dataset.drawnSequence = String(this.columns?.tile.sequence ?? 0);
    dataset.drawnNow = String(this.columns?.tile.nowNs ?? 0);
    dataset.drawnSelected = String(scene.selectedSpanNs ?? '');
    this.asking.wish(this.sight(scene));
  }

  /** What is on the screen, for whoever draws it elsewhere. Null before there is a picture. */
  picture(pattern: Scene['pattern'] | null): { scene: Scene; lanes: (surface: Surface) => void; axis: (surface: Surface) => void } | null {
    const scene = this.scene();
    if (scene.width <= 0 || scene.height <= 0) return null;
    const shown: Scene = pattern === null ? scene : { ...scene, pattern };
    return { scene: shown, lanes: (surface) => this.paintLanes(surface, shown), axis: (surface) => this.paintAxis(surface, shown) };
  }

  private paintLanes(lanes: Surface, scene: Scene): void {
    paintBackground(lanes, scene);
    for (const layer of this.layers) if (layer.over === 'background') layer.paint(lanes, scene);
    paintSpans(lanes, scene);
    paintAwaited(lanes, scene, this.awaitedIn(scene));
    paintNow(lanes, scene);
    this.paintLinks(lanes, scene);
    for (const layer of this.layers) if (layer.over === 'spans') layer.paint(lanes, scene);
    this.paintPinned(lanes, scene);
  }

  /** What is awaited for longer by then is said with another frame. */
  private awaitedIn(scene: Scene): ReadonlySet<string> {
    const { rows, nextMs } = this.awaited.update(missingIn(scene, this.known), performance.now());
    if (this.canvases !== null) this.canvases.lanes.dataset.awaited = String(rows.size);
    clearTimeout(this.awaitedTimer);
    if (nextMs !== null) this.awaitedTimer = setTimeout(() => this.frame.ask(), nextMs);
    return rows;
  }

  private paintAxis(axis: Surface, scene: Scene): void {
    paintAxis(axis, scene, elapsed(scene.nowNs));
    for (const layer of this.layers) if (layer.over === 'axis') layer.paint(axis, scene);
  }

  /** Over the lanes: a scene of its own, of the same width. Arrows lead to a pinned lane where the row's own place is out of sight. */
  private paintPinned(surface: Surface, scene: Scene): void {
    const lanes = this.pinned.peek();
    if (lanes.length === 0) return;
    const height = lanes.length * rowHeight;
    const strip: Scene = { ...scene, lanes, scrollTop: 0, height };
    paintBackground(surface, strip);
    for (const layer of this.layers) if (layer.over === 'background') layer.paint(surface, strip);
    paintSpans(surface, strip);
    paintNow(surface, strip);
    for (const layer of this.layers) if (layer.over === 'spans') layer.paint(surface, strip);
    surface.fillStyle = scene.palette.muted;
    surface.fillRect(0, height - 1, scene.width, 1);
    const pinnedAt = new Map(lanes.map(({ row }, at) => [row.id, at + scene.scrollTop / rowHeight]));
    const place = (row: string): number | undefined => {
      const own = this.store.shownPlace(row);
      const top = own === undefined ? -1 : laneTop(scene, own);
      return top >= height && top < scene.height ? own : (pinnedAt.get(row) ?? own);
    };
    const led = ({ from, to }: TileArrow): boolean => [from, to].some((row) => pinnedAt.has(row) && place(row) === pinnedAt.get(row));
    paintArrows(surface, scene, this.placedArrows(scene, place, led));
  }

  /** The picture's where all are wanted, and the selection's, which are strong; as far as they have happened. */
  private placedArrows(scene: Scene, place: (row: string) => number | undefined, isMeant: (arrow: TileArrow) => boolean): PlacedArrow[] {
    const headNs = this.store.headNs.peek();
    const happened = (arrows: readonly TileArrow[]): readonly TileArrow[] => arrows.filter((arrow) => isMeant(arrow) && (headNs === null || arrow.atNs <= headNs));
    const own = this.selectionArrows.peek();
    // The picture that is drawn may have been asked for while all were wanted.
    const all = this.allArrows.peek() ? placeArrows(happened(this.columns?.tile.arrows ?? []), scene, place) : [];
    return own === null ? all : [...all.filter(({ strong }) => !strong), ...placeSelected(happened(own), scene, place)];
  }

  private paintLinks(surface: Surface, scene: Scene): void {
    paintArrows(surface, scene, this.placedArrows(scene, (row) => this.store.shownPlace(row), () => true));
    const more = this.columns?.tile.moreArrows ?? 0;
    if (more > 0 && this.allArrows.peek()) paintMore(surface, scene, t('{0} more arrows: zoom in to see them', count(more)));
  }

  private sight(scene: Scene): Sight {
    const info = this.store.info.peek();
    return {
      scene,
      pinned: this.pinned.peek().map(({ row }) => row.id),
      tile: this.columns?.tile,
      replayed: this.store.headNs.peek() !== null,
      followsPresent: this.followsPresent,
      atRest: info?.state === 'ended' && info.indexing === undefined,
      torn: this.isTorn,
      arrows: this.allArrows.peek(),
      frameMs: this.cost.ms,
    };
  }

  /** More may come, and it is shown as it comes. */
  private get followsPresent(): boolean {
    return this.viewport.running.peek() && this.store.headNs.peek() === null;
  }
}

/** More of the height than that is the scrolled lanes' own. */
const pinnedShare = 0.5;

function pinnedRows(store: Store, height: number): readonly ShownRow[] {
  const rows = store.pinned.value.flatMap((id) => store.live(id).value ?? []);
  const room = Math.max(1, Math.floor((height * pinnedShare) / rowHeight));
  return rows.slice(0, room).map((row, at) => ({ row, depth: 0, children: 0, collapsed: false, fold: null, position: at + 1, siblings: rows.length }));
}

/** Subscribes the running effect to a signal. */
function read(part: { readonly value: unknown }): unknown {
  return part.value;
}
