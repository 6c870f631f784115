/** How many threads ran, kept as the run grows, against each thread's account looked up at each edge. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RunningTotals, type Accounts } from '../../../src/lanes/runningTotals';
import { SampleColumns } from '../../../src/model/samples';

const ms = 1e6;
const originNs = 12_345_678;

interface Look {
  readonly thread: number;
  readonly afterMs: number;
  /** Of the time since the thread's look before, in percent. */
  readonly ranPercent: number;
  /** Of what the kernel may add later, in percent: what it adds then raises the rows before. */
  readonly latePercent: number;
}

const percent = (): fc.Arbitrary<number> => fc.integer({ min: 0, max: 100 });
const looks = fc.array(fc.record<Look>({ thread: fc.nat(3), afterMs: fc.integer({ min: 0, max: 700 }), ranPercent: percent(), latePercent: percent() }), { maxLength: 400 });
/** The kernel adds up to a tick late. */
const mostLate = fc.integer({ min: 0, max: 10 }).map((late) => late * ms);

/** ns that a thread had run at a moment, evenly between two rows of its account. */
function ranUntil({ samples, startNs }: Accounts['threads'][number], at: number): number {
  const next = samples.firstAfter(at);
  if (next === samples.count) return next === 0 ? 0 : samples.run(next - 1);
  const [fromAt, fromRun] = next === 0 ? [startNs, 0] : [samples.at(next - 1), samples.run(next - 1)];
  if (at <= fromAt) return fromRun;
  return fromRun + ((samples.run(next) - fromRun) * (at - fromAt)) / (samples.at(next) - fromAt);
}

describe('how many threads were on a CPU', () => {
  test('is what their accounts say, whenever it is asked for', () => {
    fc.assert(fc.property(looks, fc.integer({ min: 1, max: 700 }), fc.integer({ min: 1, max: 90 }), mostLate, (steps, bins, askedEvery, mostLateNs) => {
      const model = { originNs, threads: Array.from({ length: 4 }, (_, index) => ({ samples: new SampleColumns(), startNs: originNs + index * ms })) };
      const totals = new RunningTotals(model);
      const places = model.threads.map(({ startNs }) => ({ at: startNs, run: 0, told: 0 }));
      let now = originNs + 4 * ms;
      const compare = (): void => {
        const means = totals.means(bins, now - originNs);
        if (model.threads.every(({ samples }) => samples.count === 0)) {
          expect(means).toBeNull();
          return;
        }
        const binNs = (now - originNs) / bins;
        // At each row what was told and what is true differ by what is late. So do what was settled and what is told since, and in a
        // cell, of which a bin has four, a thread has run for no longer than the cell and that. The mean is kept in 24 bits.
        const mayDiffer = model.threads.length * (binNs / 4 + 2 * mostLateNs) + 1e-6 * (now - originNs);
        let sum = 0;
        for (let bin = 0; bin < bins; bin++) {
          sum += means![bin]! * binNs;
          const told = model.threads.reduce((all, thread) => all + ranUntil(thread, originNs + (bin + 1) * binNs), 0);
          expect(Math.abs(sum - told), `until bin ${String(bin)} of ${String(bins)}`).toBeLessThanOrEqual(mayDiffer);
        }
        const all = model.threads.reduce((whole, { samples }) => whole + (samples.count === 0 ? 0 : samples.run(samples.count - 1)), 0);
        expect(Math.abs(sum - all)).toBeLessThanOrEqual(1e-6 * all + 1);
      };
      steps.forEach(({ thread, afterMs, ranPercent, latePercent }, step) => {
        now += afterMs * ms;
        const place = places[thread]!;
        place.run += Math.round(((now - place.at) * ranPercent) / 100);
        place.at = now;
        place.told = Math.max(place.told, place.run - Math.round((mostLateNs * latePercent) / 100));
        model.threads[thread]!.samples.push(now, place.told, 0, ranPercent > 50 ? 'cpu' : 'blocked');
        if (step % askedEvery === 0) compare();
      });
      compare();
    }), { numRuns: 60 });
  });
});
