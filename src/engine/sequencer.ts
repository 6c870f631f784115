/**
 * Puts live records in order before the model takes them.
 *
 * The tail reads one chunk after another, and a writer may be preempted between reading the clock and storing the record;
 * so a record can be seen a little after a younger one of another thread. Records are held back until they are older than
 * the hold-back, sorted, and handed on. A record later than that makes the model late, and the engine builds it again.
 */
import { recordBytes } from '../protocol/layout';
import { RecordBatch, type TimeBase } from '../recording/batch';

export class Sequencer {
  private bytes = new Uint8Array(recordBytes * 1024);
  private owners = new Uint32Array(1024);
  private keys = new Float64Array(1024);
  private count = 0;

  constructor(private readonly base: TimeBase) {}

  get held(): number {
    return this.count;
  }

  push(batch: RecordBatch): void {
    this.reserve(this.count + batch.order.length);
    for (const record of batch.order) {
      this.bytes.set(batch.slice(record, 0, recordBytes), this.count * recordBytes);
      this.owners[this.count] = batch.owners[record]!;
      this.keys[this.count] = batch.keys[record]!;
      this.count++;
    }
  }

  /** The held records whose key is at most `untilKey`, in order; null when there are none. */
  take(untilKey: number): RecordBatch | null {
    const ready: number[] = [];
    const rest: number[] = [];
    for (let record = 0; record < this.count; record++) (this.keys[record]! <= untilKey ? ready : rest).push(record);
    if (ready.length === 0) return null;
    const keys = this.keys;
    // Equal keys keep the order in which they were read: of one thread that is the order in which they happened.
    ready.sort((a, b) => keys[a]! - keys[b]! || a - b);
    const batch = this.copy(ready);
    this.keep(rest);
    return batch;
  }

  private copy(records: readonly number[]): RecordBatch {
    const bytes = new Uint8Array(records.length * recordBytes);
    const owners = new Uint32Array(records.length);
    const keys = new Float64Array(records.length);
    const order = new Uint32Array(records.length);
    records.forEach((record, index) => {
      bytes.set(this.bytes.subarray(record * recordBytes, (record + 1) * recordBytes), index * recordBytes);
      owners[index] = this.owners[record]!;
      keys[index] = this.keys[record]!;
      order[index] = index;
    });
    return new RecordBatch(records.length, bytes, owners, order, keys, this.base);
  }

  private keep(records: readonly number[]): void {
    records.forEach((record, index) => {
      this.bytes.copyWithin(index * recordBytes, record * recordBytes, (record + 1) * recordBytes);
      this.owners[index] = this.owners[record]!;
      this.keys[index] = this.keys[record]!;
    });
    this.count = records.length;
  }

  private reserve(count: number): void {
    if (count <= this.keys.length) return;
    const size = Math.max(count, this.keys.length * 2);
    const bytes = new Uint8Array(size * recordBytes);
    const owners = new Uint32Array(size);
    const keys = new Float64Array(size);
    bytes.set(this.bytes.subarray(0, this.count * recordBytes));
    owners.set(this.owners.subarray(0, this.count));
    keys.set(this.keys.subarray(0, this.count));
    this.bytes = bytes;
    this.owners = owners;
    this.keys = keys;
  }
}
