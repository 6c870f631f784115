/**
 * From chunks, as they grow, to batches of records in the order of time.
 *
 *     chunk 17  │owner│ r1 │ r2 │    │            taken = 3, its owner
 *     chunk 18  │owner│ r1 │owner│ r2 │ r3 │      handed on to another thread within the chunk
 *                  └── pending columns: bytes, owner, key ──► take(): sorted by key, as one batch
 *
 * Places are reserved in order and filled nearly in order: a kind of 0 is a place that is not filled yet, or never (a signal
 * handler raised in between). It is passed over, and taken when it is filled. A call that is completed in place gives
 * two records: its begin as soon as it is seen, and itself once it is complete; both at once where it was complete at first sight.
 * Every chunk is nearly sorted already, so the pending records are merged run by run instead of sorted from nothing.
 */
import { recordFlags, writers, type Writer } from '../protocol/events';
import { keptWriter } from '../protocol/files';
import { flagsOffset, kindOffset, kinds, layouts, offsets, recordBytes } from '../protocol/layout';
import { ChunkColumns, recordsPerChunk } from './chunkColumns';
import { RecordBatch, type Owner, type TimeBase } from './batch';
import { mergeRuns } from './mergeRuns';
import type { NameTable } from './nameTable';

const recordWords = recordBytes / 4;
/** The u32 whose upper half is the kind. */
const kindWord = (kindOffset - 2) / 4;

const writerByCode = new Map<number, Writer>((Object.keys(writers) as Writer[]).map((name) => [writers[name], name]));

/** Per kind code: 0 unknown, 1 known, 2 known and its first field is `end` at offset 8, 3 known and read by the decoder itself. */
const kindClass = new Uint8Array(256);
for (const kind of Object.values(layouts)) {
  kindClass[kind.code] = kind.fields[0]?.name === 'end' && kind.fields[0].offset === 8 ? 2 : 1;
}
/** Per kind code: the u32 of the record that holds `result`, which a begin record leaves 0; 0 for none. */
const resultWord = new Uint8Array(256);
for (const kind of Object.values(layouts)) resultWord[kind.code] = (kind.fields.find((field) => field.name === 'result')?.offset ?? 0) / 4;
for (const code of [kinds.text, kinds.site, kinds.forked, kinds.lost]) kindClass[code] = 3;

export class Decoder {
  readonly owners: Owner[] = [];
  /** Records of kinds that this version doesn't know. */
  unknownRecords = 0;
  /** Records in a chunk before any owner: damage. */
  ownerlessRecords = 0;
  /** The sum of the writers' `lost` records. */
  lostEvents = 0;
  private readonly chunks = new Map<string, ChunkColumns>();
  private readonly ownerIndex = new Map<string, number>();
  private count = 0;
  private words = new Uint32Array(256 * recordWords);
  private ownerOf = new Uint32Array(256);
  private keys = new Float64Array(256);

  constructor(
    readonly base: TimeBase,
    private readonly names: NameTable,
    /** Up to this moment (ns from the base) only the records of kept segments count; definitions always do. */
    private readonly completeFromNs = -Infinity,
  ) {}

  /** How many records are waiting to be taken. */
  get pending(): number {
    return this.count;
  }

  /** How many of the chunk's places need no more looking at, from the first on; 64 is all of them. */
  taken(writer: string, chunk: number): number {
    const columns = this.chunks.get(writer);
    return columns === undefined || chunk >= columns.taken.length ? 0 : columns.taken[chunk]!;
  }

  /** Whether a record that is seen at this place would be news. @param word its flags and kind, as the u32 they are. */
  isNews(writer: string, chunk: number, record: number, word: number): boolean {
    if (word >>> 16 === 0) return false;
    const columns = this.chunks.get(writer);
    if (columns === undefined || chunk >= columns.taken.length) return true;
    if (columns.isSettled(chunk, record)) return false;
    return !isOpen(word) || !columns.isBegun(chunk, record);
  }

  /**
   * Adds a chunk's newly committed records; what was pushed before is passed over.
   * @param bytes the chunk's bytes from record `from` on, as far as they were read; whole records count.
   * @returns how many records were new: a call that is complete at first sight counts once.
   */
  push(writer: string, chunk: number, bytes: Uint8Array, from = 0): number {
    let columns = this.chunks.get(writer);
    if (columns === undefined) this.chunks.set(writer, (columns = new ChunkColumns()));
    columns.reach(chunk);
    let first = columns.taken[chunk]!;
    const end = Math.min(from + Math.floor(bytes.length / recordBytes), recordsPerChunk);
    if (first < from || first >= end) return 0;
    const source = wordsOf(bytes);
    let owner = columns.owner[chunk]!;
    let added = 0;
    const after = writer === keptWriter ? -Infinity : this.completeFromNs;
    for (let record = first; record < end; record++) {
      const at = (record - from) * recordWords;
      const word = source[at + kindWord]!;
      const kind = word >>> 16;
      if (kind === 0) continue;
      if (kind === kinds.owner) owner = this.owner(viewOf(source), at * 4);
      if (!columns.isSettled(chunk, record)) {
        const begun = columns.isBegun(chunk, record);
        const open = isOpen(word);
        if (!begun && (word & recordFlags.inPlace) !== 0) this.add(source, at, kind, owner, true, after);
        if (!open) this.add(source, at, kind, owner, false, after);
        if (open) columns.begin(chunk, record);
        else columns.settle(chunk, record);
        if (!open || !begun) added++;
      }
      if (record === first && columns.isSettled(chunk, record)) {
        columns.taken[chunk] = ++first;
        columns.owner[chunk] = owner;
      }
    }
    return added;
  }

  /**
   * The pending records in the order of their keys, those with a key of at most `until` and at most `max` of them; the
   * others stay pending. Null where there is none.
   */
  take(max = Infinity, until = Infinity): RecordBatch | null {
    if (this.count === 0) return null;
    const order = mergeRuns(this.keys, this.count);
    let count = Math.min(max, this.count);
    while (count > 0 && this.keys[order[count - 1]!]! > until) count--;
    const batch = count === 0 ? null : this.batch(order, count);
    this.keep(order, count);
    return batch;
  }

  /**
   * @param begin true: as it was when the call began.
   * @param after records of this moment and of earlier ones are left out.
   */
  private add(source: Uint32Array, at: number, kind: number, owner: number, begin: boolean, after: number): void {
    if (owner < 0) {
      this.ownerlessRecords++;
      return;
    }
    const shape = kind < kindClass.length ? kindClass[kind]! : 0;
    if (shape === 0) {
      this.unknownRecords++;
      return;
    }
    const ended = shape === 2 && !begin && (source[at + 2] !== 0 || source[at + 3] !== 0);
    const when = ended ? at + 2 : at;
    const key = (source[when + 1]! - this.base.high) * 4294967296 + (source[when]! - this.base.low);
    if (key <= after && kind !== kinds.text && kind !== kinds.site) return;
    if (shape === 3 && !this.define(viewOf(source), at * 4, kind, this.owners[owner]!)) return;
    if (this.count === this.ownerOf.length) this.grow();
    const { words, count } = this;
    const to = count * recordWords;
    for (let word = 0; word < recordWords; word++) words[to + word] = source[at + word]!;
    if ((words[to + kindWord]! & recordFlags.inPlace) !== 0) {
      words[to + kindWord]! &= ~(recordFlags.inPlace | recordFlags.begin);
      if (begin) {
        words[to + kindWord]! |= recordFlags.begin;
        if (shape === 2) words[to + 2] = words[to + 3] = 0;
        if (resultWord[kind] !== 0) words[to + resultWord[kind]!] = 0;
      }
    }
    this.keys[count] = key;
    this.ownerOf[count] = owner;
    this.count = count + 1;
  }

  /** What concerns the decoder itself. @returns whether the record belongs into a batch. */
  private define(view: DataView, at: number, kind: number, who: Owner): boolean {
    switch (kind) {
      case kinds.text:
        this.names.addText(who, view, at);
        return false;
      case kinds.site:
        this.names.addSite(who, view, at);
        return false;
      case kinds.forked:
        this.names.addFork(who, view.getUint32(at + offsets.forked.parent, true), this.time(view, at + offsets.forked.parentBirth));
        return true;
      case kinds.lost:
        this.lostEvents += view.getUint32(at + offsets.lost.count, true);
        return true;
      default:
        return true;
    }
  }

  private owner(view: DataView, at: number): number {
    const birth = this.time(view, at + offsets.owner.birth);
    const process = view.getUint32(at + offsets.owner.process, true);
    const thread = view.getUint32(at + offsets.owner.thread, true);
    const parent = view.getUint32(at + offsets.owner.parent, true);
    const code = view.getUint16(at + offsets.owner.writer, true);
    const writer = writerByCode.get(code);
    if (writer === undefined) return -1;
    const key = `${String(code)}:${String(process)}:${String(thread)}:${String(birth)}:${String(parent)}`;
    let index = this.ownerIndex.get(key);
    if (index === undefined) {
      index = this.owners.length;
      this.owners.push({ index, process, thread, parent, writer, birth });
      this.ownerIndex.set(key, index);
    }
    return index;
  }

  private time(view: DataView, at: number): number {
    return (view.getUint32(at + 4, true) - this.base.high) * 4294967296 + (view.getUint32(at, true) - this.base.low);
  }

  private grow(): void {
    const size = this.ownerOf.length * 2;
    const words = new Uint32Array(size * recordWords);
    words.set(this.words);
    this.words = words;
    const owners = new Uint32Array(size);
    owners.set(this.ownerOf);
    this.ownerOf = owners;
    const keys = new Float64Array(size);
    keys.set(this.keys);
    this.keys = keys;
  }

  /** The first `count` pending records of the order, side by side. */
  private batch(order: Uint32Array, count: number): RecordBatch {
    const words = new Uint32Array(count * recordWords);
    const owners = new Uint32Array(count);
    const keys = new Float64Array(count);
    const identity = new Uint32Array(count);
    for (let at = 0; at < count; at++) {
      this.copy(order[at]!, words, at);
      owners[at] = this.ownerOf[order[at]!]!;
      keys[at] = this.keys[order[at]!]!;
      identity[at] = at;
    }
    return new RecordBatch(count, new Uint8Array(words.buffer), owners, identity, keys, this.base);
  }

  /** Leaves only what stands behind the first `taken` records of the order. */
  private keep(order: Uint32Array, taken: number): void {
    const rest = this.count - taken;
    if (rest > 0 && taken > 0) {
      const words = new Uint32Array(this.words.length);
      const owners = new Uint32Array(this.ownerOf.length);
      const keys = new Float64Array(this.keys.length);
      for (let at = 0; at < rest; at++) {
        const record = order[taken + at]!;
        this.copy(record, words, at);
        owners[at] = this.ownerOf[record]!;
        keys[at] = this.keys[record]!;
      }
      this.words = words;
      this.ownerOf = owners;
      this.keys = keys;
    }
    this.count = rest;
  }

  private copy(record: number, target: Uint32Array, to: number): void {
    const { words } = this;
    for (let word = 0, from = record * recordWords, at = to * recordWords; word < recordWords; word++) target[at + word] = words[from + word]!;
  }
}

/** A call that is completed in place and has not returned. @param word flags and kind. */
function isOpen(word: number): boolean {
  return (word & (recordFlags.inPlace | recordFlags.begin)) === (recordFlags.inPlace | recordFlags.begin);
}

/** The bytes as little-endian words: in place where they are aligned, else copied. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, Math.floor(aligned.length / 4));
}

function viewOf(words: Uint32Array): DataView {
  return new DataView(words.buffer, words.byteOffset, words.byteLength);
}

/** The moment at which a record became true, ns from the base: the return of a finished call, else its time. */
function keyOfRecord(view: DataView, at: number, shape: number, base: TimeBase): number {
  // Of a call that is completed in place there is a begin record too.
  if (shape === 2 && (view.getUint16(at + flagsOffset, true) & recordFlags.inPlace) === 0) {
    const low = view.getUint32(at + 8, true);
    const high = view.getUint32(at + 12, true);
    if (low !== 0 || high !== 0) return (high - base.high) * 4294967296 + (low - base.low);
  }
  return (view.getUint32(at + 4, true) - base.high) * 4294967296 + (view.getUint32(at, true) - base.low);
}

/**
 * The earliest key among a chunk's committed records, and how many places they take, those in between that are not filled
 * included: what packing and reopening sort chunks by. An empty chunk has Infinity and 0.
 */
export function chunkExtent(bytes: Uint8Array, base: TimeBase): { earliest: number; records: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let earliest = Infinity;
  let records = 0;
  for (let at = 0; at + recordBytes <= bytes.length; at += recordBytes) {
    const kind = view.getUint16(at + kindOffset, true);
    if (kind === 0) continue;
    records = at / recordBytes + 1;
    if (kind === kinds.text || kind === kinds.site) continue;
    const key = keyOfRecord(view, at, kind < kindClass.length ? kindClass[kind]! : 1, base);
    if (key < earliest) earliest = key;
  }
  return { earliest: records > 0 && earliest === Infinity ? 0 : earliest, records };
}
