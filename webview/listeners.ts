/** The listeners of a run by address: a connection without an owner stands in the queue of one of them. */
import type { ListenerRow } from '../src/protocol/rows';

const portOf = (address: string): string => address.slice(address.lastIndexOf(':') + 1);

export class Listeners {
  private readonly rows = new Map<string, ListenerRow>();
  private count = 0;
  private changes = 0;

  /** Counts the questions: who asked has to ask again when `version` changes. */
  get asked(): number {
    return this.count;
  }

  get version(): number {
    return this.changes;
  }

  /** In the order in which they came to be known. */
  all(): IterableIterator<ListenerRow> {
    return this.rows.values();
  }

  set(row: ListenerRow): void {
    if (this.rows.get(row.id)?.address !== row.address) this.changes++;
    this.rows.set(row.id, row);
  }

  delete(id: string): void {
    if (this.rows.delete(id)) this.changes++;
  }

  /** The listener with this address, or with its port at any address; null where there is none. */
  at(address: string): string | null {
    this.count++;
    let samePort: string | null = null;
    for (const row of this.rows.values()) {
      if (row.address === address) return row.id;
      if (portOf(row.address) === portOf(address)) samePort ??= row.id;
    }
    return samePort;
  }
}
