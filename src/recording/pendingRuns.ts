/**
 * Records that have been read and not been handed out yet, as sorted runs that are merged when they are taken:
 *
 *     run 1  (chunk 17)   3 ─ 5 ─ 9          heap: the runs by their next key
 *     run 2  (chunk 18)   1 ─ 2 ─ 8             ──► 1 2 3 4 5 6 8 9
 *     run 3  (chunk 17)   4 ─ 6
 *
 * Each push is a run: a chunk's records are in the order of time already, or nearly. What is not taken stays where it is, so holding
 * records back costs nothing, and a thousand threads that write at once cost ten comparisons a record. Equal keys come in the
 * order in which they were pushed.
 *
 * Everything stands in typed arrays, in slots of one chunk each: never an object per record or per run.
 */
import { begunFlag, inPlaceFlag } from '../protocol/events';
import { kindOffset, recordBytes } from '../protocol/layout';
import { recordsPerChunk } from './chunkColumns';
import type { BatchColumns } from './columns';

const recordWords = recordBytes / 4;
/** The u32 that holds flags (below) and kind (above). */
const kindWord = (kindOffset - 2) / 4;
const slotWords = recordsPerChunk * recordWords;
/** A record that is completed in place is two. */
const slotEntries = recordsPerChunk * 2;
/** Bits of an entry: its place in the chunk, and that it is the begin of a call that is completed in place. */
const placeMask = recordsPerChunk - 1;
const beginBit = recordsPerChunk;

export class PendingRuns {
  /** Records that wait to be taken. */
  count = 0;
  private slots = 16;
  private words = new Uint32Array(this.slots * slotWords);
  private owners = new Uint32Array(this.slots * recordsPerChunk);
  private keys = new Float64Array(this.slots * slotEntries);
  private entries = new Uint8Array(this.slots * slotEntries);
  /** By slot: the next entry, behind the last one, and when it was pushed. */
  private next = new Uint32Array(this.slots);
  private end = new Uint32Array(this.slots);
  private order = new Float64Array(this.slots);
  private free: number[] = Array.from({ length: this.slots }, (_, slot) => slot);
  /** A binary heap of slots by their next key, then by `order`. */
  private heap = new Uint32Array(this.slots);
  private heapKeys = new Float64Array(this.slots);
  private size = 0;
  private pushed = 0;
  /** The run that is being filled. */
  private slot = -1;
  private filled = 0;
  private sorted = true;

  /**
   * @param beginWords by kind: which u32 of a record are 0 in the begin of a call that is completed in place: those of `end` (by its
   *   first), and of the result; 0 for none.
   */
  constructor(private readonly beginWords: { readonly end: Uint8Array; readonly result: Uint8Array }) {}

  /**
   * Begins a run.
   * @param source a chunk's records; those from `first` to `last` (excluded) are copied.
   * @param place the place in the chunk of `source`'s record 0.
   */
  open(source: Uint32Array, place: number, first: number, last: number): void {
    this.slot = this.free.pop() ?? this.grow();
    this.filled = 0;
    this.sorted = true;
    this.words.set(source.subarray((first - place) * recordWords, (last - place) * recordWords), this.slot * slotWords + first * recordWords);
  }

  /** Adds a record of the chunk to the run. @param begin as it was when the call began. */
  add(place: number, key: number, owner: number, begin: boolean): void {
    const at = this.slot * slotEntries + this.filled;
    if (this.filled > 0 && key < this.keys[at - 1]!) this.sorted = false;
    this.keys[at] = key;
    this.entries[at] = begin ? place | beginBit : place;
    this.owners[this.slot * recordsPerChunk + place] = owner;
    this.filled++;
  }

  /** The run is whole. */
  close(): void {
    const { slot, filled } = this;
    if (filled === 0) {
      this.free.push(slot);
      return;
    }
    if (!this.sorted) this.sort(slot * slotEntries, filled);
    this.next[slot] = slot * slotEntries;
    this.end[slot] = slot * slotEntries + filled;
    this.order[slot] = this.pushed++;
    this.count += filled;
    this.siftUp(this.size++, slot, this.keys[slot * slotEntries]!);
  }

  /**
   * Moves records in the order of their keys into `target`, from its row `at` on, as long as there is room and their key is at most
   * `until`.
   * @returns the row behind the last one.
   */
  merge(target: BatchColumns, at: number, until: number): number {
    const { heap, heapKeys, keys, entries, owners, words, next, end } = this;
    const room = target.keys.length;
    const from = at;
    while (this.size > 0 && at < room && heapKeys[0]! <= until) {
      const slot = heap[0]!;
      // As long as no other run has an earlier key, or as early a one, this one is first.
      const limit = this.size > 2 ? Math.min(heapKeys[1]!, heapKeys[2]!) : this.size > 1 ? heapKeys[1]! : Infinity;
      const stop = end[slot]!;
      let entry = next[slot]!;
      let key = heapKeys[0]!;
      do {
        const code = entries[entry]!;
        const place = code & placeMask;
        this.copy(words, slot * slotWords + place * recordWords, target.words, at * recordWords, code);
        target.owners[at] = owners[slot * recordsPerChunk + place]!;
        target.keys[at] = key;
        at++;
        entry++;
        if (entry === stop) break;
        key = keys[entry]!;
      } while (key < limit && key <= until && at < room);
      if (entry === stop) {
        this.free.push(slot);
        const last = --this.size;
        if (last > 0) this.siftDown(heap[last]!, heapKeys[last]!);
      } else {
        next[slot] = entry;
        this.siftDown(slot, key);
      }
    }
    this.count -= at - from;
    return at;
  }

  private copy(words: Uint32Array, from: number, target: Uint32Array, to: number, code: number): void {
    for (let word = 0; word < recordWords; word++) target[to + word] = words[from + word]!;
    const last = target[to + kindWord]!;
    if ((last & inPlaceFlag) === 0) return;
    const flags = last & ~(inPlaceFlag | begunFlag);
    if ((code & beginBit) === 0) {
      target[to + kindWord] = flags;
      return;
    }
    target[to + kindWord] = flags | begunFlag;
    const kind = last >>> 16;
    const end = this.beginWords.end[kind]!;
    const result = this.beginWords.result[kind]!;
    if (end !== 0) target[to + end] = target[to + end + 1] = 0;
    if (result !== 0) target[to + result] = 0;
  }

  /** Nearly sorted as it is: by insertion. Equal keys keep their order. */
  private sort(first: number, count: number): void {
    const { keys, entries } = this;
    for (let at = first + 1; at < first + count; at++) {
      const key = keys[at]!;
      const entry = entries[at]!;
      let to = at;
      for (; to > first && keys[to - 1]! > key; to--) {
        keys[to] = keys[to - 1]!;
        entries[to] = entries[to - 1]!;
      }
      keys[to] = key;
      entries[to] = entry;
    }
  }

  private siftUp(at: number, slot: number, key: number): void {
    const { heap, heapKeys, order } = this;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heapKeys[parent]!;
      if (above < key || (above === key && order[heap[parent]!]! < order[slot]!)) break;
      heap[at] = heap[parent]!;
      heapKeys[at] = above;
      at = parent;
    }
    heap[at] = slot;
    heapKeys[at] = key;
  }

  /** From the top. */
  private siftDown(slot: number, key: number): void {
    const { heap, heapKeys, order, size } = this;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      let below = heapKeys[child]!;
      if (child + 1 < size) {
        const right = heapKeys[child + 1]!;
        if (right < below || (right === below && order[heap[child + 1]!]! < order[heap[child]!]!)) {
          child++;
          below = right;
        }
      }
      if (key < below || (key === below && order[slot]! < order[heap[child]!]!)) break;
      heap[at] = heap[child]!;
      heapKeys[at] = below;
      at = child;
    }
    heap[at] = slot;
    heapKeys[at] = key;
  }

  /** @returns a slot of the new ones. */
  private grow(): number {
    const before = this.slots;
    this.slots *= 2;
    this.words = larger(this.words, this.slots * slotWords);
    this.owners = larger(this.owners, this.slots * recordsPerChunk);
    this.keys = larger(this.keys, this.slots * slotEntries);
    this.entries = larger(this.entries, this.slots * slotEntries);
    this.next = larger(this.next, this.slots);
    this.end = larger(this.end, this.slots);
    this.order = larger(this.order, this.slots);
    this.heap = larger(this.heap, this.slots);
    this.heapKeys = larger(this.heapKeys, this.slots);
    for (let slot = this.slots - 1; slot > before; slot--) this.free.push(slot);
    return before;
  }
}

function larger<T extends Uint8Array | Uint32Array | Float64Array>(column: T, length: number): T {
  const result = new (column.constructor as new (length: number) => T)(length);
  result.set(column);
  return result;
}
