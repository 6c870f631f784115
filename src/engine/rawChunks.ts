/** Records of a chunk as they stand on disk, definitions too, with whose they are: for who copies records instead of reading them. */
import { writers, type Writer } from '../protocol/events';
import { flagsOffset, kindOffset, kinds, offsets, recordBytes } from '../protocol/layout';
import type { Owner, TimeBase } from '../recording/batch';

const writerByCode = new Map<number, Writer>((Object.keys(writers) as Writer[]).map((name) => [writers[name], name]));

/** Called for every record but those that say whose the following ones are; `at` is where it stands in the chunk. */
export type Visit = (view: DataView, at: number, kind: number, owner: Owner) => void;

/** @param bytes a chunk's records from its begin on. */
export function visitChunk(bytes: Uint8Array, base: TimeBase, visit: Visit): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let owner: Owner | null = null;
  for (let at = 0; at + recordBytes <= bytes.length; at += recordBytes) {
    const kind = view.getUint16(at + kindOffset, true);
    if (kind === kinds.owner) owner = ownerAt(view, at, base);
    else if (kind !== 0 && owner !== null) visit(view, at, kind, owner);
  }
}

/** Nanoseconds from the base of the u64 at `at`; NaN for 0. */
export function timeAt(view: DataView, at: number, base: TimeBase): number {
  const low = view.getUint32(at, true);
  const high = view.getUint32(at + 4, true);
  return low === 0 && high === 0 ? NaN : (high - base.high) * 4294967296 + (low - base.low);
}

export function flagsAt(view: DataView, at: number): number {
  return view.getUint16(at + flagsOffset, true);
}

export function scopeOf(owner: Owner): string {
  return `${owner.writer}:${String(owner.process)}:${String(owner.birth)}`;
}

function ownerAt(view: DataView, at: number, base: TimeBase): Owner | null {
  const writer = writerByCode.get(view.getUint16(at + offsets.owner.writer, true));
  if (writer === undefined) return null;
  return {
    index: -1,
    process: view.getUint32(at + offsets.owner.process, true),
    thread: view.getUint32(at + offsets.owner.thread, true),
    parent: view.getUint32(at + offsets.owner.parent, true),
    writer,
    birth: timeAt(view, at + offsets.owner.birth, base),
  };
}
