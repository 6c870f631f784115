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
  private cells = 0;
  private state = new Uint8Array(256);
  private share = new Uint8Array(256);
  private rest = new Uint8Array(256);
  private spans = new Uint8Array(256);
  private many: number[] = [];

  /** In the order of rows, then bins. @param share in 255ths, as `rest`. */
  push(row: number, bin: number, owner: number, state: number, share: number, rest: number, spans: number): void {
    this.addRun(row, bin, 1, owner);
    if (this.cells === this.state.length) this.growCells();
    const at = this.cells++;
    this.state[at] = state;
    this.share[at] = share;
    this.rest[at] = rest;
    this.spans[at] = Math.min(spans, manySpans);
    if (spans >= manySpans) this.many.push(spans);
  }

  /**
   * Adds the cells of a chunk that are in the bins first…end, counted from the chunk's first one.
   * @param shift what a bin's number in the tile is more than in the chunk.
   */
  addChunk(row: number, chunk: Chunk, first: number, end: number, shift: number): void {
    const { words, vectors, runs, cells } = chunk;
    const runsAt = 2 * vectors;
    let from = runsAt + 2 * runs;
    let many = from + cells;
    while (this.cells + cells > this.state.length) this.growCells();
    const { state, share, rest, spans } = this;
    for (let run = runsAt; run < runsAt + 2 * runs; run += 2) {
      const place = words[run]!;
      const length = place & 0xffff;
      const bin = place >>> 16;
      const skipped = Math.min(Math.max(first - bin, 0), length);
      const last = Math.min(end - bin, length);
      for (let each = 0; each < skipped; each++) if (words[from + each]! >>> 24 === manySpans) many++;
      if (skipped < last) {
        this.addRun(row, bin + skipped + shift, last - skipped, words[run + 1]!);
        let at = this.cells;
        for (let each = from + skipped; each < from + last; each++, at++) {
          const cell = words[each]!;
          state[at] = cell;
          share[at] = cell >>> 8;
          rest[at] = cell >>> 16;
          spans[at] = cell >>> 24;
          if (cell >>> 24 === manySpans) this.many.push(words[many++]!);
        }
        this.cells = at;
      }
      if (last < length) return;
      from += length;
    }
  }

  /** Lets all go. */
  clear(): void {
    this.runs = this.cells = 0;
    this.many = [];
  }

  get counts(): { runs: number; cells: number; many: number } {
    return { runs: this.runs, cells: this.cells, many: this.many.length };
  }

  /** Writes all into a chunk's words from this place on. */
  pack(words: Uint32Array, from: number): void {
    let at = from;
    for (let run = 0; run < this.runs; run++) {
      words[at++] = (this.runBin[run]! << 16) | this.runLength[run]!;
      words[at++] = this.runOwner[run]!;
    }
    for (let cell = 0; cell < this.cells; cell++) words[at++] = packedCell(this.state[cell]!, this.share[cell]!, this.rest[cell]!, this.spans[cell]!);
    words.set(this.many, at);
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
    const size = this.state.length * 2;
    this.state = grown(this.state, size);
    this.share = grown(this.share, size);
    this.rest = grown(this.rest, size);
    this.spans = grown(this.spans, size);
  }
}
