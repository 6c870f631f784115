/**
 * From chunks, as they grow, to batches of records in the order of time.
 *
 *     chunk 17  │owner│ r1 │ r2 │    │            taken = 3, its owner
 *     chunk 18  │owner│ r1 │owner│ r2 │ r3 │      handed on to another thread within the chunk
 *                  └── pending runs (pendingRuns.ts) ──► take(): merged by key, as one batch
 *
 * Places are reserved in order and filled nearly in order: a kind of 0 is a place that is not filled yet, or never (a signal
 * handler raised in between). It is passed over, and taken when it is filled. A call that is completed in place gives
 * two records: its begin as soon as it is seen, and itself once it is complete; both at once where it was complete at first sight.
 */
import { begunFlag, inPlaceFlag, writers, type Writer } from '../protocol/events';
import { keptWriter } from '../protocol/files';
import { kindOffset, kinds, layouts, offsets, recordBytes } from '../protocol/layout';
import { ChunkColumns, recordsPerChunk } from './chunkColumns';
import type { Owner, RecordBatch, TimeBase } from './batch';
import { batchOf, columnsOf, type BatchColumns } from './columns';
import type { NameTable } from './nameTable';
import { PendingRuns } from './pendingRuns';

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
/** Per kind code: the first u32 of its `end`, 0 for none. */
const endWord = kindClass.map((shape) => (shape === 2 ? 2 : 0));

/** More are not handed out at once: batches that stay in the processor's cache are read faster. */
const largestBatch = 65536;

export class Decoder {
  readonly owners: Owner[] = [];
  /** Records of kinds that this version doesn't know. */
  unknownRecords = 0;
  /** Records in a chunk before any owner: damage. */
  ownerlessRecords = 0;
  /** The sum of the writers' `lost` records. */
  lostEvents = 0;
  private readonly chunks = new Map<string, ChunkColumns>();
  /** By thread; a number is given to several threads in turn. */
  private readonly ownersByThread = new Map<number, Owner[]>();
  private readonly runs = new PendingRuns({ end: endWord, result: resultWord });

  constructor(
    readonly base: TimeBase,
    private readonly names: NameTable,
    /** Up to this moment (ns from the base) only the records of kept segments count; definitions always do. */
    private readonly completeFromNs = -Infinity,
  ) {}

  /** How many records are waiting to be taken. */
  get pending(): number {
    return this.runs.count;
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
    this.runs.open(source, from, first, end);
    for (let record = first; record < end; record++) {
      const at = (record - from) * recordWords;
      const word = source[at + kindWord]!;
      const kind = word >>> 16;
      if (kind === 0) continue;
      if (kind === kinds.owner) owner = this.owner(source, at);
      if (!columns.isSettled(chunk, record)) {
        const begun = columns.isBegun(chunk, record);
        const open = isOpen(word);
        if (!begun && (word & inPlaceFlag) !== 0) this.add(source, at, record, kind, owner, true, after);
        if (!open) this.add(source, at, record, kind, owner, false, after);
        if (open) columns.begin(chunk, record);
        else columns.settle(chunk, record);
        if (!open || !begun) added++;
      }
      if (record === first && columns.isSettled(chunk, record)) {
        columns.taken[chunk] = ++first;
        columns.owner[chunk] = owner;
      }
    }
    this.runs.close();
    return added;
  }

  /**
   * The pending records in the order of their keys, those with a key of at most `until` and at most `max` of them; the
   * others stay pending. Null where there is none.
   * @param into is filled and holds the batch; without it new columns are.
   */
  take(max = Infinity, until = Infinity, into?: BatchColumns): RecordBatch | null {
    if (this.runs.count === 0) return null;
    const columns = into ?? columnsOf(Math.min(max, this.runs.count));
    return this.batch(columns, this.collect(columns, 0, until));
  }

  /** Columns for a batch of at most `max` records. */
  columns(max: number): BatchColumns {
    return columnsOf(Math.min(max, largestBatch));
  }

  /** Moves pending records into the columns, from row `at` on: those with a key of at most `until`. @returns the row behind the last one. */
  collect(columns: BatchColumns, at: number, until: number): number {
    return this.runs.merge(columns, at, until);
  }

  /** The columns' first rows as a batch; null where there are none. */
  batch(columns: BatchColumns, count: number): RecordBatch | null {
    return batchOf(columns, count, this.base);
  }

  /**
   * @param begin true: as it was when the call began.
   * @param after records of this moment and of earlier ones are left out.
   */
  private add(source: Uint32Array, at: number, record: number, kind: number, owner: number, begin: boolean, after: number): void {
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
    this.runs.add(record, key, owner, begin);
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

  private owner(source: Uint32Array, at: number): number {
    const { owner: fields } = offsets;
    const low = source[at + fields.birth / 4]!;
    const high = source[at + fields.birth / 4 + 1]!;
    const birth = (high - this.base.high) * 4294967296 + (low - this.base.low);
    const process = source[at + fields.process / 4]!;
    const thread = source[at + fields.thread / 4]!;
    const parent = source[at + fields.parent / 4]!;
    const writer = writerByCode.get(source[at + fields.writer / 4]! & 0xffff);
    if (writer === undefined) return -1;
    let same = this.ownersByThread.get(thread);
    if (same === undefined) this.ownersByThread.set(thread, (same = []));
    for (const known of same) {
      if (known.process === process && known.birth === birth && known.parent === parent && known.writer === writer) return known.index;
    }
    const index = this.owners.length;
    const owner: Owner = { index, process, thread, parent, writer, birth };
    this.owners.push(owner);
    same.push(owner);
    return index;
  }

  private time(view: DataView, at: number): number {
    return (view.getUint32(at + 4, true) - this.base.high) * 4294967296 + (view.getUint32(at, true) - this.base.low);
  }
}

/** A call that is completed in place and has not returned. @param word flags and kind. */
function isOpen(word: number): boolean {
  return (word & (inPlaceFlag | begunFlag)) === (inPlaceFlag | begunFlag);
}

/** The bytes as little-endian words: in place where they are aligned, else copied. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, Math.floor(aligned.length / 4));
}

function viewOf(words: Uint32Array): DataView {
  return new DataView(words.buffer, words.byteOffset, words.byteLength);
}

/**
 * The earliest key among a chunk's committed records, and how many places they take, those in between that are not filled
 * included: what packing and reopening sort chunks by. An empty chunk has Infinity and 0. `settled`: none of them can change any more.
 */
export function chunkExtent(bytes: Uint8Array, base: TimeBase): { earliest: number; records: number; settled: boolean } {
  const words = wordsOf(bytes);
  let earliest = Infinity;
  let records = 0;
  let filled = 0;
  let open = false;
  for (let at = 0, record = 1; at + recordWords <= words.length; at += recordWords, record++) {
    const word = words[at + kindWord]!;
    const kind = word >>> 16;
    if (kind === 0) continue;
    records = record;
    filled++;
    open ||= isOpen(word);
    if (kind === kinds.text || kind === kinds.site) continue;
    // Of a call that is completed in place there is a begin record too.
    const ended = kind < kindClass.length && kindClass[kind] === 2 && (word & inPlaceFlag) === 0 && (words[at + 2] !== 0 || words[at + 3] !== 0);
    const when = ended ? at + 2 : at;
    const key = (words[when + 1]! - base.high) * 4294967296 + (words[when]! - base.low);
    if (key < earliest) earliest = key;
  }
  return { earliest: records > 0 && earliest === Infinity ? 0 : earliest, records, settled: filled === records && !open };
}
