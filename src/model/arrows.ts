/**
 * Arrows between things: who forked, started, joined, reaped, handed over, signalled or replaced whom.
 *
 *     kind      from → to
 *     fork      forking thread → child process          join      thread or process that ended → joining thread
 *     thread    starting thread → new thread            reap      ended process → reaping thread
 *     handover  owning thread → next owning thread      signal    sending thread → target process
 *     exec      thread that called exec → its process   unblock   waking thread → woken thread
 *
 * Columns, ordered by time.
 */
import { arrowKinds, type ArrowKind } from '../protocol/report';
import { blockRows, packedValue, packRows, Pages, unpackField, unpackRows, type FieldKind } from './packedRows';
import type { Reference } from './references';

const letters = ['p', 't', 'c', 'l'] as const;

/** Anything with a report id: a letter and a number. */
export interface Identified {
  readonly id: string;
}

export interface Arrow {
  kind: ArrowKind;
  from: string;
  to: string;
  atNs: number;
}

/** `t7` in one number: the letter's index times 2^28 plus the number. */
function pack(id: string): number {
  return letters.indexOf(id[0] as (typeof letters)[number]) * 0x10000000 + Number(id.slice(1));
}

/** Some things, of which is asked for each of many arrows whether it touches one: a byte for each number, because a set's look-up takes ten times as long. */
export class ArrowEnds {
  private readonly known = letters.map(() => new Uint8Array(0));

  /** Ids of things that no arrow leads to are left out. */
  constructor(ids: readonly string[]) {
    letters.forEach((letter, index) => {
      const numbers = ids.filter((id) => id.startsWith(letter)).map((id) => Number(id.slice(1)));
      const known = new Uint8Array(numbers.reduce((most, number) => Math.max(most, number + 1), 0));
      for (const number of numbers) known[number] = 1;
      this.known[index] = known;
    });
  }

  get isEmpty(): boolean {
    return this.known.every(({ length }) => length === 0);
  }

  has(packed: number): boolean {
    return this.known[packed >>> 28]![packed & 0x0fffffff] === 1;
  }
}

/** Arrows that were read at once. */
export class ArrowRows {
  count = 0;
  /** ns from the recording's base. */
  readonly at = new Float64Array(2 * blockRows);
  /** For `ArrowEnds`. */
  readonly from = new Float64Array(2 * blockRows);
  readonly to = new Float64Array(2 * blockRows);
}

function unpack(packed: number): string {
  return `${letters[packed >>> 28]!}${String(packed & 0x0fffffff)}`;
}

/** Fields of a row, in their order. */
const field = { at: 0, kind: 1, from: 2, to: 3, siteOwner: 4, site: 5 } as const;
const fieldKinds: readonly FieldKind[] = ['plain', 'plain', 'plain', 'plain', 'plain', 'plain'];
const fields = fieldKinds.length;
/** So many of the latest rows stand open: most late arrows belong among them. */
const mostOpen = 1024;

export class ArrowColumns {
  count = 0;
  /** The lowest row that was changed or moved since somebody set it: what was summed up of the rows from there on holds no more. */
  touchedFrom = 0;
  /** Addresses of the packed rows, block by block. Where late arrows came, blocks are larger. */
  private readonly blocks: number[] = [];
  /** The first row of each block. */
  private readonly starts: number[] = [];
  /** The rows from `openFrom` on. */
  private readonly latest: number[] = [];
  private openFrom = 0;
  /** The block that was read last. */
  private near = 0;

  /** @param pages where it stands; those of its model. */
  constructor(private readonly pages: Pages = new Pages()) {}

  /** Inserts an arrow in time order; a hand-over becomes known after its moment. */
  push(kind: ArrowKind, from: Identified, to: Identified, atNs: number, site: Reference | null): void {
    if (this.count - this.openFrom === mostOpen) this.pack();
    const place = this.count === 0 || this.at(this.count - 1) <= atNs ? this.count : this.firstAfter(atNs);
    if (place < this.touchedFrom && place < this.count) this.touchedFrom = place;
    const row = [atNs, arrowKinds.indexOf(kind), pack(from.id), pack(to.id), site?.owner.index ?? 0, site?.id ?? 0];
    this.count++;
    if (place >= this.openFrom) this.latest.splice((place - this.openFrom) * fields, 0, ...row);
    else this.insert(place, row);
  }

  /** ns from the recording's base, ascending. */
  at(row: number): number {
    return this.value(row, field.at);
  }

  /** Index of the owner whose call drew it. */
  siteOwner(row: number): number {
    return this.value(row, field.siteOwner);
  }

  /** A site of that owner; 0 for none. */
  site(row: number): number {
    return this.value(row, field.site);
  }

  get(index: number): Arrow {
    return {
      kind: arrowKinds[this.value(index, field.kind)]!,
      from: unpack(this.value(index, field.from)),
      to: unpack(this.value(index, field.to)),
      atNs: this.at(index),
    };
  }

  /** Reads arrows from this one on, as many as go at once, but none from `limit` on. @param times whether their moments are wanted. */
  read(from: number, limit: number, rows: ArrowRows, times = true): void {
    const { openFrom, latest, starts, pages } = this;
    if (from >= openFrom) {
      rows.count = Math.max(0, Math.min(limit, this.count, from + rows.at.length) - from);
      for (let at = 0, place = (from - openFrom) * fields; at < rows.count; at++, place += fields) {
        rows.at[at] = latest[place + field.at]!;
        rows.from[at] = latest[place + field.from]!;
        rows.to[at] = latest[place + field.to]!;
      }
      return;
    }
    const block = this.blockOf(from);
    const start = starts[block]!;
    const to = Math.min(limit, starts[block + 1] ?? openFrom);
    rows.count = Math.max(0, to - from);
    if (rows.count === 0) return;
    const address = this.blocks[block]!;
    if (times) unpackField(pages, address, fieldKinds, field.at, from - start, to - start, rows.at, rows.at);
    unpackField(pages, address, fieldKinds, field.from, from - start, to - start, rows.from, rows.at);
    unpackField(pages, address, fieldKinds, field.to, from - start, to - start, rows.to, rows.at);
  }

  /** Index of the first arrow after `ns`; `count` where there is none. */
  firstAfter(ns: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle) > ns) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private value(row: number, at: number): number {
    if (row >= this.openFrom) return this.latest[(row - this.openFrom) * fields + at]!;
    const block = this.blockOf(row);
    return packedValue(this.pages, this.blocks[block]!, fieldKinds, row - this.starts[block]!, at);
  }

  /** The block of a packed row. */
  private blockOf(row: number): number {
    const { starts, near } = this;
    if (near < starts.length && starts[near]! <= row && row < (starts[near + 1] ?? this.openFrom)) return near;
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (starts[middle]! > row) high = middle;
      else low = middle + 1;
    }
    return (this.near = low - 1);
  }

  private pack(): void {
    this.blocks.push(packRows(this.pages, fieldKinds, this.latest));
    this.starts.push(this.openFrom);
    this.latest.splice(0, blockRows * fields);
    this.openFrom += blockRows;
  }

  /** Among packed rows; a block that gets too large becomes two. */
  private insert(place: number, row: readonly number[]): void {
    const { blocks, starts, pages } = this;
    const block = this.blockOf(place);
    const start = starts[block]!;
    const rows = unpackRows(pages, blocks[block]!, fieldKinds);
    rows.splice((place - start) * fields, 0, ...row);
    for (let later = block + 1; later < starts.length; later++) starts[later]!++;
    this.openFrom++;
    const count = rows.length / fields;
    const kept = count < 2 * blockRows ? count : blockRows;
    blocks[block] = packRows(pages, fieldKinds, rows, kept);
    if (kept === count) return;
    blocks.splice(block + 1, 0, packRows(pages, fieldKinds, rows.slice(kept * fields), count - kept));
    starts.splice(block + 1, 0, start + kept);
  }
}
