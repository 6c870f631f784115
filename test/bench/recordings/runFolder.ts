/**
 * Writes a run's folder as the probes and the observer do, from the layout tables, fast and with little memory: what is held is the
 * chunk that each thread is in.
 *
 *     Arena "python"   chunks are claimed in pieces by all threads      python-000000.segment
 *       Track          one thread's place: its chunk, its owner record
 *     Arena "kernel"   one track, which only ever appends               kernel-000000.segment
 *
 * A chunk goes to disk when it is full, or, for who watches the run, at every `flush`.
 */
import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { recordFlags, writers, type EventName } from '../../../src/protocol/events';
import { arenaBytes, arenaMagic, chunkBytes, chunksPerPiece, chunksPerSegment, manifestFile, segmentFile, segmentFormat, segmentMagic, type Manifest } from '../../../src/protocol/files';
import { flagsOffset, kindOffset, layouts, offsets, recordBytes, type Offsets } from '../../../src/protocol/layout';

/** A field's value; a u64 as a number, which is exact up to 2^53. */
export type Values<K extends EventName> = { [F in keyof Offsets[K]]?: number | Uint8Array };

const recordsPerChunk = chunkBytes / recordBytes;
const partBytes = 36;

export interface Identity {
  readonly process: number;
  readonly thread: number;
  readonly parent: number;
  /** CLOCK_MONOTONIC ns at which the process's probe began. */
  readonly birth: number;
}

export class RunFolder {
  /** As a reader counts them: a call that is completed in place is two. */
  events = 0;
  readonly python = new Arena(this, 'python');
  readonly kernel = new Arena(this, 'kernel');

  constructor(
    readonly path: string,
    private readonly manifest: Manifest,
  ) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    this.tell({});
  }

  /** Replaces the manifest; what it says now is what the packed file will say. */
  tell(values: Partial<Manifest>): Manifest {
    const manifest = { ...this.manifest, ...values };
    writeFileSync(join(this.path, manifestFile), JSON.stringify(manifest));
    return manifest;
  }

  /** Everything that stands in memory only. */
  flush(): void {
    this.python.flush();
    this.kernel.flush();
  }

  close(): void {
    this.flush();
    this.python.close();
    this.kernel.close();
  }
}

/** One writer's segments. */
class Arena {
  readonly tracks = new Set<Track>();
  private readonly descriptors: number[] = [];
  private claimed = 0;
  private next = 0;

  constructor(
    readonly folder: RunFolder,
    readonly writer: 'python' | 'kernel',
  ) {}

  track(identity: Identity): Track {
    return new Track(this, identity);
  }

  /** The number of a chunk that nobody has. */
  chunk(): number {
    if (this.next === this.claimed) this.claim();
    return this.next++;
  }

  write(chunk: number, position: number, bytes: Uint8Array): void {
    const segment = Math.floor(chunk / chunksPerSegment);
    writeSync(this.descriptors[segment]!, bytes, 0, bytes.length, (chunk % chunksPerSegment) * chunkBytes + position);
  }

  flush(): void {
    for (const track of this.tracks) track.flush();
  }

  close(): void {
    for (const descriptor of this.descriptors) closeSync(descriptor);
    this.descriptors.length = 0;
  }

  private claim(): void {
    const segment = Math.floor(this.claimed / chunksPerSegment);
    const within = this.claimed % chunksPerSegment;
    if (within === 0) this.descriptors[segment] = this.open(segment);
    this.claimed += chunksPerPiece;
    if (within === 0) this.next++; // The header's.
    // The observer's file ends with what is written; the probes' are mapped, and as long as what is claimed.
    if (this.writer === 'kernel') return;
    ftruncateSync(this.descriptors[segment]!, (within + chunksPerPiece) * chunkBytes);
    const arena = Buffer.alloc(arenaBytes);
    arena.write(arenaMagic, 'latin1');
    arena.writeBigUInt64LE(BigInt(this.claimed), 8);
    writeFileSync(join(this.folder.path, `${this.writer}.arena`), arena);
  }

  private open(segment: number): number {
    const descriptor = openSync(join(this.folder.path, segmentFile(this.writer, segment)), 'w', 0o600);
    const header = Buffer.alloc(chunkBytes);
    header.write(segmentMagic, 'latin1');
    [segmentFormat, segment, recordBytes, chunkBytes].forEach((value, at) => header.writeUInt32LE(value, 8 + at * 4));
    writeSync(descriptor, header);
    return descriptor;
  }
}

/** Where one thread writes. */
export class Track {
  private readonly bytes = new Uint8Array(chunkBytes);
  private readonly view = new DataView(this.bytes.buffer);
  private chunk = -1;
  private used = recordsPerChunk;
  /** Bytes that are not on disk yet. */
  private dirtyFrom = chunkBytes;
  private dirtyTo = 0;

  constructor(
    private readonly arena: Arena,
    readonly identity: Identity,
  ) {
    arena.tracks.add(this);
  }

  /** A record. @returns where it stands, for `complete`. */
  put<K extends EventName>(kind: K, time: number, values: Values<K>, flags = 0): number {
    if (this.used === recordsPerChunk) this.begin(time);
    if (kind !== 'text' && kind !== 'site') this.arena.folder.events++;
    return this.store(kind, time, values, flags);
  }

  /** A call that is completed in place begins. */
  enter<K extends EventName>(kind: K, time: number, values: Values<K>): number {
    return this.put(kind, time, values, recordFlags.begin | recordFlags.inPlace);
  }

  /** The call that `enter` gave the place of returns; nothing else was put meanwhile. */
  complete(at: number, kind: 'receive' | 'send' | 'poll', end: number, result: number): void {
    this.number64(at + offsets[kind].end, end);
    this.view.setInt32(at + offsets[kind].result, result, true);
    this.view.setUint16(at + flagsOffset, recordFlags.inPlace, true);
    this.touch(at, at + recordBytes);
    this.arena.folder.events++;
  }

  /** A text's records. */
  text(id: number, text: string, time: number): void {
    const bytes = Buffer.from(text);
    for (let part = 0; part * partBytes < bytes.length; part++) {
      const piece = bytes.subarray(part * partBytes, (part + 1) * partBytes);
      this.put('text', time, { id, total: bytes.length, part, length: piece.length, bytes: piece });
    }
  }

  flush(): void {
    if (this.dirtyTo > this.dirtyFrom) this.arena.write(this.chunk, this.dirtyFrom, this.bytes.subarray(this.dirtyFrom, this.dirtyTo));
    this.dirtyFrom = chunkBytes;
    this.dirtyTo = 0;
  }

  /** The thread writes no more. */
  end(): void {
    this.flush();
    this.arena.tracks.delete(this);
  }

  private begin(time: number): void {
    this.flush();
    this.bytes.fill(0);
    this.chunk = this.arena.chunk();
    this.used = 0;
    this.store('owner', time, { ...this.identity, writer: writers[this.arena.writer] }, 0);
  }

  private store<K extends EventName>(kind: K, time: number, values: Values<K>, flags: number): number {
    const at = this.used++ * recordBytes;
    const { view } = this;
    this.number64(at, time);
    const { code, fields } = layouts[kind];
    for (const field of fields) {
      const value = (values as Record<string, number | Uint8Array | undefined>)[field.name];
      if (value === undefined) continue;
      if (typeof value !== 'number') this.bytes.set(value, at + field.offset);
      else if (field.type === 'u64') this.number64(at + field.offset, value);
      else if (field.type === 'u16') view.setUint16(at + field.offset, value, true);
      else view.setUint32(at + field.offset, value, true);
    }
    view.setUint16(at + flagsOffset, flags, true);
    view.setUint16(at + kindOffset, code, true);
    this.touch(at, at + recordBytes);
    return at;
  }

  private number64(at: number, value: number): void {
    this.view.setUint32(at, value % 4294967296, true);
    this.view.setUint32(at + 4, Math.floor(value / 4294967296), true);
  }

  private touch(from: number, to: number): void {
    if (from < this.dirtyFrom) this.dirtyFrom = from;
    if (to > this.dirtyTo) this.dirtyTo = to;
  }
}
