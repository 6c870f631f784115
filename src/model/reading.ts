/**
 * One record under the cursor: a single instance moves over a batch, so that no object is made per record. Who needs its times is given the
 * cursor, not the times: an engine makes an object of each float64 that is an argument, nine per record when they were.
 */
import { begunFlag, debuggersFlag } from '../protocol/events';
import type { Owner, RecordBatch } from '../recording/batch';
import { addressKey, familyUnix, formatAddress } from './address';
import { reference, type Reference } from './references';

/** Every call's record has its `end` here. */
const endOffset = 8;

export class Reading {
  batch!: RecordBatch;
  owner!: Owner;
  record = 0;
  kind = 0;
  /** When the record became true: of a finished call its return. ns from the base, as all times here. */
  key = 0;
  /** A call's begin. */
  time = 0;
  /** The call has begun and has not returned. */
  begins = false;
  /** It is a debugger's own doing inside the process. */
  debuggers = false;
  /** A call's return; NaN while it is open. Of a record that is no call it says nothing. */
  end = NaN;

  move(batch: RecordBatch, record: number, owner: Owner): void {
    this.batch = batch;
    this.record = record;
    this.owner = owner;
    const what = batch.what(record);
    this.kind = what >>> 16;
    this.key = batch.keys[record]!;
    const time = batch.time(record);
    this.time = time;
    this.debuggers = (what & debuggersFlag) !== 0;
    this.begins = (what & begunFlag) !== 0;
    if (this.begins) this.end = NaN;
    else {
      const end = batch.time(record, endOffset);
      this.end = end > time ? end : time;
    }
  }

  u32(offset: number): number {
    return this.batch.u32(this.record, offset);
  }

  i32(offset: number): number {
    return this.batch.i32(this.record, offset);
  }

  u16(offset: number): number {
    return this.batch.u16(this.record, offset);
  }

  /** A length in ns; exact up to 104 days. */
  u64(offset: number): number {
    return this.batch.u32(this.record, offset) + this.batch.u32(this.record, offset + 4) * 4294967296;
  }

  hex(offset: number): string {
    return this.batch.hex(this.record, offset);
  }

  timeAt(offset: number): number {
    return this.batch.time(this.record, offset);
  }

  /** A text or site of this record's owner. */
  reference(offset: number): Reference | null {
    return reference(this.owner, this.u32(offset));
  }

  /** An address for people; a Unix path stays a reference. */
  address(offsets: { address: number; port: number; family: number; path: number }): Reference | string | null {
    const family = this.u16(offsets.family);
    if (family === familyUnix) return this.reference(offsets.path);
    if (family === 0) return null;
    return formatAddress(this.batch.slice(this.record, offsets.address, 16), this.u16(offsets.port), family);
  }

  /** Identifies an address or a path in every process. */
  peerKey(offsets: { address: number; port: number }): string {
    return this.addressKey(offsets.address, offsets.port);
  }

  addressKey(address: number, port: number): string {
    return addressKey(this.batch, this.record, address, this.u16(port));
  }
}
