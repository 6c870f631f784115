/**
 * The rows that are seen, from top to bottom. What is seen under a row is kept until something under it changes, so an update
 * costs the siblings of what changed, and a copy of the list.
 *
 *     p1                       lines under p1:  t1 [lines under t1] p2 [lines under p2] …
 *       t1                     c9 came: those under t1 are made again, and put into those under p1 with the others as they were
 *         ▸ 39 ended connections
 *         c9
 */
import { foldedOf, foldIdOf, type ListKind } from './foldEnded';
import { Branch, compareBranches, inOrder, type Place, type RowIndex, type Siblings } from './rowIndex';
import type { PanelRow } from './panelRows';
import type { ShownRow } from './rowOrder';

interface Line extends ShownRow {
  /** Its place in the latest outline. */
  at: number;
  readonly by: Outline;
}

interface Lines {
  readonly by: Outline;
  readonly depth: number;
  readonly round: number;
  readonly lines: readonly Line[];
}

/** What a fold of so many ended rows of a kind, or native threads, is called. */
export type FoldLabel = (kind: ListKind, rows: number) => string;

/** Where a row or a fold stands among the shown ones; undefined where it is not shown. */
export interface ShownPlaces {
  get(id: string): number | undefined;
  has(id: string): boolean;
}

const nothing: ReadonlySet<string> = new Set();

export class Outline {
  private collapsed = nothing;
  private opened = nothing;
  /** Counts the changes of what is open: lines made before one are made again. */
  private round = 0;
  private lines: readonly Line[] = [];
  private readonly folds = new Map<string, Line>();

  constructor(
    private readonly index: RowIndex,
    private readonly foldLabel: FoldLabel,
  ) {}

  /** @param opened ids of the folds of ended rows that a person has opened. */
  update(collapsed: ReadonlySet<string>, opened: ReadonlySet<string>): readonly ShownRow[] {
    if (collapsed !== this.collapsed || opened !== this.opened) this.round++;
    this.collapsed = collapsed;
    this.opened = opened;
    const before = this.lines;
    this.lines = this.under(this.index.top, 0);
    if (this.lines !== before) this.lines.forEach((line, at) => (line.at = at));
    return this.lines;
  }

  /** Of the latest outline. */
  places(): ShownPlaces {
    const get = (id: string): number | undefined => {
      const branch = this.index.branches.get(id);
      const line = branch === undefined ? this.folds.get(id) : this.lineOf(branch);
      return line !== undefined && this.lines[line.at] === line ? line.at : undefined;
    };
    return { get, has: (id) => get(id) !== undefined };
  }

  /** A row that is shown has other facts. */
  changed(id: string): void {
    const branch = this.index.branches.get(id);
    const line = branch === undefined ? undefined : this.lineOf(branch);
    if (branch !== undefined && line !== undefined) line.row = branch.row;
  }

  private under(place: Place, depth: number): readonly Line[] {
    const known = place.cache as Lines | null;
    if (known !== null && known.by === this && known.depth === depth && known.round === this.round) return known.lines;
    const lines: Line[] = [];
    const seats = { taken: 0, of: seatsOf(place) };
    for (const kind of place.kinds) {
      const siblings = place.lists.get(kind);
      if (siblings !== undefined) this.addKind(lines, place, kind, siblings, depth, seats);
    }
    place.cache = { by: this, depth, round: this.round, lines } satisfies Lines;
    return lines;
  }

  private addKind(lines: Line[], place: Place, kind: ListKind, { rest, over }: Siblings, depth: number, seats: { taken: number; of: number }): void {
    if (kind === 'native' && rest.length + over.length > 1) {
      const all = inOrder({ rest, over });
      this.addFold(lines, place, kind, all, all.length, depth, ++seats.taken, seats.of);
      return;
    }
    const folded = foldedOf(over.length);
    let [one, other] = [0, 0];
    while (one < rest.length || other < over.length) {
      if (other >= over.length || (one < rest.length && compareBranches(rest[one]!, over[other]!) < 0)) this.add(lines, rest[one++]!, depth, ++seats.taken, seats.of);
      else if (other >= folded) this.add(lines, over[other++]!, depth, ++seats.taken, seats.of);
      else {
        // It stands where the first of its rows stood.
        this.addFold(lines, place, kind, over, folded, depth, ++seats.taken, seats.of);
        other = folded;
      }
    }
  }

  private add(lines: Line[], branch: Branch, depth: number, position: number, siblings: number): void {
    const children = branch.count;
    const collapsed = children > 0 && this.collapsed.has(branch.row.id);
    lines.push(this.line(branch, depth, children, collapsed, position, siblings));
    if (children > 0 && !collapsed) for (const line of this.under(branch, depth + 1)) lines.push(line);
  }

  private line(branch: Branch, depth: number, children: number, collapsed: boolean, position: number, siblings: number): Line {
    const { row } = branch;
    const known = this.lineOf(branch);
    if (known === undefined) {
      const line: Line = { row, depth, children, collapsed, fold: null, position, siblings, at: -1, by: this };
      branch.line = line;
      return line;
    }
    known.row = row;
    known.depth = depth;
    known.children = children;
    known.collapsed = collapsed;
    known.position = position;
    known.siblings = siblings;
    return known;
  }

  private lineOf({ line }: Branch): Line | undefined {
    const known = line as Line | null;
    return known?.by === this ? known : undefined;
  }

  private addFold(lines: Line[], place: Place, kind: ListKind, over: readonly Branch[], folded: number, depth: number, position: number, siblings: number): void {
    const id = foldIdOf(place instanceof Branch ? place.row.id : null, kind);
    const open = this.opened.has(id);
    const row: PanelRow = { ...over[0]!.row, id, label: this.foldLabel(kind, folded), site: null };
    const line: Line = { row, depth, children: folded, collapsed: !open, fold: folded, position, siblings, at: -1, by: this };
    this.folds.set(id, line);
    lines.push(line);
    if (open) for (let at = 0; at < folded; at++) this.add(lines, over[at]!, depth + 1, at + 1, folded);
  }
}

/** How many stand side by side under a place. */
function seatsOf({ count, lists }: Place): number {
  let seats = count;
  for (const [kind, { rest, over }] of lists) {
    const folded = kind === 'native' ? rest.length + over.length : foldedOf(over.length);
    if (folded > 0) seats -= folded - 1;
  }
  return seats;
}

/** All of it anew. */
export function flatten(index: RowIndex, collapsed: ReadonlySet<string>, opened: ReadonlySet<string>, foldLabel: FoldLabel): readonly ShownRow[] {
  return new Outline(index, foldLabel).update(collapsed, opened);
}
