/**
 * Writes a run's folder as a probe does, from the layout tables: so the recording is tested without any probe, and holds
 * what a probe may do at its worst (half-written records, handed-on chunks, chunks that stay empty).
 */
import { appendFileSync, closeSync, existsSync, ftruncateSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { events, recordFlags, writers, type EventName } from '../../../src/protocol/events';
import { arenaBytes, arenaMagic, chunkBytes, chunksPerPiece, chunksPerSegment, manifestFile, packedFormat, segmentFile, segmentFormat, segmentMagic, type Manifest } from '../../../src/protocol/files';
import { flagsOffset, kindOffset, layouts, recordBytes } from '../../../src/protocol/layout';

export type Fields = Record<string, number | bigint | Uint8Array>;

export const startedNs = 5_000_000_000_123n;

/** One record's bytes. @param time ns from `startedNs`; `end` fields likewise. */
export function recordOf(kind: EventName, time: number, fields: Fields = {}, flags: keyof typeof recordFlags | 0 = 0): Buffer {
  const bytes = Buffer.alloc(recordBytes);
  bytes.writeBigUInt64LE(startedNs + BigInt(time), 0);
  for (const { name, type, offset } of layouts[kind].fields) {
    const value = fields[name] ?? 0;
    if (value instanceof Uint8Array) bytes.set(value, offset);
    else if (type === 'u64') bytes.writeBigUInt64LE(BigInt(value), offset);
    else if (type === 'u32') bytes.writeUInt32LE(Number(value), offset);
    else if (type === 'i32') bytes.writeInt32LE(Number(value), offset);
    else if (type === 'u16') bytes.writeUInt16LE(Number(value), offset);
  }
  bytes.writeUInt16LE(flags === 0 ? 0 : recordFlags[flags], flagsOffset);
  bytes.writeUInt16LE(events[kind].code, kindOffset);
  return bytes;
}

export interface ThreadIdentity {
  process: number;
  thread: number;
  parent?: number;
  /** ns from `startedNs`. */
  birth: number;
}

export function ownerOf({ process, thread, parent = 1, birth }: ThreadIdentity, time = birth): Buffer {
  return recordOf('owner', time, { birth: startedNs + BigInt(birth), process, thread, parent, writer: writers.python });
}

/** A text's records, in as many parts as it takes. */
export function textOf(id: number, text: string, time = 0): Buffer[] {
  const bytes = Buffer.from(text);
  const parts: Buffer[] = [];
  for (let part = 0; part === 0 || part * 36 < bytes.length; part++) {
    const piece = bytes.subarray(part * 36, (part + 1) * 36);
    parts.push(recordOf('text', time, { id, total: bytes.length, part, length: piece.length, bytes: piece }));
  }
  return parts;
}

export function manifestOf(values: Partial<Manifest> = {}): Manifest {
  return {
    format: packedFormat, forkscope: '0.0.0', command: ['python3', 'server.py'], directory: '/somewhere', startedAt: '2026-11-20T20:30:00.000Z',
    startedNs: String(startedNs), supervisor: null, root: { pid: 101 }, exit: null, complete: false, droppedBytes: 0, ...values,
  };
}

/** A run's folder in the making. */
export class ArenaWriter {
  private nextChunk = 0;
  private readonly descriptors = new Map<number, number>();
  private readonly used = new Map<number, number>();

  constructor(
    readonly folder: string,
    readonly writer = 'python',
  ) {
    mkdirSync(folder, { recursive: true });
    if (!existsSync(join(folder, manifestFile))) this.manifest();
  }

  manifest(values: Partial<Manifest> = {}): void {
    writeFileSync(join(this.folder, manifestFile), JSON.stringify(manifestOf(values)));
  }

  /** Claims a piece as the probes do; gives its first chunk's number that may be used. */
  claim(): number {
    const first = this.nextChunk;
    this.nextChunk += chunksPerPiece;
    const segment = Math.floor(first / chunksPerSegment);
    if (!this.descriptors.has(segment)) this.makeSegment(segment);
    ftruncateSync(this.descriptors.get(segment)!, ((first % chunksPerSegment) + chunksPerPiece) * chunkBytes);
    const arena = Buffer.alloc(arenaBytes);
    arena.write(arenaMagic, 'latin1');
    arena.writeBigUInt64LE(BigInt(this.nextChunk), 8);
    writeFileSync(join(this.folder, `${this.writer}.arena`), arena);
    return first % chunksPerSegment === 0 ? first + 1 : first;
  }

  /** Appends records to a chunk; those that don't fit are given back. */
  write(chunk: number, records: readonly Buffer[]): readonly Buffer[] {
    const used = this.used.get(chunk) ?? 0;
    const fit = records.slice(0, chunkBytes / recordBytes - used);
    this.used.set(chunk, used + fit.length);
    this.writeAt(chunk, used, Buffer.concat(fit));
    return records.slice(fit.length);
  }

  /** Raw bytes from a record's place on. */
  writeAt(chunk: number, record: number, bytes: Uint8Array): void {
    const descriptor = this.descriptors.get(Math.floor(chunk / chunksPerSegment))!;
    writeSync(descriptor, bytes, 0, bytes.length, (chunk % chunksPerSegment) * chunkBytes + record * recordBytes);
  }

  close(): void {
    for (const descriptor of this.descriptors.values()) closeSync(descriptor);
    this.descriptors.clear();
  }

  private makeSegment(segment: number): void {
    const path = join(this.folder, segmentFile(this.writer, segment));
    appendFileSync(path, segmentHeader(segment));
    this.descriptors.set(segment, openSync(path, 'r+'));
  }
}

export function segmentHeader(segment: number, format = segmentFormat): Buffer {
  const header = Buffer.alloc(chunkBytes);
  header.write(segmentMagic, 'latin1');
  header.writeUInt32LE(format, 8);
  header.writeUInt32LE(segment, 12);
  header.writeUInt32LE(recordBytes, 16);
  header.writeUInt32LE(chunkBytes, 20);
  return header;
}
