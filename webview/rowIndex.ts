/**
 * Rows come as a flat set with parents, and change many times a second. Here they are kept as the tree that people read; an update
 * of fifty rows costs fifty places in sorted lists, however many rows there are. Of each parent's children those that may
 * fold away (foldEnded.ts) stand apart:
 *
 *     branch t1 ── connection ── rest   c1204 c1207 …          live, or something below them lives
 *                             └─ over   c1 c2 c3 … c1203       ended, with all below
 *
 * What is seen of it from top to bottom is outline.ts's.
 */
import type { ProcessRow } from '../src/protocol/rows';
import { isNeverFolded, listKind, type ListKind } from './foldEnded';
import { Listeners } from './listeners';
import { programRow, type PanelRow } from './panelRows';
import { compareStarts, kindsBelow, kindsOnTop, parentOf, type Hanging } from './rowOrder';
import { insert, take } from './sorted';

/** Children of one kind, native threads apart from others; each list by start. */
export interface Siblings {
  readonly rest: Branch[];
  readonly over: Branch[];
}

/** What rows hang under: a row, or nothing. */
export class Place {
  readonly lists = new Map<ListKind, Siblings>();
  /** Rows directly under it. */
  count = 0;
  /** Of these, how many have not ended, or have somebody below them who has not. */
  unfinished = 0;
  /** The outline's; null where something under it has changed since. */
  cache: object | null = null;

  /** @param kinds of its children, in the order in which they stand. */
  constructor(readonly kinds: readonly ListKind[]) {}
}

export class Branch extends Place {
  under: Place | null = null;
  /** Stands in its siblings' `over`. */
  apart = false;
  /** It and everything below it has ended. */
  over = false;
  /** The outline's: what is seen of it. */
  line: object | null = null;
  /** The id of the parent that it waits for. */
  waitsFor: string | null = null;

  constructor(public row: PanelRow) {
    super(kindsBelow);
  }
}

/** What an update did. */
export interface IndexChange {
  /** Rows came, went, moved, or began to be over: what is seen stands otherwise. */
  structure: boolean;
  /** Processes came, went, moved, or are otherwise than before in more than their counts. */
  family: boolean;
}

export class RowIndex {
  readonly top: Place;
  readonly branches = new Map<string, Branch>();
  readonly listeners = new Listeners();
  /** Rows whose parent is not there (yet), by its id: they stand at the top. */
  private readonly waiting = new Map<string, Set<Branch>>();
  /** Rows whose place depends on which listeners there are. */
  private readonly strays = new Set<Branch>();
  private change: IndexChange = { structure: false, family: false };

  /** @param hanging the one that says under what a row hangs. */
  constructor(
    private readonly hanging: Hanging = parentOf,
    onTop: readonly ListKind[] = kindsOnTop,
  ) {
    this.top = new Place(onTop);
  }

  apply(rows: Iterable<PanelRow>, removed: Iterable<string> = []): IndexChange {
    const change = (this.change = { structure: false, family: false });
    const before = this.listeners.version;
    for (const id of removed) this.remove(id);
    for (const row of rows) this.set(row);
    if (this.listeners.version !== before) for (const branch of [...this.strays]) this.place(branch);
    return change;
  }

  /** An empty one in which rows hang alike. */
  anew(): RowIndex {
    return new RowIndex(this.hanging, this.top.kinds);
  }

  row(id: string): PanelRow | undefined {
    return this.branches.get(id)?.row;
  }

  *rows(): IterableIterator<PanelRow> {
    for (const { row } of this.branches.values()) yield row;
  }

  /** What a row hangs under here; null at the top. */
  above(id: string): string | null {
    const under = this.branches.get(id)?.under;
    return under instanceof Branch ? under.row.id : null;
  }

  /** The ids above a row, from its parent to the root. */
  ancestors(id: string): string[] {
    const found: string[] = [];
    for (let above = this.above(id); above !== null; above = this.above(above)) found.push(above);
    return found;
  }

  /** A row's children of a kind (null: those at the top), by start. */
  childrenOf<K extends PanelRow['kind']>(parent: string | null, kind: K): Extract<PanelRow, { kind: K }>[] {
    const place = parent === null ? this.top : this.branches.get(parent);
    const found = place?.lists.get(kind);
    return (found === undefined ? [] : inOrder(found).map(({ row }) => row)) as Extract<PanelRow, { kind: K }>[];
  }

  private set(row: PanelRow): void {
    const branch = this.branches.get(row.id);
    if (row.kind === 'listener') this.listeners.set(row);
    if (branch === undefined) {
      const fresh = new Branch(row);
      this.branches.set(row.id, fresh);
      this.place(fresh);
      const children = this.waiting.get(row.id);
      if (children !== undefined) for (const child of [...children]) this.place(child);
      return;
    }
    const { row: before } = branch;
    // Its place among its siblings is by the old facts.
    if (before.startNs !== row.startNs || listKind(before) !== listKind(row)) this.unhang(branch);
    branch.row = row;
    if (row.kind === 'process' && (before.kind !== 'process' || !isAlikeInTree(before, row))) this.change.family = true;
    this.place(branch);
  }

  private remove(id: string): void {
    const branch = this.branches.get(id);
    if (branch === undefined) return;
    this.listeners.delete(id);
    this.branches.delete(id);
    this.forget(branch);
    this.unhang(branch);
    for (const { rest, over } of branch.lists.values()) for (const child of [...rest, ...over]) this.place(child);
  }

  /** Where it belongs now; nothing happens where it stands there already. */
  private place(branch: Branch): void {
    this.forget(branch);
    const asked = this.listeners.asked;
    const own = programRow(branch.row);
    const wanted = own === undefined ? branch.row.parent : this.hanging(own, this.listeners);
    if (this.listeners.asked !== asked) this.strays.add(branch);
    const parent = wanted === null ? undefined : this.branches.get(wanted);
    if (wanted !== null && parent === undefined) {
      const children = this.waiting.get(wanted);
      branch.waitsFor = wanted;
      if (children === undefined) this.waiting.set(wanted, new Set([branch]));
      else children.add(branch);
    }
    // A row that would hang under itself stands at the top: nothing is ever lost from sight.
    const place = parent === undefined || isUnder(parent, branch) ? this.top : parent;
    if (branch.under !== place) {
      this.unhang(branch);
      this.hang(branch, place);
    } else this.settle(branch);
  }

  private forget(branch: Branch): void {
    this.strays.delete(branch);
    if (branch.waitsFor === null) return;
    const children = this.waiting.get(branch.waitsFor);
    if (children?.delete(branch) === true && children.size === 0) this.waiting.delete(branch.waitsFor);
    branch.waitsFor = null;
  }

  private hang(branch: Branch, place: Place): void {
    branch.under = place;
    branch.over = isOver(branch);
    branch.apart = branch.over && !isNeverFolded(branch.row);
    insert(listOf(place, branch), branch, compareBranches);
    place.count++;
    if (!branch.over) place.unfinished++;
    this.changed(branch, place);
  }

  private unhang(branch: Branch): void {
    const place = branch.under;
    if (place === null) return;
    take(listOf(place, branch), branch, compareBranches);
    branch.under = null;
    place.count--;
    if (!branch.over) place.unfinished--;
    this.changed(branch, place);
  }

  /** Whether the row is over may have changed, and with it whether those above it are. */
  private settle(branch: Branch): void {
    const place = branch.under;
    const over = isOver(branch);
    const apart = over && !isNeverFolded(branch.row);
    if (place === null || (over === branch.over && apart === branch.apart)) return;
    take(listOf(place, branch), branch, compareBranches);
    if (over !== branch.over) place.unfinished += over ? -1 : 1;
    branch.over = over;
    branch.apart = apart;
    insert(listOf(place, branch), branch, compareBranches);
    this.changed(branch, place);
  }

  private changed(branch: Branch, place: Place): void {
    this.change.structure = true;
    if (branch.row.kind === 'process') this.change.family = true;
    for (let each: Place | null = place; each !== null; each = each instanceof Branch ? each.under : null) each.cache = null;
    if (place instanceof Branch) this.settle(place);
  }
}

/** Children by parent, from nothing: what an index is after whatever updates led to these rows. */
export function indexRows(rows: ReadonlyMap<string, PanelRow>, hanging?: Hanging): RowIndex {
  const index = new RowIndex(hanging);
  index.apply(rows.values());
  return index;
}

/** Both lists as one. */
export function* byStart({ rest, over }: Siblings): IterableIterator<Branch> {
  let [one, other] = [0, 0];
  while (one < rest.length || other < over.length) {
    const first = other >= over.length || (one < rest.length && compareBranches(rest[one]!, over[other]!) < 0);
    yield first ? rest[one++]! : over[other++]!;
  }
}

/** The same at once: of a server's two thousand children a generator takes most of the time. */
export function inOrder({ rest, over }: Siblings): readonly Branch[] {
  if (over.length === 0) return rest;
  if (rest.length === 0) return over;
  const branches: Branch[] = [];
  let [one, other] = [0, 0];
  while (one < rest.length || other < over.length) {
    const first = other >= over.length || (one < rest.length && compareBranches(rest[one]!, over[other]!) < 0);
    branches.push(first ? rest[one++]! : over[other++]!);
  }
  return branches;
}

export function compareBranches(a: Branch, b: Branch): number {
  return compareStarts(a.row, b.row);
}

function listOf(place: Place, { row, apart }: Branch): Branch[] {
  const kind = listKind(row);
  let siblings = place.lists.get(kind);
  if (siblings === undefined) place.lists.set(kind, (siblings = { rest: [], over: [] }));
  return apart ? siblings.over : siblings.rest;
}

function isOver({ row, unfinished }: Branch): boolean {
  return row.endNs !== null && row.state !== 'zombie' && unfinished === 0;
}

function isUnder(place: Place, branch: Branch): boolean {
  for (let each: Place | null = place; each !== null; each = each instanceof Branch ? each.under : null) if (each === branch) return true;
  return false;
}

/** Whether the tree of processes shows both alike but for their counts, which its cards read by themselves. */
function isAlikeInTree(a: ProcessRow, b: ProcessRow): boolean {
  return a.label === b.label && a.endNs === b.endNs && a.state === b.state && a.birth === b.birth && a.orphaned === b.orphaned && a.covered === b.covered
    && a.exit?.code === b.exit?.code && a.exit?.signal === b.exit?.signal && a.parent === b.parent && a.exec?.times === b.exec?.times && a.adopter?.pid === b.adopter?.pid
    && isSame(a.command, b.command) && isSame(a.gaps, b.gaps);
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a === b || (a.length === b.length && JSON.stringify(a) === JSON.stringify(b));
}
