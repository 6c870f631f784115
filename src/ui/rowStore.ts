/**
 * The rows of one run as the sidebar and the panel's snapshots need them: the last word on every row, children by
 * parent, and after each update what changed, so that a view redraws three items of a thousand and not a thousand.
 */
import type { ProcessEdge, Row, RowsUpdate, RunInfo } from '../protocol/rows';
import { Siblings } from './siblings';

/** What an update did: rows whose own facts changed, and parents (null: the top) whose children came, went or moved. */
export interface RowChanges {
  all: boolean;
  rows: ReadonlySet<string>;
  parents: ReadonlySet<string | null>;
}

export class RowStore {
  private readonly rows = new Map<string, Row>();
  /** For the panel's snapshots; by both ids. */
  private readonly edges = new Map<string, ProcessEdge>();
  private readonly siblings = new Siblings((id) => this.rows.get(id));
  private current: RunInfo | null = null;

  /** Facts of the whole run; null until the first update. */
  get info(): RunInfo | null {
    return this.current;
  }

  get size(): number {
    return this.rows.size;
  }

  get(id: string): Row | undefined {
    return this.rows.get(id);
  }

  all(): IterableIterator<Row> {
    return this.rows.values();
  }

  apply(update: RowsUpdate): RowChanges {
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
        // Living children stand before ended ones, and each by its start: an end moves the row among its siblings.
        if ((before.endNs === null) !== (row.endNs === null) || before.startNs !== row.startNs) parents.add(row.parent);
      }
    }
    return { all: update.reset, rows: changed, parents };
  }

  /** A row's children, or with null the top: threads before processes, living before ended, then by start. */
  childrenOf(parent: string | null): readonly Row[] {
    return this.siblings.of(parent);
  }

  /** Everything known, as one update that replaces what its reader had. */
  snapshot(): RowsUpdate | null {
    return this.current === null ? null : { info: this.current, reset: true, rows: [...this.rows.values()], removed: [], edges: [...this.edges.values()] };
  }
}
