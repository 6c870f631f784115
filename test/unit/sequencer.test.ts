import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sequencer } from '../../src/engine/sequencer';
import { recordBytes } from '../../src/protocol/layout';
import { RecordBatch } from '../../src/recording/batch';

const base = { low: 0, high: 0 };

/** A batch in reading order, whose records carry their key and a serial number. */
function batchOf(keys: number[], firstSerial: number): RecordBatch {
  const bytes = new Uint8Array(keys.length * recordBytes);
  const words = new Uint32Array(bytes.buffer);
  const owners = new Uint32Array(keys.length);
  const order = [...keys.keys()].sort((a, b) => keys[a]! - keys[b]! || a - b);
  keys.forEach((key, index) => {
    words[index * 16] = key;
    words[index * 16 + 2] = firstSerial + index;
    owners[index] = firstSerial + index;
  });
  return new RecordBatch(keys.length, bytes, owners, Uint32Array.from(order), Float64Array.from(keys), base);
}

describe('the sequencer', () => {
  it('hands on every record once, in the order of its key, and none that is younger than the limit', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.array(fc.nat(1000), { maxLength: 30 }), fc.nat(1000)), { maxLength: 20 }), (steps) => {
        const sequencer = new Sequencer(base);
        const seen: number[] = [];
        let serial = 1;
        let limit = 0;
        const takeUntil = (until: number): void => {
          const batch = sequencer.take(until);
          if (batch === null) return;
          let last = -1;
          for (const record of batch.order) {
            expect(batch.keys[record]).toBe(batch.u32(record, 0));
            expect(batch.owners[record]).toBe(batch.u32(record, 8));
            expect(batch.keys[record]!).toBeLessThanOrEqual(until);
            expect(batch.keys[record]!).toBeGreaterThanOrEqual(last);
            last = batch.keys[record]!;
            seen.push(batch.u32(record, 8));
          }
        };
        for (const [keys, advance] of steps) {
          sequencer.push(batchOf(keys, serial));
          serial += keys.length;
          limit = Math.max(limit, advance);
          takeUntil(limit);
        }
        takeUntil(Infinity);
        expect(sequencer.held).toBe(0);
        expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: serial - 1 }, (_, index) => index + 1));
      }),
    );
  });
});
