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
import { grown, upperBound } from './columns';
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

/** For `touches`; ids of things that no arrow leads to are left out. */
export function packedIds(ids: readonly string[]): ReadonlySet<number> {
  return new Set(ids.filter((id) => letters.includes(id[0] as (typeof letters)[number])).map(pack));
}

function unpack(packed: number): string {
  return `${letters[packed >>> 28]!}${String(packed & 0x0fffffff)}`;
}

export class ArrowColumns {
  count = 0;
  /** The lowest row that was changed or taken away since somebody set it: what was summed up of the rows from there on holds no more. */
  touchedFrom = 0;
  private ats = new Float64Array(8);
  private kinds = new Uint8Array(8);
  private froms = new Uint32Array(8);
  private tos = new Uint32Array(8);
  private siteOwners = new Uint32Array(8);
  private sites = new Uint32Array(8);

  /** Inserts an arrow in time order; a hand-over becomes known after its moment. */
  push(kind: ArrowKind, from: Identified, to: Identified, atNs: number, site: Reference | null): void {
    if (this.count === this.ats.length) this.grow();
    const place = upperBound(this.ats, this.count, atNs);
    for (const column of [this.ats, this.kinds, this.froms, this.tos, this.siteOwners, this.sites]) column.copyWithin(place + 1, place, this.count);
    if (place < this.count && place < this.touchedFrom) this.touchedFrom = place;
    this.count++;
    this.ats[place] = atNs;
    this.kinds[place] = arrowKinds.indexOf(kind);
    this.froms[place] = pack(from.id);
    this.tos[place] = pack(to.id);
    this.siteOwners[place] = site?.owner.index ?? 0;
    this.sites[place] = site?.id ?? 0;
  }

  /** ns from the recording's base, ascending. */
  at(row: number): number {
    return this.ats[row]!;
  }

  /** Index of the owner whose call drew it. */
  siteOwner(row: number): number {
    return this.siteOwners[row]!;
  }

  /** A site of that owner; 0 for none. */
  site(row: number): number {
    return this.sites[row]!;
  }

  get(index: number): Arrow {
    return {
      kind: arrowKinds[this.kinds[index]!]!,
      from: unpack(this.froms[index]!),
      to: unpack(this.tos[index]!),
      atNs: this.ats[index]!,
    };
  }

  /** Whether an arrow begins or ends at one of these. */
  touches(index: number, ids: ReadonlySet<number>): boolean {
    return ids.has(this.froms[index]!) || ids.has(this.tos[index]!);
  }

  /** Index of the first arrow after `ns`; `count` where there is none. */
  firstAfter(ns: number): number {
    return upperBound(this.ats, this.count, ns);
  }

  private grow(): void {
    const capacity = this.ats.length * 2;
    this.ats = grown(this.ats, capacity);
    this.kinds = grown(this.kinds, capacity);
    this.froms = grown(this.froms, capacity);
    this.tos = grown(this.tos, capacity);
    this.siteOwners = grown(this.siteOwners, capacity);
    this.sites = grown(this.sites, capacity);
  }
}
