/**
 * Collects the spans of a tile, merging what is thinner than a pixel.
 *
 *     spans     ▕██▏▕▏▕▏▕▏▕███████▏▕▏▕▏
 *     pixels    |    |    |    |    |
 *     tile      ▕██▏▕▒▒▒▏▕███████▏▕▒▒▏     ▒ merged: the state that took the longest, flagged
 *
 * Neighbouring thin spans gather in one cell until it is a pixel wide; so a row never gives more spans than about twice
 * its pixels, however many events it has.
 */
import { grown } from '../model/columns';
import { spanStates } from '../protocol/states';
import { spanFlags } from '../protocol/tile';

/** Growable columns of the tile. */
export class TileBuilder {
  private row = new Uint16Array(256);
  private begin = new Float64Array(256);
  private end = new Float64Array(256);
  private state = new Uint8Array(256);
  private owner = new Uint32Array(256);
  private flag = new Uint8Array(256);
  count = 0;

  // The cell that gathers thin spans.
  private cellBegin = NaN;
  private cellEnd = NaN;
  private cellSpans = 0;
  private cellOwner = 0;
  private cellFlags = 0;
  private readonly cellTime = new Float64Array(spanStates.length);
  private currentRow = 0;

  /** @param pixelNs the width of a pixel: spans at least this long stand alone. */
  constructor(
    private readonly fromNs: number,
    private readonly toNs: number,
    private readonly pixelNs: number,
  ) {}

  startRow(index: number): void {
    this.flushCell();
    this.currentRow = index;
  }

  /** Adds a span; calls come in the order of begin within a row and don't overlap. Parts outside the tile are cut off. */
  add(beginNs: number, endNs: number, state: number, owner: number, open: boolean): void {
    if (endNs < this.fromNs || beginNs > this.toNs || endNs < beginNs) return;
    const flags = open ? spanFlags.open : 0;
    if (endNs - beginNs >= this.pixelNs) {
      this.flushCell();
      this.emit(Math.max(beginNs, this.fromNs), Math.min(endNs, this.toNs), state, owner, flags);
      return;
    }
    if (this.cellSpans > 0 && beginNs - this.cellEnd >= this.pixelNs) this.flushCell();
    if (this.cellSpans === 0) {
      this.cellBegin = beginNs;
      this.cellOwner = owner;
    }
    this.cellEnd = endNs;
    this.cellSpans++;
    this.cellFlags |= flags;
    if (owner !== 0) this.cellOwner = owner;
    this.cellTime[state]! += Math.max(endNs - beginNs, 1);
    if (this.cellEnd - this.cellBegin >= this.pixelNs) this.flushCell();
  }

  finish(): { spanRow: ArrayBuffer; spanBegin: ArrayBuffer; spanEnd: ArrayBuffer; spanState: ArrayBuffer; spanOwner: ArrayBuffer; spanFlags: ArrayBuffer } {
    this.flushCell();
    const n = this.count;
    return {
      spanRow: this.row.slice(0, n).buffer,
      spanBegin: this.begin.slice(0, n).buffer,
      spanEnd: this.end.slice(0, n).buffer,
      spanState: this.state.slice(0, n).buffer,
      spanOwner: this.owner.slice(0, n).buffer,
      spanFlags: this.flag.slice(0, n).buffer,
    };
  }

  private flushCell(): void {
    if (this.cellSpans === 0) return;
    let longest = 0;
    for (let state = 1; state < this.cellTime.length; state++) {
      if (this.cellTime[state]! > this.cellTime[longest]!) longest = state;
    }
    const flags = this.cellFlags | (this.cellSpans > 1 ? spanFlags.merged : 0);
    this.emit(Math.max(this.cellBegin, this.fromNs), Math.min(this.cellEnd, this.toNs), longest, this.cellOwner, flags);
    this.cellSpans = 0;
    this.cellFlags = 0;
    this.cellOwner = 0;
    this.cellTime.fill(0);
  }

  private emit(beginNs: number, endNs: number, state: number, owner: number, flags: number): void {
    if (this.count === this.row.length) this.grow();
    const at = this.count++;
    this.row[at] = this.currentRow;
    this.begin[at] = beginNs;
    this.end[at] = endNs;
    this.state[at] = state;
    this.owner[at] = owner;
    this.flag[at] = flags;
  }

  private grow(): void {
    const size = this.row.length * 2;
    this.row = grown(this.row, size);
    this.begin = grown(this.begin, size);
    this.end = grown(this.end, size);
    this.state = grown(this.state, size);
    this.owner = grown(this.owner, size);
    this.flag = grown(this.flag, size);
  }
}
