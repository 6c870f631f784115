/**
 * What a thread did between its waits is told once for each look at its account, in pieces while somebody waits; asked of the account anew for
 * any moment it must be the same.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shareState, ThreadStates } from '../../../src/lanes/threadStates';
import { mostOf } from '../../../src/model/account';
import { Model } from '../../../src/model/model';
import { batchOf } from '../model/support/encode';
import { encodeTable } from '../model/support/story';

/** Waits, now and then one that contains others, and looks that come at any moment. Times are ms. */
const told = fc.record({
  waits: fc.array(fc.record({ gap: fc.nat(4), length: fc.oneof({ weight: 9, arbitrary: fc.nat(5) }, { weight: 1, arbitrary: fc.nat(80) }) }), { minLength: 1, maxLength: 300, size: 'max' }),
  /** More than are read at once. */
  count: fc.integer({ min: 1, max: 700 }),
  around: fc.array(fc.record({ at: fc.nat(800), length: fc.nat(300) }), { maxLength: 2 }),
  looks: fc.array(fc.record({ after: fc.oneof({ weight: 19, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.nat(60) }), run: fc.nat(4), ready: fc.nat(2), state: fc.constantFrom('R', 'S', 'T') }), { minLength: 1, maxLength: 60, size: 'max' }),
}).map(({ waits, around, count, looks }) => {
  const rows = ['0 101 . image command="python3 main.py"'];
  let at = 1;
  for (const { gap, length } of waits) {
    rows.push(`${String(at + gap)}..${String(at + gap + length)} 101 . sleep`);
    at += gap + length + 1;
  }
  for (const { at: begin, length } of around) rows.push(`${String(begin)}..${String(begin + length)} 101 . poll`);
  const sums = { at: 0, run: 0, ready: 0 };
  for (let look = 0; look < count; look++) {
    const { after, run, ready, state } = looks[look % looks.length]!;
    sums.at += after + 1;
    sums.run += run;
    sums.ready += ready;
    rows.push(`${String(sums.at)} kernel . threadSample process=101 thread=101 run=${String(sums.run)} ready=${String(sums.ready)} state=${state}`);
  }
  return rows.join('\n');
});

describe('what a thread did between its waits', () => {
  it('is what its account says, told in pieces and while more becomes known', () => {
    fc.assert(fc.property(told, fc.array(fc.record({ share: fc.nat(100), most: fc.integer({ min: 1, max: 200 }), steps: fc.integer({ min: 1, max: 20 }) }), { minLength: 1, maxLength: 3 }), (table, moments) => {
      const { encoder, records } = encodeTable(table);
      records.sort((a, b) => a.key - b.key);
      const model = new Model(encoder, encoder.owners);
      let taken = 0;
      let states: ThreadStates | null = null;
      for (const { share, most, steps } of [...moments.sort((a, b) => a.share - b.share), { share: 100, most: 7, steps: 1000 }]) {
        const upTo = Math.max(taken, Math.ceil((share / 100) * records.length));
        model.ingest(batchOf(records.slice(taken, upTo)));
        taken = upTo;
        const thread = model.threads[0];
        if (thread === undefined) continue;
        states ??= new ThreadStates(thread);
        const account = model.account(thread, model.latestNs);
        // As those do who share it: what was touched is told to the first alone.
        for (let step = 0; step < steps && (step === 0 || !states.isComplete); step++) {
          states.update(account, thread.waits.touchedFrom, most);
          thread.waits.touchedFrom = thread.waits.count;
        }
        for (let ns = account.sinceNs; ns <= model.latestNs; ns += 1e6) {
          const said = states.stateAt(ns, account);
          const cell = account.cellAt(ns);
          if (said === shareState[mostOf(cell)] && states.until > ns && states.until <= cell.end) continue;
          expect({ ns, state: said, until: states.until }).toEqual({ ns, state: shareState[mostOf(cell)], until: cell.end });
        }
      }
      expect(states?.isComplete ?? true).toBe(true);
    }), { numRuns: 12 });
  });
});
