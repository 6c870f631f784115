/**
 * The rows of one run as the sidebar and the panel's snapshots need them: the last word on every row, children by
 * parent, and after each update what changed, so that a view redraws three items of a thousand and not a thousand.
 *
 * While only the panel is open, nobody here asks for a row. So what comes packed is kept as it came, and taken apart, several at once, when
 * somebody asks for a row or for what changed; the facts of the whole run are there at once.
 */
import { isNativeThread } from '../protocol/foldEnded';
import type { ProcessEdge, Row, RowsUpdate, RunInfo } from '../protocol/rows';
import { headOf, unpackRows, type PackedRows } from '../protocol/rowsText';
import { Siblings } from './siblings';

/** More than that is not kept: some ms of work for whoever asks then. */
const mostKeptBytes = 256 * 1024;

/** What an update did: rows whose own facts changed, and parents (null: the top) whose children came, went or moved. */
export interface RowChanges {
  all: boolean;
  rows: ReadonlySet<string>;
  parents: ReadonlySet<string | null>;
}

/** The rest is known when it is asked for. */
interface Kept {
  readonly body: ArrayBuffer;
  changes: RowChanges | undefined;
}

export class RowStore {
  private readonly rows = new Map<string, Row>();
  /** For the panel's snapshots; by both ids. */
  private readonly edges = new Map<string, ProcessEdge>();
  private readonly siblings = new Siblings((id) => this.rows.get(id));
  private current: RunInfo | null = null;
  private kept: Kept[] = [];
  private keptBytes = 0;

  /** Facts of the whole run; null until the first update. */
  get info(): RunInfo | null {
    return this.current;
  }

  get size(): number {
    this.settle();
    return this.rows.size;
  }

  get(id: string): Row | undefined {
    this.settle();
    return this.rows.get(id);
  }

  all(): IterableIterator<Row> {
    this.settle();
    return this.rows.values();
  }

  /** `changes` may be more than this update's: of all that nobody had asked for by then. */
  take(rows: RowsUpdate | PackedRows): { info: RunInfo; changes: () => RowChanges } {
    if (!('body' in rows)) {
      const changes = this.apply(rows);
      return { info: rows.info, changes: () => changes };
    }
    const info = (this.current = headOf(rows));
    const kept: Kept = { body: rows.body, changes: undefined };
    this.kept.push(kept);
    this.keptBytes += rows.body.byteLength;
    if (this.keptBytes > mostKeptBytes) this.settle();
    return {
      info,
      changes: () => {
        this.settle();
        return kept.changes!;
      },
    };
  }

  apply(update: RowsUpdate): RowChanges {
    this.settle();
    return this.put(update);
  }

  /** Takes apart what is kept. */
  private settle(): void {
    const { kept, current } = this;
    if (kept.length === 0 || current === null) return;
    this.kept = [];
    this.keptBytes = 0;
    const changes = this.put(unpackRows(current, kept.map(({ body }) => Buffer.from(body).toString()), (id) => this.rows.get(id)));
    for (const each of kept) each.changes = changes;
  }

  private put(update: RowsUpdate): RowChanges {
    this.current = update.info;
    const changed = new Set<string>();
    const parents = new Set<string | null>();
    if (update.reset) {
      this.rows.clear();
      this.edges.clear();
      this.siblings.clear();
    }
    for (const edge of update.edges) this.edges.set(`${edge.from} ${edge.to}`, edge);
    for (const id of update.removed) {
      const gone = this.rows.get(id);
      this.rows.delete(id);
      if (gone === undefined) continue;
      parents.add(gone.parent);
      this.siblings.take(gone);
    }
    for (const row of update.rows) {
      const before = this.rows.get(row.id);
      this.rows.set(row.id, row);
      this.siblings.put(row, before);
      if (before === undefined) {
        parents.add(row.parent);
      } else {
        changed.add(row.id);
        if (before.parent !== row.parent) parents.add(before.parent).add(row.parent);
        // Living children stand before ended ones, and each by its start, and native threads fold: an end moves the row among its siblings, so does its first word.
        if ((before.endNs === null) !== (row.endNs === null) || before.startNs !== row.startNs || isNativeThread(before) !== isNativeThread(row)) parents.add(row.parent);
      }
    }
    return { all: update.reset, rows: changed, parents };
  }

  /** A row's children, or with null the top: threads before processes, living before ended, then by start. */
  childrenOf(parent: string | null): readonly Row[] {
    this.settle();
    return this.siblings.of(parent);
  }

  /** Everything known, as one update that replaces what its reader had. */
  snapshot(): RowsUpdate | null {
    this.settle();
    return this.current === null ? null : { info: this.current, reset: true, rows: [...this.rows.values()], removed: [], edges: [...this.edges.values()] };
  }
}
