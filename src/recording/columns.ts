/** The columns that a batch's records are put into; in memory that two threads share, where one thread reads for another. */
import { recordBytes } from '../protocol/layout';
import { RecordBatch, type TimeBase } from './batch';

export interface BatchColumns {
  /** The records, 16 u32 each. */
  readonly words: Uint32Array;
  readonly owners: Uint32Array;
  readonly keys: Float64Array;
}

const recordWords = recordBytes / 4;

export function columnsOf(rows: number): BatchColumns {
  return { words: new Uint32Array(rows * recordWords), owners: new Uint32Array(rows), keys: new Float64Array(rows) };
}

/** The same in memory that another thread may be given. */
export function sharedColumns(rows: number): BatchColumns {
  const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(rows * bytes);
  return { words: new Uint32Array(shared(recordBytes)), owners: new Uint32Array(shared(4)), keys: new Float64Array(shared(8)) };
}

/** The columns' first rows as a batch; null where there are none. */
export function batchOf({ words, owners, keys }: BatchColumns, count: number, base: TimeBase): RecordBatch | null {
  if (count === 0) return null;
  return new RecordBatch(count, new Uint8Array(words.buffer, 0, count * recordBytes), owners.subarray(0, count), ascending(count), keys.subarray(0, count), base);
}

let numbers = new Uint32Array(0);

/** 0, 1, 2 … count - 1. */
function ascending(count: number): Uint32Array {
  if (numbers.length < count) {
    numbers = new Uint32Array(Math.max(count, 4096));
    for (let at = 0; at < numbers.length; at++) numbers[at] = at;
  }
  return numbers.subarray(0, count);
}
