/**
 * From chunks, as they grow, to batches of records in the order of time.
 *
 *     chunk 17  │owner│ r1 │ r2 │    │            taken = 3, its owner
 *     chunk 18  │owner│ r1 │owner│ r2 │ r3 │      handed on to another thread within the chunk
 *                  └── pending columns: bytes, owner, key ──► take(): sorted by key, as one batch
 *
 * A chunk is written in order, and a record's kind is stored last: the first kind of 0 is the end of what is committed.
 * Every chunk is nearly sorted already, so the pending records are merged run by run instead of sorted from nothing.
 */
import { writers, type Writer } from '../protocol/events';
import { kindOffset, kinds, layouts, offsets, recordBytes } from '../protocol/layout';
import { chunkBytes } from '../protocol/files';
import { RecordBatch, type Owner, type TimeBase } from './batch';
import { mergeRuns } from './mergeRuns';
import type { NameTable } from './nameTable';

export const recordsPerChunk = chunkBytes / recordBytes;

const writerByCode = new Map<number, Writer>((Object.keys(writers) as Writer[]).map((name) => [writers[name], name]));

/** Per kind code: 0 unknown, 1 known, 2 known and its first field is `end` at offset 8. */
const kindClass = new Uint8Array(256);
for (const kind of Object.values(layouts)) {
  kindClass[kind.code] = kind.fields[0]?.name === 'end' && kind.fields[0].offset === 8 ? 2 : 1;
}

/** What is known of one writer's chunks, by chunk number. */
class ChunkColumns {
  taken = new Uint8Array(1024);
  owner = new Int32Array(1024).fill(-1);

  reach(chunk: number): void {
    if (chunk < this.taken.length) return;
    const size = Math.max(chunk + 1, this.taken.length * 2);
    const taken = new Uint8Array(size);
    taken.set(this.taken);
    const owner = new Int32Array(size).fill(-1);
    owner.set(this.owner);
    this.taken = taken;
    this.owner = owner;
  }
}

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
  private bytes: Uint8Array = new Uint8Array(256 * recordBytes);
  private ownerOf = new Uint32Array(256);
  private keys = new Float64Array(256);

  constructor(
    readonly base: TimeBase,
    private readonly names: NameTable,
  ) {}

  /** How many records are waiting to be taken. */
  get pending(): number {
    return this.count;
  }

  /** How many records of the chunk have been pushed; 64 is all of them. */
  taken(writer: string, chunk: number): number {
    const columns = this.chunks.get(writer);
    return columns === undefined || chunk >= columns.taken.length ? 0 : columns.taken[chunk]!;
  }

  /**
   * Adds a chunk's newly committed records; what was pushed before is passed over.
   * @param bytes the chunk's bytes from record `from` on, as far as they were read; whole records count.
   * @param limit at most so many records from `from` on are believed (a reader that races the writer read them twice).
   * @returns how many records were new.
   */
  push(writer: string, chunk: number, bytes: Uint8Array, from = 0, limit = recordsPerChunk): number {
    let columns = this.chunks.get(writer);
    if (columns === undefined) this.chunks.set(writer, (columns = new ChunkColumns()));
    columns.reach(chunk);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = Math.min(from + Math.min(limit, Math.floor(bytes.length / recordBytes)), recordsPerChunk);
    const first = columns.taken[chunk]!;
    if (first < from) return 0;
    let record = first;
    for (; record < end; record++) {
      const at = (record - from) * recordBytes;
      const kind = view.getUint16(at + kindOffset, true);
      if (kind === 0) break;
      columns.owner[chunk] = this.add(bytes, view, at, kind, columns.owner[chunk]!);
    }
    columns.taken[chunk] = record;
    return record - first;
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
    const sorted = this.gather(order, 0, this.count);
    this.count -= count;
    this.bytes = grown(sorted.bytes.subarray(count * recordBytes), this.count * recordBytes);
    this.ownerOf = sorted.owners.slice(count);
    this.keys = sorted.keys.slice(count);
    if (count === 0) return null;
    const identity = new Uint32Array(count);
    for (let at = 0; at < count; at++) identity[at] = at;
    return new RecordBatch(
      count, sorted.bytes.subarray(0, count * recordBytes), sorted.owners.subarray(0, count), identity, sorted.keys.subarray(0, count), this.base,
    );
  }

  /** @returns the chunk's owner after this record, -1 for none. */
  private add(bytes: Uint8Array, view: DataView, at: number, kind: number, owner: number): number {
    if (kind === kinds.owner) owner = this.owner(view, at);
    if (owner < 0) {
      this.ownerlessRecords++;
      return owner;
    }
    const shape = kind < kindClass.length ? kindClass[kind]! : 0;
    if (shape === 0) {
      this.unknownRecords++;
      return owner;
    }
    const who = this.owners[owner]!;
    if (kind === kinds.text) {
      this.names.addText(who, view, at);
      return owner;
    }
    if (kind === kinds.site) {
      this.names.addSite(who, view, at);
      return owner;
    }
    if (kind === kinds.forked) {
      this.names.addFork(who, view.getUint32(at + offsets.forked.parent, true), this.time(view, at + offsets.forked.parentBirth));
    } else if (kind === kinds.lost) {
      this.lostEvents += view.getUint32(at + offsets.lost.count, true);
    }
    if (this.count === this.ownerOf.length) this.grow();
    this.bytes.set(bytes.subarray(at, at + recordBytes), this.count * recordBytes);
    this.ownerOf[this.count] = owner;
    this.keys[this.count] = keyOfRecord(view, at, shape, this.base);
    this.count++;
    return owner;
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
    const size = Math.max(256, this.ownerOf.length * 2);
    this.bytes = grown(this.bytes, size * recordBytes);
    const owners = new Uint32Array(size);
    owners.set(this.ownerOf);
    this.ownerOf = owners;
    const keys = new Float64Array(size);
    keys.set(this.keys);
    this.keys = keys;
  }

  private gather(order: Uint32Array, from: number, to: number): { bytes: Uint8Array; owners: Uint32Array; keys: Float64Array } {
    const count = to - from;
    const bytes = new Uint8Array(count * recordBytes);
    const target = new Uint32Array(bytes.buffer);
    const source = new Uint32Array(this.bytes.buffer, this.bytes.byteOffset, this.count * (recordBytes / 4));
    const owners = new Uint32Array(count);
    const keys = new Float64Array(count);
    const words = recordBytes / 4;
    for (let at = 0; at < count; at++) {
      const record = order[from + at]!;
      for (let word = 0; word < words; word++) target[at * words + word] = source[record * words + word]!;
      owners[at] = this.ownerOf[record]!;
      keys[at] = this.keys[record]!;
    }
    return { bytes, owners, keys };
  }
}

/** The moment at which a record became true, ns from the base: the return of a finished call, else its time. */
export function keyOfRecord(view: DataView, at: number, shape: number, base: TimeBase): number {
  if (shape === 2) {
    const low = view.getUint32(at + 8, true);
    const high = view.getUint32(at + 12, true);
    if (low !== 0 || high !== 0) return (high - base.high) * 4294967296 + (low - base.low);
  }
  return (view.getUint32(at + 4, true) - base.high) * 4294967296 + (view.getUint32(at, true) - base.low);
}

/**
 * The earliest key among a chunk's committed records and how many they are: what packing and reopening sort chunks by.
 * An empty chunk has Infinity and 0.
 */
export function chunkExtent(bytes: Uint8Array, base: TimeBase): { earliest: number; records: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let earliest = Infinity;
  let records = 0;
  for (let at = 0; at + recordBytes <= bytes.length; at += recordBytes, records++) {
    const kind = view.getUint16(at + kindOffset, true);
    if (kind === 0) break;
    if (kind === kinds.text || kind === kinds.site) continue;
    const key = keyOfRecord(view, at, kind < kindClass.length ? kindClass[kind]! : 1, base);
    if (key < earliest) earliest = key;
  }
  return { earliest: records > 0 && earliest === Infinity ? 0 : earliest, records };
}


function grown(from: Uint8Array, size: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(size, from.length));
  bytes.set(from);
  return bytes;
}
