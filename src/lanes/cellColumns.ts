/**
 * The cells of a tile as they cross into the webview (`protocol/tile.ts`): runs of neighbouring bins with one owner, and three
 * bytes for most cells. A lane that is dense from edge to edge costs three bytes a pixel, and an empty one nothing.
 */
import { grown } from '../model/columns';
import { manySpans, type Tile } from '../protocol/tile';

export type CellBuffers = Pick<Tile, 'runRow' | 'runBin' | 'runLength' | 'runOwner' | 'cellState' | 'cellShare' | 'cellRest' | 'cellSpans' | 'cellMany'>;

export class CellColumns {
  private runs = 0;
  private runRow = new Uint16Array(64);
  private runBin = new Uint16Array(64);
  private runLength = new Uint16Array(64);
  private runOwner = new Uint32Array(64);
  private cells = 0;
  private state = new Uint8Array(256);
  private share = new Uint8Array(256);
  private rest = new Uint8Array(256);
  private spans = new Uint8Array(256);
  private many: number[] = [];

  /** In the order of rows, then bins. @param share in 255ths, as `rest`. */
  push(row: number, bin: number, owner: number, state: number, share: number, rest: number, spans: number): void {
    const last = this.runs - 1;
    const isNext = last >= 0 && this.runRow[last] === row && this.runOwner[last] === owner && bin === this.runBin[last]! + this.runLength[last]!;
    if (isNext) this.runLength[last]!++;
    else this.startRun(row, bin, owner);
    if (this.cells === this.state.length) this.growCells();
    const at = this.cells++;
    this.state[at] = state;
    this.share[at] = share;
    this.rest[at] = rest;
    this.spans[at] = Math.min(spans, manySpans);
    if (spans >= manySpans) this.many.push(spans);
  }

  finish(): CellBuffers {
    const { runs, cells } = this;
    return {
      runRow: this.runRow.slice(0, runs).buffer,
      runBin: this.runBin.slice(0, runs).buffer,
      runLength: this.runLength.slice(0, runs).buffer,
      runOwner: this.runOwner.slice(0, runs).buffer,
      cellState: this.state.slice(0, cells).buffer,
      cellShare: this.share.slice(0, cells).buffer,
      cellRest: this.rest.slice(0, cells).buffer,
      cellSpans: this.spans.slice(0, cells).buffer,
      cellMany: Uint32Array.from(this.many).buffer,
    };
  }

  private startRun(row: number, bin: number, owner: number): void {
    if (this.runs === this.runRow.length) {
      const size = this.runs * 2;
      this.runRow = grown(this.runRow, size);
      this.runBin = grown(this.runBin, size);
      this.runLength = grown(this.runLength, size);
      this.runOwner = grown(this.runOwner, size);
    }
    const at = this.runs++;
    this.runRow[at] = row;
    this.runBin[at] = bin;
    this.runLength[at] = 1;
    this.runOwner[at] = owner;
  }

  private growCells(): void {
    const size = this.state.length * 2;
    this.state = grown(this.state, size);
    this.share = grown(this.share, size);
    this.rest = grown(this.rest, size);
    this.spans = grown(this.spans, size);
  }
}
