/**
 * The cells of a tile as they cross into the webview (`protocol/tile.ts`): runs of neighbouring bins with one owner, and three
 * bytes for most cells. A lane that is dense from edge to edge costs three bytes a pixel, and an empty one nothing.
 */
import { grown } from '../model/columns';
import { manySpans, type Tile } from '../protocol/tile';
import { packedCell, type Chunk } from './cellChunk';

export type CellBuffers = Pick<Tile, 'runRow' | 'runBin' | 'runLength' | 'runOwner' | 'cellState' | 'cellShare' | 'cellRest' | 'cellSpans' | 'cellMany'>;

export class CellColumns {
  private runs = 0;
  private runRow = new Uint16Array(64);
  private runBin = new Uint16Array(64);
  private runLength = new Uint16Array(64);
  private runOwner = new Uint32Array(64);
  private count = 0;
  /** As `packedCell` has them: what comes from a chunk is copied as it stands. */
  private cells = new Uint32Array(256);
  private many: number[] = [];

  /** In the order of rows, then bins. @param share in 255ths, as `rest`. */
  push(row: number, bin: number, owner: number, state: number, share: number, rest: number, spans: number): void {
    this.addRun(row, bin, 1, owner);
    if (this.count === this.cells.length) this.growCells();
    this.cells[this.count++] = packedCell(state, share, rest, spans < manySpans ? spans : manySpans);
    if (spans >= manySpans) this.many.push(spans);
  }

  /**
   * Adds the cells of a chunk that are in the bins first…end, counted from the chunk's first one.
   * @param shift what a bin's number in the tile is more than in the chunk.
   */
  addChunk(row: number, chunk: Chunk, first: number, end: number, shift: number): void {
    const { words, vectors, runs, cells } = chunk;
    const runsAt = 2 * vectors;
    const cellsAt = runsAt + 2 * runs;
    let at = cellsAt;
    // Those that are taken stand side by side, as the bins do.
    let from = -1;
    let to = -1;
    for (let run = runsAt; run < cellsAt; run += 2) {
      const place = words[run]!;
      const length = place & 0xffff;
      const bin = place >>> 16;
      const skipped = Math.min(Math.max(first - bin, 0), length);
      const last = Math.min(end - bin, length);
      if (skipped < last) {
        this.addRun(row, bin + skipped + shift, last - skipped, words[run + 1]!);
        if (from < 0) from = at + skipped;
        to = at + last;
      }
      if (last < length) break;
      at += length;
    }
    if (from < 0) return;
    while (this.count + to - from > this.cells.length) this.growCells();
    this.cells.set(words.subarray(from, to), this.count);
    this.count += to - from;
    if (words.length === cellsAt + cells) return;
    let many = cellsAt + cells;
    for (let cell = cellsAt; cell < to; cell++) {
      if (words[cell]! >>> 24 !== manySpans) continue;
      if (cell >= from) this.many.push(words[many]!);
      many++;
    }
  }

  /** Lets all go. */
  clear(): void {
    this.runs = this.count = 0;
    this.many = [];
  }

  get counts(): { runs: number; cells: number; many: number } {
    return { runs: this.runs, cells: this.count, many: this.many.length };
  }

  /** Writes all into a chunk's words from this place on. */
  pack(words: Uint32Array, from: number): void {
    let at = from;
    for (let run = 0; run < this.runs; run++) {
      words[at++] = (this.runBin[run]! << 16) | this.runLength[run]!;
      words[at++] = this.runOwner[run]!;
    }
    words.set(this.cells.subarray(0, this.count), at);
    words.set(this.many, at + this.count);
  }

  finish(): CellBuffers {
    const { runs, count, cells } = this;
    const cellState = new Uint8Array(count);
    const cellShare = new Uint8Array(count);
    const cellRest = new Uint8Array(count);
    const cellSpans = new Uint8Array(count);
    for (let at = 0; at < count; at++) {
      const cell = cells[at]!;
      cellState[at] = cell;
      cellShare[at] = cell >>> 8;
      cellRest[at] = cell >>> 16;
      cellSpans[at] = cell >>> 24;
    }
    return {
      runRow: this.runRow.slice(0, runs).buffer,
      runBin: this.runBin.slice(0, runs).buffer,
      runLength: this.runLength.slice(0, runs).buffer,
      runOwner: this.runOwner.slice(0, runs).buffer,
      cellState: cellState.buffer,
      cellShare: cellShare.buffer,
      cellRest: cellRest.buffer,
      cellSpans: cellSpans.buffer,
      cellMany: Uint32Array.from(this.many).buffer,
    };
  }

  private addRun(row: number, bin: number, length: number, owner: number): void {
    const last = this.runs - 1;
    const isNext = last >= 0 && this.runRow[last] === row && this.runOwner[last] === owner && bin === this.runBin[last]! + this.runLength[last]!;
    if (isNext) this.runLength[last]! += length;
    else this.startRun(row, bin, length, owner);
  }

  private startRun(row: number, bin: number, length: number, owner: number): void {
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
    this.runLength[at] = length;
    this.runOwner[at] = owner;
  }

  private growCells(): void {
    this.cells = grown(this.cells, this.cells.length * 2);
  }
}
