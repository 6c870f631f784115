/**
 * Spans of one lane in the order of their begins, side by side in columns that are used again and again: what a block of a lane's
 * pyramid (`lanePyramid.ts`) is made of. An item is a span as it was recorded, or a sum that a smaller block holds already.
 *
 * Who has many writes them into the columns, where `reserve` made room: a call for each took a fifth of the time that summing up takes.
 */
import { grown } from '../model/columns';

/** What an item is. */
export const itemKind = {
  /** A row of the lane's table. */
  row: 0,
  /** What is between two rows. */
  gap: 1,
  /** A gap that is not one span: who draws the lane has to be asked for it at every zoom. */
  broken: 2,
  /** Spans of one state that are already summed up, and begin in one bin. */
  sum: 3,
} as const;

/** A state and an owner in one number: there are fewer states than this. */
export const ownerStep = 64;

/** As long as a thin span counts: one without a length happened too. */
export function weight(lengthNs: number): number {
  return lengthNs > 1 ? lengthNs : 1;
}

export class SpanList {
  count = 0;
  /** ns from the first event; of a sum where its bin begins. */
  begin = new Float64Array(512);
  /** ns; 0 of a sum. */
  length = new Float64Array(512);
  /** The owner's number times `ownerStep`, and the state. */
  doing = new Uint32Array(512);
  kind = new Uint8Array(512);
  /** Of a sum: ns that it counts in a cell. */
  weight = new Float64Array(512);
  /** Of a sum: how many spans it is. */
  spans = new Float64Array(512);

  /** A span that is no sum. */
  add(begin: number, lengthNs: number, doing: number, kind: number): void {
    this.reserve(1);
    const at = this.count++;
    this.begin[at] = begin;
    this.length[at] = lengthNs;
    this.doing[at] = doing;
    this.kind[at] = kind;
  }

  /** Makes room for so many behind those that there are. */
  reserve(more: number): void {
    while (this.count + more > this.kind.length) this.grow();
  }

  private grow(): void {
    const size = this.kind.length * 2;
    this.begin = grown(this.begin, size);
    this.length = grown(this.length, size);
    this.weight = grown(this.weight, size);
    this.doing = grown(this.doing, size);
    this.spans = grown(this.spans, size);
    this.kind = grown(this.kind, size);
  }
}
