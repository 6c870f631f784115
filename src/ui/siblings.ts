/**
 * Rows by parent, each list sorted when it is asked for and kept until it changes: a view asks for a few lists of a recording with a
 * hundred thousand rows several times a second, while some of their facts change all the time and their order seldom.
 */
import type { Row } from '../protocol/rows';

const noRows: readonly Row[] = [];

export class Siblings {
  private readonly members = new Map<string | null, Set<string>>();
  /** Parents that children came before: those wait at the top. */
  private readonly missing = new Set<string>();
  /** Ids in order, until somebody comes, goes or moves. */
  private readonly order = new Map<string | null, readonly string[]>();
  /** The same as rows, until one of them changes. */
  private readonly lists = new Map<string | null, readonly Row[]>();

  /** @param get the row of this id as it is now. */
  constructor(private readonly get: (id: string) => Row | undefined) {}

  clear(): void {
    this.members.clear();
    this.missing.clear();
    this.order.clear();
    this.lists.clear();
  }

  /** A row is new, or says something else than before. To be called when it is known. */
  put(row: Row, before: Row | undefined): void {
    if (before?.parent !== row.parent) {
      if (before !== undefined) this.take(before);
      const own = this.members.get(row.parent);
      if (own === undefined) this.members.set(row.parent, new Set([row.id]));
      else own.add(row.id);
      if (row.parent !== null && this.get(row.parent) === undefined) this.missing.add(row.parent);
      this.moved(row.parent);
    } else if (before.startNs !== row.startNs || (before.endNs === null) !== (row.endNs === null)) this.moved(row.parent);
    else this.said(row.parent);
    if (this.missing.delete(row.id)) this.moved(null);
  }

  /** A row is gone, or has gone to another parent. To be called when it is not known any more. */
  take(row: Row): void {
    const own = this.members.get(row.parent);
    this.moved(row.parent);
    own?.delete(row.id);
    if (own?.size === 0) {
      this.members.delete(row.parent);
      if (row.parent !== null) this.missing.delete(row.parent);
    }
    if (this.members.has(row.id) && this.get(row.id) === undefined) {
      this.missing.add(row.id);
      this.moved(row.id);
    }
  }

  /** A row's children, or with null the top. */
  of(parent: string | null): readonly Row[] {
    if (parent !== null && this.missing.has(parent)) return noRows;
    let list = this.lists.get(parent);
    if (list === undefined) {
      const order = this.order.get(parent);
      list = order === undefined ? this.unordered(parent).sort(compareSiblings) : this.rowsOf(order);
      if (order === undefined) this.order.set(parent, list.map(({ id }) => id));
      this.lists.set(parent, list);
    }
    return list;
  }

  private unordered(parent: string | null): Row[] {
    const rows = this.rowsOf(this.members.get(parent) ?? []);
    if (parent === null) for (const id of this.missing) rows.push(...this.rowsOf(this.members.get(id) ?? []));
    return rows;
  }

  private rowsOf(ids: Iterable<string>): Row[] {
    const rows: Row[] = [];
    for (const id of ids) {
      const row = this.get(id);
      if (row !== undefined) rows.push(row);
    }
    return rows;
  }

  private said(parent: string | null): void {
    this.lists.delete(parent);
    if (parent !== null && this.missing.has(parent)) this.lists.delete(null);
  }

  private moved(parent: string | null): void {
    this.said(parent);
    this.order.delete(parent);
    if (parent !== null && this.missing.has(parent)) this.order.delete(null);
  }
}

const kindOrder: Record<Row['kind'], number> = { listener: 0, thread: 1, task: 2, connection: 3, process: 4 };

/** Threads before processes, living before ended, then by start. */
function compareSiblings(a: Row, b: Row): number {
  return (
    Number(a.endNs !== null) - Number(b.endNs !== null) ||
    kindOrder[a.kind] - kindOrder[b.kind] ||
    a.startNs - b.startNs ||
    a.id.localeCompare(b.id, 'en', { numeric: true })
  );
}
