/** Decoding gives the same, however the bytes arrive: one record at a time or all at once. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kinds, offsets, recordBytes } from '../../../src/protocol/layout';
import type { RecordBatch } from '../../../src/recording/batch';
import { Decoder } from '../../../src/recording/decoder';
import { timeBaseOf } from '../../../src/recording/manifest';
import { NameTable } from '../../../src/recording/nameTable';
import { manifestOf, ownerOf, recordOf, startedNs, textOf } from './arenaWriter';

const base = timeBaseOf(manifestOf());
const main = { process: 101, thread: 101, birth: 10 };

function decoder(): Decoder {
  return new Decoder(base, new NameTable());
}

/** [key, kind, owner's thread] of every record, in the batch's order. */
function listed(decoder: Decoder, batch: RecordBatch | null): [number, number, number][] {
  return batch === null ? [] : [...batch.order].map((at) => [batch.keys[at]!, batch.kind(at), decoder.owners[batch.owners[at]!]!.thread]);
}

describe('decoder', () => {
  it('gives a call the moment of its return, and what has not returned its begin', () => {
    const own = decoder();
    const records = [
      ownerOf(main),
      recordOf('accept', 100, {}, 'begin'),
      recordOf('accept', 100, { end: startedNs + 300n, result: 5 }),
      recordOf('close', 200),
    ];
    expect(own.push('python', 1, Buffer.concat(records))).toBe(4);
    expect(listed(own, own.take())).toEqual([
      [10, kinds.owner, 101], [100, kinds.accept, 101], [200, kinds.close, 101], [300, kinds.accept, 101],
    ]);
    expect(own.take()).toBeNull();
  });

  it('passes over a place that is not filled, and takes it when it is', () => {
    const own = decoder();
    const half = recordOf('close', 60);
    half.writeUInt16LE(0, 62);
    const chunk = Buffer.concat([ownerOf(main), recordOf('close', 50), half, recordOf('close', 70)]);
    expect(own.push('python', 1, chunk)).toBe(3);
    expect(own.taken('python', 1)).toBe(2);
    expect(own.push('python', 1, chunk)).toBe(0);
    recordOf('close', 60).copy(chunk, 2 * recordBytes);
    expect(own.push('python', 1, chunk)).toBe(1);
    expect(own.taken('python', 1)).toBe(4);
    expect(own.taken('kernel', 1)).toBe(0);
    expect(listed(own, own.take()).map(([key]) => key)).toEqual([10, 50, 60, 70]);
  });

  it('follows a chunk that is handed on', () => {
    const own = decoder();
    own.push('python', 1, Buffer.concat([ownerOf(main), recordOf('close', 20), ownerOf({ ...main, thread: 102 }, 30), recordOf('close', 40)]));
    expect(listed(own, own.take()).map(([, , thread]) => thread)).toEqual([101, 101, 102, 102]);
    expect(own.owners.map(({ index, thread, writer }) => [index, thread, writer])).toEqual([[0, 101, 'python'], [1, 102, 'python']]);
  });

  it('counts unknown kinds, lost events and records without an owner', () => {
    const own = decoder();
    const unknown = recordOf('close', 20);
    unknown.writeUInt16LE(999, 62);
    own.push('python', 1, Buffer.concat([ownerOf(main), unknown, recordOf('lost', 30, { count: 7 })]));
    own.push('python', 2, recordOf('close', 40));
    expect([own.unknownRecords, own.lostEvents, own.ownerlessRecords]).toEqual([1, 7, 1]);
    expect(listed(own, own.take()).map(([, kind]) => kind)).toEqual([kinds.owner, kinds.lost]);
  });

  it('keeps what is later than asked, and what is too much', () => {
    const own = decoder();
    own.push('python', 1, Buffer.concat([ownerOf(main), ...[30, 20, 50, 40].map((time) => recordOf('close', time))]));
    expect(listed(own, own.take(2)).map(([key]) => key)).toEqual([10, 20]);
    expect(listed(own, own.take(9, 40)).map(([key]) => key)).toEqual([30, 40]);
    expect(own.take(9, 49)).toBeNull();
    own.push('python', 2, Buffer.concat([ownerOf(main, 45)]));
    expect(listed(own, own.take()).map(([key]) => key)).toEqual([45, 50]);
  });

  it('gives the same one record at a time and all at once', () => {
    const record = fc.record({ time: fc.nat(1000), long: fc.option(fc.nat(1000)), kind: fc.constantFrom('accept', 'close', 'text', 'owner', 'receive' as const) });
    fc.assert(
      fc.property(fc.array(fc.array(record, { maxLength: 63 }), { minLength: 1, maxLength: 6 }), fc.infiniteStream(fc.nat()), (chunks, picks) => {
        const written = chunks.map((list) => [
          ownerOf(main),
          ...list.map(({ time, long, kind }) => {
            if (kind === 'owner') return ownerOf({ ...main, thread: 200 + time }, time);
            if (kind === 'text') return textOf(1 + time, `text ${String(time)}`)[0]!;
            return recordOf(kind, time, long === null ? {} : { end: startedNs + BigInt(time + long) });
          }),
        ]);
        const whole = decoder();
        written.forEach((records, chunk) => whole.push('python', chunk + 1, Buffer.concat(records)));
        const slow = decoder();
        const collected: [number, number, number][] = [];
        const done = written.map(() => 0);
        while (done.some((count, chunk) => count < written[chunk]!.length)) {
          const open = written.flatMap((records, chunk) => (done[chunk]! < records.length ? [chunk] : []));
          const chunk = open[(picks.next().value as number) % open.length]!;
          const from = done[chunk]!++;
          if (slow.push('python', chunk + 1, written[chunk]![from]!, from) !== 1) expect.fail('a record was not taken');
          collected.push(...listed(slow, slow.take()));
        }
        const byAll = (list: [number, number, number][]): string[] => list.map((entry) => entry.join(' ')).sort();
        expect(byAll(collected).join()).toBe(byAll(listed(whole, whole.take())).join());
      }),
      { numRuns: 40 },
    );
  });
});

describe('what is pending', () => {
  /** Which record it is stands in its site, in the order in which they were pushed. */
  const push = (own: Decoder, chunk: number, times: readonly number[], firstSerial: number): void => {
    own.push('python', chunk, Buffer.concat([ownerOf(main, 0), ...times.map((time, at) => recordOf('close', time, { site: firstSerial + at }))]));
  };
  const taken = (batch: RecordBatch | null): { key: number; serial: number }[] =>
    batch === null ? [] : [...batch.order].filter((at) => batch.kind(at) === kinds.close).map((at) => ({ key: batch.keys[at]!, serial: batch.u32(at, offsets.close.site) }));

  it('is taken by its keys, of equal ones in the order of reading, none later than asked and each once', () => {
    const step = fc.record({ times: fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 63 }), until: fc.nat(400), max: fc.integer({ min: 1, max: 200 }) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const own = decoder();
        let held: { key: number; serial: number }[] = [];
        let serial = 1;
        for (const [chunk, { times, until, max }] of steps.entries()) {
          own.take(Infinity, 0); // Owners.
          push(own, chunk + 1, times, serial);
          own.take(Infinity, 0);
          times.forEach((key) => held.push({ key, serial: serial++ }));
          const expected = held.filter(({ key }) => key <= until).sort((a, b) => a.key - b.key || a.serial - b.serial).slice(0, max);
          expect(taken(own.take(max, until))).toEqual(expected);
          const gone = new Set(expected.map((each) => each.serial));
          held = held.filter((each) => !gone.has(each.serial));
          expect(own.pending).toBe(held.length);
        }
        expect(taken(own.take())).toEqual(held.sort((a, b) => a.key - b.key || a.serial - b.serial));
        expect(own.pending).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
