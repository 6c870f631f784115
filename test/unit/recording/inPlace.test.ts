/** A call that is completed where it stands is told twice, its begin and its return, whenever one looks and however often. */
import { describe, expect, it } from 'vitest';
import { recordFlags } from '../../../src/protocol/events';
import { flagsOffset, kinds, offsets, recordBytes } from '../../../src/protocol/layout';
import { Decoder } from '../../../src/recording/decoder';
import { chunkExtent } from '../../../src/recording/decoder';
import { timeBaseOf } from '../../../src/recording/manifest';
import { NameTable } from '../../../src/recording/nameTable';
import { settleRace } from '../../../src/recording/raced';
import { manifestOf, ownerOf, recordOf, startedNs, textOf } from './arenaWriter';

const base = timeBaseOf(manifestOf());
const main = { process: 101, thread: 101, birth: 10 };
const { begin, inPlace, foreign } = recordFlags;

/** What a probe does to a record between a call's begin and its end, state by state. */
function statesOf(time: number, end: number, result: number, flags = 0): Buffer[] {
  const record = recordOf('receive', time, { site: 3, descriptor: 7 });
  const states: Buffer[] = [Buffer.alloc(recordBytes)];
  const store = (change: () => void): void => {
    change();
    states.push(Buffer.from(record));
  };
  store(() => record.writeUInt16LE(begin | inPlace | flags, flagsOffset));
  store(() => record.writeBigUInt64LE(startedNs + BigInt(end), offsets.receive.end));
  store(() => record.writeInt32LE(result, offsets.receive.result));
  store(() => record.writeUInt16LE(inPlace | flags, flagsOffset));
  return states;
}

/** [key, flags, end, result, descriptor] of every record that is not an owner's. */
function told(decoder: Decoder): number[][] {
  const batch = decoder.take();
  if (batch === null) return [];
  return [...batch.order]
    .filter((at) => batch.kind(at) === kinds.receive)
    .map((at) => [batch.keys[at]!, batch.what(at) & 0xffff, batch.time(at, offsets.receive.end), batch.i32(at, offsets.receive.result), batch.u32(at, offsets.receive.descriptor)]);
}

describe('a call completed in place', () => {
  const called = [[100, begin | foreign, NaN, 0, 7], [300, foreign, 300, 64, 7]];

  it('is told as begun and as complete, seen in any of its states before', () => {
    const states = statesOf(100, 300, 64, foreign);
    for (let seen = 0; seen < 1 << states.length; seen++) {
      const own = new Decoder(base, new NameTable());
      own.push('python', 1, ownerOf(main));
      const all: number[][] = [];
      states.forEach((state, at) => {
        if ((seen & (1 << at)) === 0) return;
        own.push('python', 1, state, 1);
        all.push(...told(own));
      });
      const last = 31 - Math.clz32(seen);
      expect(all, seen.toString(2)).toEqual(last === states.length - 1 ? called : last > 0 ? called.slice(0, 1) : []);
      expect(own.taken('python', 1)).toBe(last === states.length - 1 ? 2 : 1);
    }
  });

  it('may be under way while later records of its chunk are there, and keeps its owner', () => {
    const own = new Decoder(base, new NameTable());
    const states = statesOf(100, 300, 64, foreign);
    const chunk = (state: Buffer): Buffer => Buffer.concat([ownerOf(main), state, recordOf('close', 150), ownerOf({ ...main, thread: 102 }, 160), recordOf('close', 170)]);
    own.push('python', 1, chunk(states[1]!));
    expect([own.taken('python', 1), own.pending]).toEqual([1, 5]);
    own.take();
    own.push('python', 1, chunk(states.at(-1)!).subarray(recordBytes), 1);
    expect(own.taken('python', 1)).toBe(5);
    const batch = own.take()!;
    expect([batch.count, batch.keys[0], own.owners[batch.owners[0]!]!.thread]).toEqual([1, 300, 101]);
  });

  it('is news when it begins and when it is complete, and not in between', () => {
    const own = new Decoder(base, new NameTable());
    own.push('python', 1, ownerOf(main));
    const states = statesOf(100, 300, 64);
    const news = states.map((state) => {
      const fresh = own.isNews('python', 1, 1, state.readUInt32LE(flagsOffset));
      own.push('python', 1, state, 1);
      return fresh;
    });
    expect(news).toEqual([false, true, false, false, true]);
    expect(own.isNews('python', 1, 1, states.at(-1)!.readUInt32LE(flagsOffset))).toBe(false);
  });

  it('makes its chunk begin where it began', () => {
    expect(chunkExtent(Buffer.concat([textOf(1, 'a')[0]!, statesOf(100, 300, 64).at(-1)!]), base)).toMatchObject({ earliest: 100, records: 2, settled: true });
    expect(chunkExtent(Buffer.concat([Buffer.alloc(recordBytes), recordOf('receive', 100, { end: startedNs + 300n }), Buffer.alloc(recordBytes)]), base)).toMatchObject({ earliest: 300, records: 2, settled: false });
  });
});

describe('a read that races the writer', () => {
  const states = statesOf(100, 300, 64);

  it('shows a call at most as far as the first read had seen it, whatever was copied of its later states', () => {
    for (let early = 0; early < states.length; early++) {
      for (let late = early; late < states.length; late++) {
        for (let cut = 0; cut <= recordBytes; cut++) {
          // The writer stores while the copy is under way: bytes before `cut` as they were, the others as they are.
          const second = Buffer.concat([states[early]!.subarray(0, cut), states[late]!.subarray(cut)]);
          const own = new Decoder(base, new NameTable());
          own.push('python', 1, ownerOf(main));
          const counts = settleRace(states[early]!, second);
          own.push('python', 1, second.subarray(0, counts), 1);
          const expected = [[100, begin, NaN, 0, 7], [300, 0, 300, 64, 7]];
          expect(told(own)).toEqual(early === 0 ? [] : early === states.length - 1 ? expected : expected.slice(0, 1));
        }
      }
    }
  });

  it('lets what follows a place wait that was filled in between: it may be the record that says whose they are', () => {
    const first = Buffer.concat([Buffer.alloc(recordBytes), recordOf('close', 170)]);
    const second = Buffer.concat([ownerOf({ ...main, thread: 102 }, 160), recordOf('close', 170)]);
    expect(settleRace(first, second)).toBe(0);
    expect(settleRace(second, second)).toBe(2 * recordBytes);
    expect(settleRace(first, Buffer.from(first))).toBe(2 * recordBytes);
  });
});
