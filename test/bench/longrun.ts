/**
 * What a long run costs the engine: a server of short connections, compressed in time, with records in the real format that are
 * decoded and taken as a live reader takes them. Prints what is held per event and per connection, and how the heap grows.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { kinds, offsets, recordBytes, flagsOffset, kindOffset } from '../../src/protocol/layout';
import { writers } from '../../src/protocol/events';
import { chunkBytes } from '../../src/protocol/files';
import { Decoder } from '../../src/recording/decoder';
import { NameTable } from '../../src/recording/nameTable';
import { Model } from '../../src/model/model';
import { Survivors } from '../../src/model/survivors';

const perSecond = 1000;
const receives = 40;
const events = 1_000_000;

/** Chunks of one process whose threads take turns; a connection is accepted, talks and is closed. */
class Server {
  readonly chunk = Buffer.alloc(chunkBytes);
  count = 0;
  chunks = 0;
  events = 0;
  connections = 0;
  private ns = 1e9;

  constructor(private readonly full: (chunk: Buffer, number: number) => void) {}

  connection(): void {
    const number = ++this.connections;
    this.call(kinds.accept, offsets.accept, 3, 7);
    this.put(kinds.endpoints, (at) => {
      this.chunk.writeUInt32LE(7, at + offsets.endpoints.descriptor);
      this.chunk.writeUInt16LE(8000, at + offsets.endpoints.localPort);
      this.chunk.writeUInt16LE(1024 + (number % 60000), at + offsets.endpoints.peerPort);
      this.chunk.writeUInt16LE(2, at + offsets.endpoints.family);
    });
    for (let turn = 0; turn < receives / 2; turn++) {
      this.call(kinds.receive, offsets.receive, 7, 64);
      this.call(kinds.send, offsets.send, 7, 64);
    }
    this.put(kinds.close, (at) => this.chunk.writeUInt32LE(7, at + offsets.close.descriptor));
  }

  private call(kind: number, at: { descriptor: number; result: number; end: number }, descriptor: number, result: number): void {
    this.put(kind, (start) => {
      this.chunk.writeBigUInt64LE(BigInt(this.ns + 5e5), start + at.end);
      this.chunk.writeInt32LE(result, start + at.result);
      this.chunk.writeUInt32LE(descriptor, start + at.descriptor);
    });
  }

  private put(kind: number, fill: (at: number) => void): void {
    if (this.count === 0) this.record(kinds.owner, (at) => {
      this.chunk.writeBigUInt64LE(1n, at + offsets.owner.birth);
      this.chunk.writeUInt32LE(101, at + offsets.owner.process);
      this.chunk.writeUInt32LE(101, at + offsets.owner.thread);
      this.chunk.writeUInt16LE(writers.python, at + offsets.owner.writer);
    });
    this.record(kind, fill);
    this.events++;
    this.ns += 1e9 / perSecond;
    if (this.count < chunkBytes / recordBytes) return;
    this.full(this.chunk, ++this.chunks);
    this.chunk.fill(0);
    this.count = 0;
  }

  private record(kind: number, fill: (at: number) => void): void {
    const at = this.count * recordBytes;
    this.chunk.writeBigUInt64LE(BigInt(this.ns), at);
    fill(at);
    this.chunk.writeUInt16LE(0, at + flagsOffset);
    this.chunk.writeUInt16LE(kind, at + kindOffset);
    this.count++;
  }
}

/** The garbage collector, without a flag on the command line. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

const collect = collector();

function heldBytes(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** @param take what becomes of each chunk. */
function run(take: (chunk: Buffer, number: number) => void, what: string): void {
  const before = heldBytes();
  const server = new Server(take);
  for (let quarter = 1; quarter <= 4; quarter++) {
    while (server.events < (events * quarter) / 4) server.connection();
    const held = heldBytes() - before;
    console.log(
      `  ${what}: ${(server.events / perSecond / 60).toFixed(0)} min at ${perSecond}/s, ${(held / 1048576).toFixed(1)} MiB held, ` +
        `${(held / server.events).toFixed(1)} bytes an event, ${(held / server.connections).toFixed(0)} a connection of ${String(receives + 3)} events, ${((server.chunks * chunkBytes) / 1048576).toFixed(0)} MiB on disk`,
    );
  }
}

export function benchLongRun(): Promise<void> {
  const base = { low: 0, high: 0 };
  const names = new NameTable();
  const decoder = new Decoder(base, names);
  const model = new Model(names, decoder.owners);
  run((chunk, number) => {
    decoder.push('python', number, chunk);
    const batch = decoder.take();
    if (batch !== null) model.ingest(batch);
    model.changed.clear();
  }, 'the engine, all indexed');
  const bare = new Decoder(base, new NameTable());
  run((chunk, number) => {
    bare.push('python', number, chunk);
    bare.take();
  }, 'the reader alone');
  const passing = new Decoder(base, new NameTable());
  const survivors = new Survivors();
  run((chunk, number) => {
    passing.push('python', number, chunk);
    const batch = passing.take();
    if (batch !== null) for (const record of batch.order) survivors.take(batch, record, passing.owners[batch.owners[record]!]!);
  }, 'what is kept of it where it is dropped');
  console.log(`  records kept of all these: ${String(survivors.records().length)}`);
  if (model.connections.length === 0) throw new Error('the model took nothing');
  return Promise.resolve();
}
