/**
 * Into which segments nobody will write any more. A segment's file may be deleted while it is mapped, but what is written there
 * afterwards is lost; so every chunk of it has to be done:
 *
 *     full, every call in it completed            its thread has gone on to another chunk
 *     begun, its last owner's process dead        no other process writes into another one's chunk
 *     empty, the piece's claimer dead             a forked child writes into the chunk that it was given at once
 *
 * A thread that is blocked for ever leaves one chunk that is never done, and its segment stays: 4 MiB.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { recordFlags } from '../protocol/events';
import { chunkBytes, chunksPerPiece, chunksPerSegment, claimersOffset, segmentBytes } from '../protocol/files';
import { flagsOffset, kindOffset, kinds, offsets, recordBytes } from '../protocol/layout';

const recordsPerChunk = chunkBytes / recordBytes;
/** A place that is still empty so long after its successors were filled is never filled: a signal handler raised in between. */
const fillingMs = 2000;

export class SealedSegments {
  private readonly sealed = new Set<string>();
  /** By place: when it was first seen to be passed over. */
  private readonly passedOver = new Map<string, number>();
  private readonly buffer = Buffer.alloc(segmentBytes);

  /** @param isAlive whether a process of this pid is there, and no zombie. */
  constructor(private readonly isAlive: (pid: number) => boolean) {}

  /** @param path a segment whose chunks are all claimed. */
  isSealed(path: string): boolean {
    if (this.sealed.has(path)) return true;
    const length = this.read(path);
    if (length < segmentBytes) return false;
    for (let chunk = 1; chunk < chunksPerSegment; chunk++) if (!this.isDone(path, chunk)) return false;
    this.sealed.add(path);
    return true;
  }

  forget(path: string): void {
    this.sealed.delete(path);
    for (const place of this.passedOver.keys()) if (place.startsWith(`${path} `)) this.passedOver.delete(place);
  }

  private isDone(path: string, chunk: number): boolean {
    const { buffer } = this;
    const start = chunk * chunkBytes;
    const last = start + (recordsPerChunk - 1) * recordBytes;
    const full = buffer.readUInt16LE(last + kindOffset) !== 0;
    let owner = 0;
    let open = false;
    for (let at = start; at <= last; at += recordBytes) {
      const kind = buffer.readUInt16LE(at + kindOffset);
      if (kind === kinds.owner) owner = buffer.readUInt32LE(at + offsets.owner.process);
      else if (kind === 0) open ||= full && !this.isPassedOver(path, at);
      else open ||= (buffer.readUInt16LE(at + flagsOffset) & (recordFlags.inPlace | recordFlags.begin)) === (recordFlags.inPlace | recordFlags.begin);
    }
    if (full && !open) return true;
    const writer = owner !== 0 ? owner : buffer.readUInt32LE(claimersOffset + 4 * Math.floor(chunk / chunksPerPiece));
    return writer !== 0 && !this.isAlive(writer);
  }

  private isPassedOver(path: string, at: number): boolean {
    const place = `${path} ${String(at)}`;
    const since = this.passedOver.get(place);
    if (since === undefined) this.passedOver.set(place, performance.now());
    return since !== undefined && performance.now() - since >= fillingMs;
  }

  private read(path: string): number {
    const descriptor = openSync(path, 'r');
    try {
      let length = 0;
      for (let got = -1; got !== 0 && length < segmentBytes; length += got) got = readSync(descriptor, this.buffer, length, segmentBytes - length, length);
      return length;
    } finally {
      closeSync(descriptor);
    }
  }
}
