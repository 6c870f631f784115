/**
 * Definitions of names on their way to another thread: who reads keeps none of them, but writes down what came since they were last taken,
 * and who asks for names puts that into a table of its own.
 */
import { kindOffset, kinds, recordBytes } from '../protocol/layout';
import type { Owner } from './batch';
import { NameTable } from './nameTable';

/** By owner's index: records of texts and sites side by side, and forks. In the order in which they were read. */
export interface LoggedNames {
  /** Of each record its owner, and its bytes. */
  readonly owners: number[];
  readonly records: Uint8Array;
  /** Who was forked (an owner's index), from which process, and when its probe began (ns from the base). */
  readonly forks: readonly (readonly [owner: number, parent: number, parentBirth: number])[];
}

/** Takes definitions in as a table does; nothing can be looked up in it. */
export class NameLog extends NameTable {
  private owners: number[] = [];
  private records = new Uint8Array(16 * recordBytes);
  private forks: [number, number, number][] = [];

  override addText(owner: Owner, view: DataView, at: number): void {
    this.add(owner, view, at);
  }

  override addSite(owner: Owner, view: DataView, at: number): void {
    this.add(owner, view, at);
  }

  override addFork(owner: Owner, parent: number, parentBirth: number): void {
    this.forks.push([owner.index, parent, parentBirth]);
  }

  /** What came since the last call; null where nothing did. */
  take(): LoggedNames | null {
    const { owners, forks } = this;
    if (owners.length + forks.length === 0) return null;
    const records = this.records.slice(0, owners.length * recordBytes);
    this.owners = [];
    this.forks = [];
    return { owners, records, forks };
  }

  private add(owner: Owner, view: DataView, at: number): void {
    const used = this.owners.length * recordBytes;
    if (used === this.records.length) {
      const larger = new Uint8Array(used * 2);
      larger.set(this.records);
      this.records = larger;
    }
    this.records.set(new Uint8Array(view.buffer, view.byteOffset + at, recordBytes), used);
    this.owners.push(owner.index);
  }
}

/** Puts what was logged into a table. @param owners the reader's, by their index. */
export function defineLogged({ owners: by, records, forks }: LoggedNames, owners: readonly Owner[], names: NameTable): void {
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  for (const [owner, parent, parentBirth] of forks) names.addFork(owners[owner]!, parent, parentBirth);
  by.forEach((owner, record) => {
    const at = record * recordBytes;
    if (view.getUint16(at + kindOffset, true) === kinds.site) names.addSite(owners[owner]!, view, at);
    else names.addText(owners[owner]!, view, at);
  });
}
