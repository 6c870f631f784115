/**
 * What the panel knows: the run, its rows, what is collapsed and what is selected. Parts read signals and never each
 * other; the one selection here is the tree's, the timeline's and (through the host) the sidebar's.
 */
import { batch, computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { CauseChain } from '../src/protocol/causeChain';
import type { EngineError } from '../src/protocol/engine';
import { noFindings, type FindingsUpdate } from '../src/protocol/findings';
import type { ProcessEdge, Row, RowsUpdate, RunInfo } from '../src/protocol/rows';
import { linksOf } from './edgeWords';
import { beatOf } from './beat';
import { filteredRows, type Filtered, type RowFilter } from './filtered';
import { follow } from './follow';
import { foldIdOf, isFoldId, listKind } from './foldEnded';
import { Outline, type ShownPlaces } from './outline';
import { groupOf, hangingOf, type Grouping } from './grouping';
import { counterRows, countersId, isOwnRow, programRow, queueRow, type PanelRow } from './panelRows';
import { RowIndex, type IndexChange } from './rowIndex';
import type { ShownRow } from './rowOrder';
import { StoppedLengths } from './stoppedLengths';
import { foldedRows } from './rowWords';

/** A row, and the begin of one of its spans where a span was clicked. */
export interface Selection {
  row: string;
  spanBeginNs: number | null;
}

/** A chain of causes, and how far a person has followed it. */
export interface FollowedCauses {
  readonly chain: CauseChain;
  readonly at: number;
}

export interface Problem {
  message: string;
  error: EngineError | null;
}

/** Clients that are connected and not accepted. */
export interface Queue {
  length: number;
  /** Since when the first of them has waited. */
  oldestNs: number;
}

export class Store {
  readonly info = signal<RunInfo | null>(null);
  readonly source = signal<string | null>(null);
  readonly problem = signal<Problem | null>(null);
  readonly findings = signal<FindingsUpdate>(noFindings);
  /** Whether their list is open. */
  readonly findingsOpen = signal(false);
  readonly selection = signal<Selection | null>(null);
  /** Why the selection waits; null while nothing is known. */
  readonly causes = signal<FollowedCauses | null>(null);
  readonly collapsed = signal<ReadonlySet<string>>(new Set());
  /** Under what rows hang. */
  readonly grouping = signal<Grouping>('process');
  /** Folds of ended rows that are open. */
  readonly opened = signal<ReadonlySet<string>>(new Set());
  /** Rows that stand at the top of the lanes too, in the order in which they were pinned. Some may not be known (yet). */
  readonly pinned = signal<readonly string[]>([]);
  /** Rows that a search has found: their headers say so. */
  readonly marked = signal<ReadonlySet<string>>(new Set());
  /** The recording's present. Moves many times a second: components that show ages read `clock` instead. */
  readonly nowNs = signal(0);
  /** nowNs, a few times a second: text that changes costs layout and the picture of all around it. */
  readonly clock = signal(0);
  /** The play head of a replay, which is the present then; null where none is under way. */
  readonly headNs = signal<number | null>(null);
  /** Lengths of time are shown without what a debugger's stops took. */
  readonly withoutStops = signal(false);
  /** A debugger has stopped something in this recording. */
  readonly stopsSeen = signal(false);
  /** Lengths that the panel makes itself, without stopped time where that is wanted. */
  readonly lengths = new StoppedLengths(this.withoutStops, this.clock, this.headNs);
  /** Processes of a run that is debugged which its debugger did not follow. */
  readonly unfollowed = signal<ReadonlySet<string>>(new Set());
  /** Asks the timeline to scroll to a row; the count makes every ask a change. */
  readonly reveal = signal<{ row: string; count: number } | null>(null);

  /** Counts the updates that changed a row. A part that shows one row reads `live` instead. */
  readonly facts = signal(0);
  /** Counts those after which rows stand otherwise. */
  readonly structure = signal(0);
  /** Counts those after which the tree of processes is another one. */
  readonly family = signal(0);

  /** Listeners in whose queue somebody stands. */
  readonly queues = computed<ReadonlyMap<string, Queue>>(() => {
    follow(this.facts);
    return queuesOf(this.index, this.groups);
  });
  /** Processes that talk, by both ids. */
  readonly edges = signal<ReadonlyMap<string, ProcessEdge>>(new Map());
  readonly edgesOf = computed<ReadonlyMap<string, readonly ProcessEdge[]>>(() => edgesByProcess(this.edges.value));
  /** How many lines between processes the tree draws, and how many it leaves out; for the legend. */
  readonly ipc = signal({ drawn: 0, hidden: 0 });

  /** The run's counters stand above its rows. */
  withCounters = false;
  /** All rows, as a tree: what reads it reads one of the counts above too. */
  index = new RowIndex();
  private outline = new Outline(this.index, foldedRows);
  /** Ids of the groups that there are. */
  private readonly groups = new Set<string>();
  /** Rows that some part of the panel shows by themselves. */
  private readonly watched = new Map<string, Signal<Row | undefined>>();

  /** Which rows a person wants to see; null for all. */
  readonly filter = signal<RowFilter | null>(null);
  private readonly filtered = computed<Filtered | null>(() => {
    const keep = this.filter.value;
    if (keep === null) return null;
    follow(this.facts);
    return filteredRows(this.index, keep, this.collapsed.value);
  });
  /** How many rows the filter hides. */
  readonly hidden = computed(() => this.filtered.value?.hidden ?? 0);

  readonly shown = computed<readonly ShownRow[]>(() => {
    const filtered = this.filtered.value;
    if (filtered !== null) return filtered.rows;
    follow(this.structure);
    return this.outline.update(this.collapsed.value, this.opened.value);
  });
  /** Place of each shown row, for arrows and scrolling. */
  readonly shownAt = computed<ShownPlaces>(() => {
    follow(this.shown);
    return this.filtered.value?.places ?? this.outline.places();
  });

  row(id: string): Row | undefined {
    follow(this.facts);
    return programRow(this.index.row(id));
  }

  /** One row: whoever reads it hears of this row's changes only. */
  live(id: string): ReadonlySignal<Row | undefined> {
    let watched = this.watched.get(id);
    if (watched === undefined) this.watched.set(id, (watched = signal(programRow(this.index.row(id)))));
    return watched;
  }

  /** Rows hang otherwise from now on. */
  group(grouping: Grouping): void {
    if (grouping === this.grouping.value) return;
    const { hanging, onTop } = hangingOf(grouping);
    const rows = [...this.index.rows()].flatMap((row) => programRow(row) ?? []);
    batch(() => {
      this.grouping.value = grouping;
      this.use(new RowIndex(hanging, onTop), rows);
    });
  }

  apply(update: RowsUpdate): void {
    batch(() => {
      if (update.reset) this.use(this.index.anew(), update.rows);
      else if (update.rows.length > 0 || update.removed.length > 0) {
        const change = this.index.apply(this.withOwn(update.rows), update.removed.flatMap((id) => (id.startsWith('l') ? [`q${id.slice(1)}`, id] : [id])));
        this.dropEmptyGroups(change);
        for (const { id } of update.rows) this.tell(id);
        for (const id of update.removed) this.tell(id);
        this.count(change);
      }
      if (update.reset || update.edges.length > 0) this.edges.value = withEdges(update.reset ? null : this.edges.value, update.edges);
      this.info.value = update.info;
      if (update.reset || update.rebuilt === true) this.nowNs.value = update.info.nowNs;
      else this.advance(update.info.nowNs);
      this.clock.value = this.nowNs.value;
      const selected = this.selection.value;
      if (selected !== null && !isOwnRow(selected.row) && this.index.row(selected.row) === undefined) this.selection.value = null;
    });
  }

  /** Time only goes forward: messages of two kinds carry it. */
  advance(nowNs: number): void {
    if (nowNs > this.nowNs.value) this.nowNs.value = nowNs;
    if (beatOf(this.nowNs.value) > beatOf(this.clock.value)) this.clock.value = this.nowNs.value;
  }

  /** No run is shown. */
  clear(): void {
    batch(() => {
      this.info.value = null;
      this.source.value = null;
      this.findings.value = noFindings;
      this.findingsOpen.value = false;
      this.unfollowed.value = new Set();
      this.use(this.index.anew(), []);
      this.watched.clear();
      this.lengths.clear();
      this.edges.value = new Map();
      this.selection.value = null;
      this.nowNs.value = 0;
      this.clock.value = 0;
    });
  }

  select(row: string | null, spanBeginNs: number | null = null): void {
    const old = this.selection.value;
    if (old !== null && old.row === row && old.spanBeginNs === spanBeginNs) return;
    this.selection.value = row === null ? null : { row, spanBeginNs };
  }

  /** Opens what hides the row, and asks the timeline to scroll to it. */
  show(id: string): void {
    batch(() => {
      const above = this.index.ancestors(id);
      const folds = [id, ...above].flatMap((each) => this.index.row(each) ?? []).filter((row) => row.endNs !== null || listKind(row) === 'native').map((row) => this.foldOf(row));
      if (folds.some((fold) => this.shownAt.value.has(fold))) this.opened.value = new Set([...this.opened.value, ...folds]);
      const hiding = above.filter((parent) => this.collapsed.value.has(parent));
      if (hiding.length > 0) {
        const next = new Set(this.collapsed.value);
        for (const parent of hiding) next.delete(parent);
        this.collapsed.value = next;
      }
      this.reveal.value = { row: id, count: (this.reveal.value?.count ?? 0) + 1 };
    });
  }

  /** Pins the row, or takes it from the pinned ones. */
  togglePinned(id: string): void {
    const { value } = this.pinned;
    this.pinned.value = value.includes(id) ? value.filter((each) => each !== id) : [...value, id];
  }

  setCollapsed(id: string, collapsed: boolean): void {
    if (isFoldId(id)) {
      const opened = new Set(this.opened.value);
      if (collapsed) opened.delete(id);
      else opened.add(id);
      this.opened.value = opened;
      return;
    }
    if (this.collapsed.value.has(id) === collapsed) return;
    const next = new Set(this.collapsed.value);
    if (collapsed) next.add(id);
    else next.delete(id);
    this.collapsed.value = next;
  }

  /** The row itself where it is shown, else the nearest shown row above it: arrows to a collapsed row end there. */
  shownPlace(id: string): number | undefined {
    const direct = this.shownAt.value.get(id);
    if (direct !== undefined) return direct;
    for (const each of [id, ...this.index.ancestors(id)]) {
      const row = this.index.row(each);
      const at = this.shownAt.value.get(each) ?? (row === undefined ? undefined : this.shownAt.value.get(this.foldOf(row)));
      if (at !== undefined) return at;
    }
    return undefined;
  }

  /** The fold that the row is in, if it is in one. */
  private foldOf(row: PanelRow): string {
    return foldIdOf(this.index.above(row.id), listKind(row));
  }

  private use(index: RowIndex, rows: readonly Row[]): void {
    this.index = index;
    this.groups.clear();
    index.apply(this.withOwn(rows));
    this.outline = new Outline(index, foldedRows);
    for (const id of this.watched.keys()) this.tell(id);
    this.count({ structure: true, family: true });
  }

  /** The rows, and those of the panel's own that they bring along. A panel that opens before anything has happened gets its counters with the first row. */
  private withOwn(rows: readonly Row[]): PanelRow[] {
    const counters = this.withCounters && rows.length > 0 && this.index.row(countersId) === undefined ? counterRows() : [];
    return [...counters, ...this.withGroups(rows)];
  }

  private withGroups(rows: readonly Row[]): PanelRow[] {
    return rows.flatMap((row): PanelRow[] => {
      const group = groupOf(this.grouping.peek(), row);
      if (group !== null && !this.groups.has(group.id)) {
        this.groups.add(group.id);
        return [group, row];
      }
      const queue = queueRow(row);
      return queue === null ? [row] : [row, queue];
    });
  }

  /** A client that turned out to be a traced process is in that process's group from then on. */
  private dropEmptyGroups(change: IndexChange): void {
    if (!change.structure) return;
    const empty = [...this.groups].filter((id) => this.index.branches.get(id)?.count === 0);
    for (const id of empty) this.groups.delete(id);
    if (empty.length > 0) this.index.apply([], empty);
  }

  private tell(id: string): void {
    const row = programRow(this.index.row(id));
    this.outline.changed(id);
    const watched = this.watched.get(id);
    if (watched !== undefined) watched.value = row;
  }

  private count({ structure, family }: IndexChange): void {
    this.facts.value++;
    if (structure) this.structure.value++;
    if (family) this.family.value++;
  }
}

function withEdges(known: ReadonlyMap<string, ProcessEdge> | null, changed: readonly ProcessEdge[]): ReadonlyMap<string, ProcessEdge> {
  const edges = new Map(known);
  for (const edge of changed) {
    const id = `${edge.from} ${edge.to}`;
    if (linksOf(edge) === 0) edges.delete(id);
    else edges.set(id, edge);
  }
  return edges;
}

function edgesByProcess(edges: ReadonlyMap<string, ProcessEdge>): ReadonlyMap<string, readonly ProcessEdge[]> {
  const found = new Map<string, ProcessEdge[]>();
  for (const edge of edges.values()) {
    for (const process of [edge.from, edge.to]) {
      const known = found.get(process);
      if (known === undefined) found.set(process, [edge]);
      else known.push(edge);
    }
  }
  return found;
}

function queuesOf(index: RowIndex, groups: ReadonlySet<string>): ReadonlyMap<string, Queue> {
  const queues = new Map<string, Queue>();
  // Who stands in a queue hangs under its listener, or, where rows are grouped so, under its client.
  for (const id of [...Array.from(index.listeners.all(), (row) => row.id), ...groups]) {
    for (const { row } of index.branches.get(id)?.lists.get('connection')?.rest ?? []) {
      if (row.kind !== 'connection' || row.state !== 'queued' || row.endNs !== null) continue;
      const listener = row.listener ?? id;
      const since = row.queuedNs ?? row.startNs;
      const known = queues.get(listener);
      queues.set(listener, { length: (known?.length ?? 0) + 1, oldestNs: Math.min(known?.oldestNs ?? since, since) });
    }
  }
  return queues;
}
