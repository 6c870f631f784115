/**
 * The segments of a run's folder: found as they appear, their headers checked once, then held open, so that the run can
 * be read to its end also when its folder is deleted meanwhile.
 */
import type { Disposable } from '../base/disposable';
import type { ForkscopeError } from '../base/errors';
import { arenaBytes, arenaMagic, chunkBytes, chunksPerSegment, segmentFormat, segmentMagic, type Dropped } from '../protocol/files';
import { recordBytes } from '../protocol/layout';
import type { FolderAccess, OpenFile } from './access';
import { isThere } from './dropped';
import { corruptError, newerError } from './manifest';

const segmentName = /^([a-z]+)-(\d{6,})\.segment$/;

export interface Segment {
  readonly writer: string;
  readonly number: number;
  readonly file: OpenFile;
  /** Chunks that the file holds now, the header's and a begun last one included; at most chunksPerSegment. */
  chunks: number;
}

export class Segments implements Disposable {
  /** By writer, then number. */
  readonly all: Segment[] = [];
  readonly problems: ForkscopeError[] = [];
  private readonly known = new Map<string, Segment>();
  private readonly refused = new Set<string>();
  private readonly arenas = new Map<string, OpenFile | null>();
  private readonly header = new Uint8Array(24);
  private dropped: Dropped | undefined;

  constructor(private readonly folder: FolderAccess) {}

  /** What the manifest says was dropped: those segments are let go, so that the disk gets their space back. */
  setDropped(dropped: Dropped | undefined): void {
    this.dropped = dropped;
    for (const [name, segment] of this.known) {
      if (isThere(dropped, segment.writer, segment.number)) continue;
      segment.file.close();
      this.known.delete(name);
      this.all.splice(this.all.indexOf(segment), 1);
    }
  }

  /**
   * Finds new segments and new sizes.
   * @param trustArena true: chunks that no writer has claimed yet are left out; false: everything in the files counts.
   * @returns false where the folder, or a file that was listed in it, is gone.
   */
  refresh(trustArena: boolean): boolean {
    const names = this.folder.list();
    let whole = names !== null;
    for (const name of names ?? []) {
      if (this.known.has(name) || this.refused.has(name)) continue;
      const match = segmentName.exec(name);
      if (match === null || !isThere(this.dropped, match[1]!, Number(match[2]))) continue;
      if (!this.open(name, match[1]!, Number(match[2]))) whole = false;
    }
    const claimed = new Map<string, number | null>();
    for (const segment of this.all) {
      if (segment.chunks === chunksPerSegment) continue; // It can't grow any more.
      if (trustArena && !claimed.has(segment.writer)) claimed.set(segment.writer, this.claimed(segment.writer));
      measure(segment, claimed.get(segment.writer) ?? null);
    }
    return whole;
  }

  dispose(): void {
    for (const segment of this.all) segment.file.close();
    for (const arena of this.arenas.values()) arena?.close();
    this.all.length = 0;
    this.known.clear();
    this.arenas.clear();
  }

  /** @returns false where the file is gone. */
  private open(name: string, writer: string, number: number): boolean {
    const file = this.folder.open(name);
    if (file === null) return false;
    if (file.size() < chunkBytes || file.read(0, this.header) < this.header.length) {
      file.close(); // Its writer is still making it.
      return true;
    }
    const problem = this.checkHeader(name, number);
    if (problem !== 'unwritten') {
      if (problem === null) {
        const segment = { writer, number, file, chunks: 1 };
        this.known.set(name, segment);
        this.all.push(segment);
        this.all.sort((a, b) => (a.writer < b.writer ? -1 : a.writer > b.writer ? 1 : a.number - b.number));
        return true;
      }
      this.refused.add(name);
      this.problems.push(problem);
    }
    file.close();
    return true;
  }

  private checkHeader(name: string, number: number): ForkscopeError | 'unwritten' | null {
    const view = new DataView(this.header.buffer);
    if (this.header.every((byte) => byte === 0)) return 'unwritten';
    if (!startsWith(this.header, segmentMagic)) return corruptError(name, 'it does not begin like a segment');
    if (view.getUint32(8, true) > segmentFormat) return newerError(name);
    if (view.getUint32(12, true) !== number) return corruptError(name, 'its number is not that of its name');
    if (view.getUint32(16, true) !== recordBytes || view.getUint32(20, true) !== chunkBytes) {
      return corruptError(name, 'its records or chunks have another size');
    }
    return null;
  }

  /** The next free chunk's number by the writer's arena file; null where it has none. */
  private claimed(writer: string): number | null {
    let arena = this.arenas.get(writer);
    if (arena === undefined) {
      arena = this.folder.open(`${writer}.arena`);
      this.arenas.set(writer, arena);
    }
    if (arena === null) return null;
    const bytes = new Uint8Array(arenaBytes);
    if (arena.read(0, bytes) < arenaBytes || !startsWith(bytes, arenaMagic)) return null;
    const view = new DataView(bytes.buffer);
    return view.getUint32(12, true) * 4294967296 + view.getUint32(8, true);
  }
}

function measure(segment: Segment, claimed: number | null): void {
  let chunks = Math.min(chunksPerSegment, Math.ceil(segment.file.size() / chunkBytes));
  if (claimed !== null) chunks = Math.min(chunks, claimed - segment.number * chunksPerSegment);
  segment.chunks = Math.max(segment.chunks, chunks);
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  for (let at = 0; at < text.length; at++) if (bytes[at] !== text.charCodeAt(at)) return false;
  return true;
}
