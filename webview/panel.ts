/**
 * Wiring: messages of the host into the store, the viewport and the timeline; what the person does back to the host; and
 * what must survive a reload into the webview's state.
 */
import { effect, signal } from '@preact/signals';
import { assertNever } from '../src/base/assertNever';
import { DisposableStore, toDisposable, type Disposable } from '../src/base/disposable';
import type { PanelState } from '../src/protocol/panel';
import type { Row, RowsUpdate } from '../src/protocol/rows';
import type { Answer, Ask, QueryName } from '../src/protocol/queries';
import type { SourcePosition } from '../src/protocol/report';
import type { RowAction, RowActionName } from '../src/protocol/rowActions';
import type { Details, DetailsRequest } from '../src/protocol/tile';
import { Actions, takesText } from './actions';
import type { Bridge, HostMessage } from './bridge';
import type { Feature, Gesture, Slot } from './feature';
import { features } from './features';
import { FirstPicture } from './firstPicture';
import { isFoldId } from './foldEnded';
import { LayoutClient, startLayoutWorker } from './layout/client';
import { countersId, isOwnRow } from './panelRows';
import { Store } from './store';
import type { TileWish } from './tileFlow';
import { TimelineController, type TimelineHost } from './timeline/controller';
import { Viewport } from './timeline/viewport';
import { setWords } from './words';

/** Questions whose answers say how long something lasted (`WithoutStops`). */
const hasLengths: ReadonlySet<QueryName> = new Set<QueryName>(['details', 'totals', 'inspect']);
const saveEveryMs = 300;
/** The height follows what the tree needs, until a person moves the splitter. */
const automatic = 0;

export class Panel implements TimelineHost, Disposable {
  readonly store = new Store();
  readonly viewport = new Viewport();
  /** The tree's share of the height that a person chose; `automatic` until then. */
  readonly split = signal(automatic);
  /** The share that it has. */
  readonly treeShare = signal(0.34);
  readonly layout: LayoutClient;
  readonly timeline: TimelineController;
  readonly actions = new Actions();
  readonly features: readonly Feature[];
  private readonly owned = new DisposableStore();
  private readonly firstPicture = this.owned.add(new FirstPicture());
  private restored: PanelState | null;
  /** The selection of before the reload: its row comes later where the recording is still being read. */
  private awaited: string | null = null;
  private saveTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly bridge: Bridge, layoutScript: string | undefined) {
    this.restored = bridge.restore();
    this.split.value = this.restored?.split ?? automatic;
    this.store.lengths.ask = (spans) => this.query('stopped', { spans });
    this.layout = new LayoutClient(() =>
      layoutScript === undefined ? Promise.reject(new Error('the page names no layout worker')) : this.firstPicture.wait().then(() => startLayoutWorker(layoutScript)),
    );
    this.timeline = this.owned.add(new TimelineController(this.store, this.viewport, this));
    this.features = features.map((make) => make(this));
    for (const feature of this.features) {
      this.actions.add(feature.actions ?? []);
      this.timeline.layers.push(...(feature.layers ?? []));
      this.owned.add(toDisposable(() => feature.dispose?.()));
    }
    this.owned.add(toDisposable(effect(() => this.viewport.setNow(this.store.headNs.value === null ? this.store.nowNs.value : (this.store.info.value?.nowNs ?? 0)))));
    this.owned.add(toDisposable(effect(() => this.saveLater())));
    let told = false;
    this.owned.add(toDisposable(effect(() => {
      const on = this.store.withoutStops.value;
      if (on === told) return;
      told = on;
      this.bridge.send({ type: 'withoutStops', on });
    })));
  }

  start(): void {
    this.bridge.start({
      message: (message) => this.receive(message),
      tile: (tile) => {
        // It may know a later present than the last word of it: its open spans must not pass the line of the present.
        if (this.store.headNs.peek() === null) this.store.advance(tile.nowNs);
        this.timeline.receive(tile);
        this.firstPicture.tileCame();
      },
      patch: (patch) => {
        if (this.store.headNs.peek() === null) this.store.advance(patch.nowNs);
        this.timeline.receivePatch(patch);
      },
    });
  }

  failed(error: unknown): void {
    this.bridge.log('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  askTile(wish: TileWish): void {
    this.bridge.askTile(wish);
  }

  details(request: DetailsRequest): Promise<Details> {
    return this.query('details', request);
  }

  /** Asks the engine; rejects where it fails, or nobody answers in time. */
  query<K extends QueryName>(name: K, ask: Ask<K>): Promise<Answer<K>> {
    // The one place that asks for lengths without stopped time: who shows them need not know.
    const asked = this.store.withoutStops.peek() && hasLengths.has(name) ? { ...ask, withoutStops: true } : ask;
    return this.bridge.query(name, asked);
  }

  /** What the editor's debugger can do with a row. */
  rowActions(row: string): Promise<readonly RowAction[]> {
    return this.bridge.rowActions(row);
  }

  rowAction(row: string, action: RowActionName): void {
    this.bridge.send({ type: 'rowAction', row, action });
  }

  /** The features that have something for a place of the panel. */
  inSlot(slot: Slot): readonly Feature[] {
    return this.features.filter((feature) => feature.slots?.[slot] !== undefined);
  }

  /** A key while the lanes have the focus. */
  readonly laneKey = (event: KeyboardEvent): boolean => this.actions.run(event, 'lanes');

  /** A key anywhere else in the panel. */
  readonly panelKey = (event: KeyboardEvent): void => {
    if (!event.defaultPrevented && !takesText(event.target)) this.actions.run(event, 'panel');
  };

  readonly press = (event: PointerEvent, on: 'lanes' | 'axis'): Gesture | null => {
    for (const feature of this.features) {
      const gesture = feature.press?.(event, on) ?? null;
      if (gesture !== null) return gesture;
    }
    return null;
  };

  openSource(site: SourcePosition): void {
    this.bridge.send({ type: 'openSource', site });
  }

  /** The row's own line: where it stands, or where it came from. */
  openRow(row: Row): void {
    if (row.site !== null) this.openSource(row.site);
  }

  /** The line of a moment of a row; the row's own where that moment has none. */
  openMoment(row: Row, atNs: number): void {
    this.details({ row: row.id, atNs: Math.round(atNs) }).then(
      (details) => {
        const site = details.site ?? row.site;
        if (site !== null) this.openSource(site);
      },
      () => this.openRow(row),
    );
  }

  /** Selects the span of a row at a moment, and brings it into sight. */
  showMoment(row: string, atNs: number): void {
    const { fromNs, toNs } = this.viewport.view.peek();
    if (atNs < fromNs || atNs > toNs) this.viewport.show({ fromNs: atNs - (toNs - fromNs) / 3, toNs: atNs + ((toNs - fromNs) * 2) / 3 });
    this.select(row, atNs);
    this.store.show(row);
  }

  openSelection(): void {
    const selection = this.store.selection.peek();
    const row = this.store.row(selection?.row ?? '');
    if (row === undefined) return;
    const beginNs = selection?.spanBeginNs ?? null;
    if (beginNs === null) this.openRow(row);
    else this.openMoment(row, beginNs);
  }

  /** Nothing is selected, and nothing floats over the lanes. */
  clear(): void {
    this.timeline.clear();
    this.select(null);
  }

  /** The person selected something here: the sidebar and the editor follow. */
  select(row: string | null, spanBeginNs: number | null = null): void {
    if (row !== null && isFoldId(row)) return; // It is nothing of the program's.
    const before = this.store.selection.peek()?.row ?? null;
    this.awaited = null;
    this.store.select(row, spanBeginNs);
    // The host knows the program's rows only.
    if (before !== row && (row === null || !isOwnRow(row))) this.bridge.send({ type: 'select', row });
  }

  dispose(): void {
    clearTimeout(this.saveTimer);
    this.owned.dispose();
    this.layout.dispose();
  }

  private receive(message: HostMessage): void {
    switch (message.type) {
      case 'snapshot':
        setWords(message.words, message.locale);
        this.show(message.update, message.source);
        return;
      case 'empty':
        setWords(message.words, message.locale);
        this.store.clear();
        this.timeline.reset();
        return;
      case 'rows':
        this.update(message.update);
        return;
      case 'changed':
        if (this.store.headNs.peek() === null) this.store.advance(message.nowNs);
        return;
      case 'findings':
        this.store.findings.value = message.update;
        return;
      case 'unfollowed':
        this.store.unfollowed.value = new Set(message.rows);
        return;
      case 'problem':
        this.store.problem.value = { message: message.message, error: message.error };
        return;
      case 'select':
        this.awaited = null;
        this.store.select(message.row);
        if (message.row !== null && message.reveal) this.store.show(message.row);
        return;
      default:
        assertNever(message);
    }
  }

  /** A run is shown from now on; the same one again after a resync keeps its window. */
  private show(update: RowsUpdate, source: string): void {
    this.showing = true;
    try {
      this.showNow(update, source);
    } finally {
      this.showing = false;
    }
    this.saveLater();
  }

  private showNow(update: RowsUpdate, source: string): void {
    const again = this.store.source.peek() === source && this.store.info.peek() !== null;
    const wasRunning = this.viewport.running.peek();
    this.bridge.resetTiles();
    this.store.problem.value = null;
    if (!again) {
      this.awaited = null;
      this.store.clear();
      this.timeline.reset();
      for (const feature of this.features) feature.reset?.();
    }
    this.store.source.value = source;
    this.apply({ ...update, reset: true });
    if (again) {
      this.timeline.refresh();
      if (wasRunning && update.info.state === 'ended') this.viewport.end(update.info.nowNs);
      return;
    }
    this.viewport.open(update.info.nowNs, update.info.state !== 'ended', isReadOn(update));
    const saved = this.restored;
    this.restored = null;
    if (saved?.source !== source) {
      // Until somebody opens them the counters are one line.
      this.store.collapsed.value = new Set([countersId]);
      return;
    }
    this.store.collapsed.value = new Set(saved.collapsed);
    this.viewport.restore({ fromNs: saved.fromNs, toNs: saved.toNs }, saved.live);
    for (const feature of this.features) {
      if (feature.name in saved.features) feature.restore?.(saved.features[feature.name]);
    }
    this.awaited = saved.selection;
    this.selectAwaited();
  }

  private selectAwaited(): void {
    const row = this.awaited;
    if (row === null || this.store.row(row) === undefined) return;
    this.awaited = null;
    this.store.select(row);
  }

  private update(update: RowsUpdate): void {
    const was = this.store.info.peek()?.state;
    this.apply(update);
    this.selectAwaited();
    if (update.reset || update.rebuilt === true) this.timeline.refresh();
    if (update.info.state === 'ended' && was !== undefined && was !== 'ended') this.viewport.end(update.info.nowNs);
    if (!isReadOn(update)) this.viewport.wasRead();
  }

  private apply(update: RowsUpdate): void {
    if (!this.features.some((feature) => feature.update?.(update) === true)) this.store.apply(update);
  }

  private saveLater(): void {
    // A window that follows the present is found again without its place.
    const { fromNs, toNs } = this.viewport.live.value ? this.viewport.view.peek() : this.viewport.view.value;
    const state: PanelState = {
      version: 2,
      source: this.store.source.value,
      live: this.viewport.follows,
      fromNs,
      toNs,
      selection: this.store.selection.value?.row ?? this.awaited,
      collapsed: [...this.store.collapsed.value],
      split: this.split.value,
      features: Object.fromEntries(this.features.flatMap((feature) => (feature.remember === undefined ? [] : [[feature.name, feature.remember()]]))),
    };
    // Nothing is shown yet, or not as it was: what was saved before the reload must not be lost.
    if (state.source === null || this.showing) return;
    this.unsaved = state;
    if (this.saveTimer === undefined) this.saveAndRest();
  }

  /** The first change is saved at once: an editor that covers the panel takes the page away in less than the rest. */
  private saveAndRest(): void {
    this.save();
    this.saveTimer = setTimeout(() => {
      this.saveTimer = undefined;
      if (this.unsaved !== null) this.saveAndRest();
    }, saveEveryMs);
  }

  private unsaved: PanelState | null = null;
  private showing = false;

  private save(): void {
    if (this.unsaved !== null) this.bridge.save(this.unsaved);
    this.unsaved = null;
  }
}

/** Whether more of the recording is being read. */
function isReadOn({ info: { indexing } }: RowsUpdate): boolean {
  return indexing !== undefined && !indexing.cancelled;
}
