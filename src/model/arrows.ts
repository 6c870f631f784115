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
  /** ns from the recording's base, ascending. */
  at = new Float64Array(8);
  private kind = new Uint8Array(8);
  private from = new Uint32Array(8);
  private to = new Uint32Array(8);
  /** The call that drew it: an owner's index, and a site of its; 0 for none. */
  siteOwner = new Uint32Array(8);
  site = new Uint32Array(8);

  /** Inserts an arrow in time order; a hand-over becomes known after its moment. */
  push(kind: ArrowKind, from: Identified, to: Identified, atNs: number, site: Reference | null): void {
    if (this.count === this.at.length) this.grow();
    const place = upperBound(this.at, this.count, atNs);
    for (const column of [this.at, this.kind, this.from, this.to, this.siteOwner, this.site]) column.copyWithin(place + 1, place, this.count);
    this.count++;
    this.at[place] = atNs;
    this.kind[place] = arrowKinds.indexOf(kind);
    this.from[place] = pack(from.id);
    this.to[place] = pack(to.id);
    this.siteOwner[place] = site?.owner.index ?? 0;
    this.site[place] = site?.id ?? 0;
  }

  get(index: number): Arrow {
    return {
      kind: arrowKinds[this.kind[index]!]!,
      from: unpack(this.from[index]!),
      to: unpack(this.to[index]!),
      atNs: this.at[index]!,
    };
  }

  /** Whether an arrow begins or ends at one of these. */
  touches(index: number, ids: ReadonlySet<number>): boolean {
    return ids.has(this.from[index]!) || ids.has(this.to[index]!);
  }

  /** Index of the first arrow after `ns`; `count` where there is none. */
  firstAfter(ns: number): number {
    return upperBound(this.at, this.count, ns);
  }

  private grow(): void {
    const capacity = this.at.length * 2;
    this.at = grown(this.at, capacity);
    this.kind = grown(this.kind, capacity);
    this.from = grown(this.from, capacity);
    this.to = grown(this.to, capacity);
    this.siteOwner = grown(this.siteOwner, capacity);
    this.site = grown(this.site, capacity);
  }
}
