/**
 * Collects the spans of a tile: vectors as they are, thinner ones in the cell of the bin that they begin in.
 *
 * Two spans that begin in one bin follow one another, so at most the last of them is a vector: all others of a bin are thin, and
 * many of them can be added at once from a block that sums them up (`lanePyramid.ts`).
 */
import { grown } from '../model/columns';
import { spanStates } from '../protocol/states';
import { spanFlags, type Tile } from '../protocol/tile';
import type { Bins } from './bins';
import type { Chunk } from './cellChunk';
import { CellColumns, type CellBuffers } from './cellColumns';
import type { Sums } from './pyramidBlock';
import { ownerStep, weight } from './spanList';

type VectorBuffers = Pick<Tile, 'count' | 'spanRow' | 'spanBegin' | 'spanEnd' | 'spanState' | 'spanOwner' | 'spanFlags'>;

export class TileBuilder {
  binNs = 1;
  /** The begin of the first bin that the row is wanted from, and the end of the last one; model time. */
  beginNs = 0;
  endNs = 0;
  /** The begin of the tile's first bin. */
  private originBinNs = 0;
  private firstBin = 0;
  private bins = 0;
  private first = 0;
  private perNs = 1;
  /** Of a row that goes on behind its chunks the begin of what does, from the first event: what begins before is there already. */
  private joinNs = -Infinity;
  private readonly cells = new CellColumns();

  private row = new Uint16Array(256);
  private begin = new Float64Array(256);
  private end = new Float64Array(256);
  private state = new Uint8Array(256);
  private owner = new Uint32Array(256);
  private flag = new Uint8Array(256);
  private count = 0;
  private currentRow = 0;
  /** -1 where spans of the row have several. */
  private rowOwner = -1;

  // The cell that gathers thin spans.
  private bin = -1;
  private spans = 0;
  private readonly times = new Float64Array(spanStates.length);
  private readonly owners = new Uint32Array(spanStates.length);
  /** States of the cell. */
  private readonly seen = new Uint8Array(spanStates.length);
  private seenCount = 0;

  /** @param originNs the first event: spans come in model time and are sent from there on. */
  constructor(bins: Bins, private readonly originNs: number) {
    this.reset(bins);
  }

  /** Lets all go, and begins with other bins. */
  reset(bins: Bins): void {
    this.flushCell();
    this.cells.clear();
    this.count = 0;
    this.binNs = bins.binNs;
    this.perNs = 1 / bins.binNs;
    this.bins = bins.count;
    this.first = bins.first;
    this.beginNs = this.originBinNs = bins.first * bins.binNs + this.originNs;
    this.endNs = this.beginNs + bins.count * bins.binNs;
  }

  /** @param firstBin nothing is wanted of the row before this bin. */
  startRow(index: number, firstBin = 0): void {
    this.flushCell();
    this.currentRow = index;
    this.firstBin = firstBin;
    this.beginNs = this.originBinNs + firstBin * this.binNs;
    this.rowOwner = -1;
    this.joinNs = -Infinity;
  }

  /** The bins that the row is wanted from, counted from time 0: the first one, and that behind the last. */
  get wanted(): { from: number; to: number } {
    return { from: this.first + this.firstBin, to: this.first + this.bins };
  }

  /** The row goes on at this bin, counted from time 0, with `add`: what is before it was added with `addChunk`. */
  goOnFrom(bin: number): void {
    this.flushCell();
    this.firstBin = bin - this.first;
    this.beginNs = this.originBinNs + this.firstBin * this.binNs;
    this.joinNs = bin * this.binNs;
  }

  /**
   * Adds what a chunk says of the bins that the row is wanted from. Chunks come one behind the other.
   * @param from the chunk's first bin, counted from time 0.
   * @param to the bin behind the last that is taken of it.
   */
  addChunk(chunk: Chunk, from: number, to: number): void {
    const begin = Math.max(from, this.first + this.firstBin);
    const { times, words, vectors } = chunk;
    const beginNs = begin * this.binNs;
    const endNs = to * this.binNs;
    // Of the first one that the row is wanted from what began before is taken too.
    if (from === begin) this.joinNs = beginNs;
    let at = 0;
    while (at < vectors && times[2 * at + 1]! <= beginNs && times[2 * at]! < beginNs) at++;
    for (; at < vectors && times[2 * at]! < endNs; at++) this.emit(times[2 * at]!, times[2 * at + 1]!, words[2 * at]!, words[2 * at + 1]!, 0);
    this.cells.addChunk(this.currentRow, chunk, begin - from, to - from, from - this.first);
  }

  /** All that was added to the row, which is the only one, as a chunk of so many bins. */
  toChunk(bins: number): Chunk {
    this.flushCell();
    const vectors = this.count;
    const { runs, cells, many } = this.cells.counts;
    const times = new Float64Array(2 * vectors);
    const words = new Uint32Array(2 * vectors + 2 * runs + cells + many);
    for (let at = 0; at < vectors; at++) {
      times[2 * at] = this.begin[at]!;
      times[2 * at + 1] = this.end[at]!;
      words[2 * at] = this.state[at]!;
      words[2 * at + 1] = this.owner[at]!;
    }
    this.cells.pack(words, 2 * vectors);
    return { bins, vectors, runs, cells, times, words };
  }

  /** All that follows in the row is owned by one thread, whatever `add` says. */
  ownRow(owner: number): void {
    this.rowOwner = owner;
  }

  /** Adds a span; calls come in the order of begin within a row and don't overlap. What is out of the bins is left out. */
  add(begin: number, end: number, state: number, owner: number, open: boolean): void {
    if (open || end - begin >= this.binNs) {
      if ((end > this.beginNs || begin >= this.beginNs) && begin < this.endNs) this.emit(begin - this.originNs, end - this.originNs, state, owner, open ? spanFlags.open : 0);
      return;
    }
    if (this.openNumber(Math.floor((begin - this.originBinNs) * this.perNs))) this.addThin(state, weight(end - begin), owner);
  }

  /**
   * The same as `add` for each of the spans from…to, none of which is open: a lane is walked here.
   *
   * The thin ones of a bin stand side by side. Those of a bin that begins and ends among these spans become a cell at once; only the first and the
   * last bin may have more spans before and behind them, and are gathered.
   * @param doing the owner's number times `ownerStep`, and the state.
   */
  addSpans(begin: Float64Array, end: Float64Array, doing: Float64Array, from: number, to: number): void {
    const { binNs, perNs, beginNs, endNs, originNs, originBinNs, firstBin, bins } = this;
    for (let at = from; at < to; ) {
      const ns = begin[at]!;
      const until = end[at]!;
      if (until - ns >= binNs) {
        const does = doing[at]!;
        if ((until > beginNs || ns >= beginNs) && ns < endNs) this.emit(ns - originNs, until - originNs, does & (ownerStep - 1), Math.floor(does / ownerStep), 0);
        at++;
        continue;
      }
      const bin = Math.floor((ns - originBinNs) * perNs);
      const binEnd = originBinNs + (bin + 1) * binNs;
      let next = at + 1;
      while (next < to && begin[next]! < binEnd && end[next]! - begin[next]! < binNs) next++;
      if (bin >= firstBin && bin < bins) {
        if (next === to || bin === this.bin) {
          this.openNumber(bin);
          for (let each = at; each < next; each++) this.addThin(doing[each]! & (ownerStep - 1), weight(end[each]! - begin[each]!), Math.floor(doing[each]! / ownerStep));
        } else {
          if (this.bin >= 0) this.flushCell();
          this.putCell(bin, begin, end, doing, at, next);
        }
      }
      at = next;
    }
  }

  /** Adds sums from…to of a block whose bins are no longer than the tile's. @param binNs of the block. */
  addSums({ bin: bins, doing, weight: weights, spans }: Sums, from: number, to: number, binNs: number): void {
    const scale = binNs * this.perNs;
    const { first, times, seen, owners } = this;
    for (let at = from; at < to; at++) {
      const bin = Math.floor(bins[at]! * scale) - first;
      if ((bin !== this.bin || bin < 0) && !this.openNumber(bin)) continue;
      const does = doing[at]!;
      const state = does & (ownerStep - 1);
      if (times[state] === 0) seen[this.seenCount++] = state;
      times[state]! += weights[at]!;
      this.spans += spans[at]!;
      owners[state] = Math.floor(does / ownerStep);
    }
  }

  finish(): VectorBuffers & CellBuffers {
    this.flushCell();
    const n = this.count;
    return {
      count: n,
      spanRow: this.row.slice(0, n).buffer,
      spanBegin: this.begin.slice(0, n).buffer,
      spanEnd: this.end.slice(0, n).buffer,
      spanState: this.state.slice(0, n).buffer,
      spanOwner: this.owner.slice(0, n).buffer,
      spanFlags: this.flag.slice(0, n).buffer,
      ...this.cells.finish(),
    };
  }

  private openNumber(bin: number): boolean {
    if (bin < this.firstBin || bin >= this.bins) return false;
    if (bin === this.bin) return true;
    this.flushCell();
    this.bin = bin;
    return true;
  }

  /** Adds a thin span to the bin that is open. @param ns its `weight`. */
  private addThin(state: number, ns: number, owner: number): void {
    if (this.times[state] === 0) this.seen[this.seenCount++] = state;
    this.times[state]! += ns;
    this.owners[state] = owner;
    this.spans++;
  }

  /** The cell of a bin whose thin spans are from…to. No bin is open. */
  private putCell(bin: number, begin: Float64Array, end: Float64Array, doing: Float64Array, from: number, to: number): void {
    const { times } = this;
    let last = doing[from]!;
    let longest = last & (ownerStep - 1);
    let most = weight(end[from]! - begin[from]!);
    let total = most;
    if (to - from > 1) {
      times[longest] = most;
      for (let at = from + 1; at < to; at++) {
        const state = doing[at]! & (ownerStep - 1);
        const ns = weight(end[at]! - begin[at]!);
        times[state]! += ns;
        total += ns;
      }
      most = 0;
      for (let at = from; at < to; at++) {
        const does = doing[at]!;
        const state = does & (ownerStep - 1);
        const time = times[state]!;
        if (time > most || (time === most && state <= longest)) {
          most = time;
          longest = state;
          last = does;
        }
      }
      for (let at = from; at < to; at++) times[doing[at]! & (ownerStep - 1)] = 0;
    }
    this.pushCell(bin, this.rowOwner >= 0 ? this.rowOwner : Math.floor(last / ownerStep), longest, most, total, to - from);
  }

  private pushCell(bin: number, owner: number, longest: number, most: number, total: number, spans: number): void {
    const share = Math.max(1, Math.min(255, Math.round(most * this.perNs * 255)));
    const rest = Math.min(255 - share, Math.round((total - most) * this.perNs * 255));
    this.cells.push(this.currentRow, bin, owner, longest, share, rest, spans);
  }

  private flushCell(): void {
    const { times, seen, bin } = this;
    this.bin = -1;
    if (this.seenCount === 0) return;
    let longest = seen[0]!;
    let total = 0;
    for (let at = 0; at < this.seenCount; at++) {
      const state = seen[at]!;
      const time = times[state]!;
      total += time;
      const most = times[longest]!;
      if (time > most || (time === most && state < longest)) longest = state;
    }
    const owner = this.rowOwner >= 0 ? this.rowOwner : this.owners[longest]!;
    this.pushCell(bin, owner, longest, times[longest]!, total, this.spans);
    for (let at = 0; at < this.seenCount; at++) times[seen[at]!] = 0;
    this.seenCount = 0;
    this.spans = 0;
  }

  private emit(beginNs: number, endNs: number, state: number, owner: number, flags: number): void {
    if (beginNs < this.joinNs && this.count > 0 && this.row[this.count - 1] === this.currentRow && this.end[this.count - 1]! > this.joinNs) {
      // The part before told the same one, maybe only as far as it was in its sight.
      this.end[this.count - 1] = endNs;
      this.flag[this.count - 1] = flags;
      return;
    }
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
