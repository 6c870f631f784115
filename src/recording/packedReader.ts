/** A packed recording as a RecordingReader: at rest, in order, from the first record to the last. */
import type { ForkscopeError } from '../base/errors';
import type { RecordingSource } from '../protocol/engine';
import type { Manifest } from '../protocol/files';
import type { Codec, OpenFile } from './access';
import type { Owner, RecordBatch, TimeBase } from './batch';
import type { BatchColumns } from './columns';
import { Decoder } from './decoder';
import { completeFrom } from './dropped';
import { unknownProblems } from './manifest';
import { NameTable } from './nameTable';
import { OrderedReader } from './ordered';
import { PackedFile } from './packedFile';
import type { RecordingReader } from './source';

export class PackedReader implements RecordingReader {
  names: NameTable;
  readonly target = null;
  readonly stale = false;
  readonly live = false;
  readonly waiting = false;
  readonly intervalMs = 1000;
  private readonly packed: PackedFile;
  private decoder: Decoder;
  private reader: OrderedReader | null = null;
  private over = false;

  /** @throws ForkscopeError recording-empty, recording-corrupt, recording-newer; the file is closed then. */
  constructor(
    private readonly file: OpenFile,
    codec: Codec,
    private readonly path: string,
    private readonly newNames: () => NameTable = () => new NameTable(),
  ) {
    this.names = newNames();
    try {
      this.packed = new PackedFile(file, codec, path);
    } catch (error) {
      file.close();
      throw error;
    }
    this.decoder = this.freshDecoder();
  }

  get source(): RecordingSource {
    return { kind: 'file', path: this.path };
  }

  get manifest(): Manifest {
    return this.packed.manifest;
  }

  get base(): TimeBase {
    return this.packed.base;
  }

  get owners(): readonly Owner[] {
    return this.decoder.owners;
  }

  get lostEvents(): number {
    return this.decoder.lostEvents;
  }

  get completeFromNs(): number {
    return completeFrom(this.packed.manifest);
  }

  get droppedBytes(): number {
    return this.packed.droppedBytes;
  }

  get problems(): readonly ForkscopeError[] {
    return [...this.packed.problems, ...unknownProblems(this.path, this.decoder.unknownRecords)];
  }

  get progress(): number | null {
    return this.over ? null : (this.reader?.share ?? 0);
  }

  read(maxRecords: number, _untilKey?: number, into?: BatchColumns): RecordBatch[] {
    this.reader ??= new OrderedReader(this.packed.chunks(), this.decoder);
    const batch = this.reader.read(maxRecords, Infinity, into);
    this.over = batch === null;
    return batch === null ? [] : [batch];
  }

  rewind(): void {
    this.names = this.newNames();
    this.decoder = this.freshDecoder();
    this.reader = null;
    this.over = false;
  }

  dispose(): void {
    this.file.close();
  }

  private freshDecoder(): Decoder {
    return new Decoder(this.packed.base, this.names, this.completeFromNs);
  }
}
