/** What the rules find in a live run is told every few seconds at most, and of a whole recording it is what the report says. */
import { describe, expect, it } from 'vitest';
import { FindingsWatch } from '../../src/engine/findings';
import { found, type Rule } from '../../src/insight/finding';
import { Model } from '../../src/model/model';
import type { FindingsUpdate } from '../../src/protocol/findings';
import { say, told } from '../../src/protocol/phrase';
import { batchOf } from './model/support/encode';
import { encodeTable } from './model/support/story';

/** Says how many events there are; takes so long. */
class Counting {
  now = 0;
  runs: number[] = [];
  readonly sent: FindingsUpdate[] = [];
  readonly watch: FindingsWatch;
  readonly model: Model;
  private readonly records;

  constructor(readonly tookMs: number, others: readonly Rule[] = []) {
    const { encoder, records } = encodeTable(Array.from({ length: 100 }, (_, at) => `${String(at + 1)} 101 . sleep`).join('\n'));
    this.records = records;
    this.model = new Model(encoder, encoder.owners);
    const counting: Rule = {
      name: 'counting',
      find: (model) => {
        this.runs.push(this.now);
        this.now += this.tookMs;
        return [found({ rule: 'counting', severity: 'info', title: say`${String(model.eventCount)} events`, detail: say`no more`, subjects: ['p1'], fromNs: model.originNs + 5, toNs: null, at: null })];
      },
    };
    this.watch = new FindingsWatch(() => this.now, (update) => this.sent.push(update), [counting, ...others]);
  }

  grow(): void {
    this.model.ingest(batchOf([this.records.shift()!]));
  }

  /** As a session does: again at once while there is something to do. */
  step(ended = false): void {
    while (this.watch.step(this.model, ended, ended ? this.model.latestNs : this.now * 1e6));
  }

  get titles(): string[] {
    return this.sent.map(({ items }) => told(items.at(-1)!.title));
  }
}

describe('what is found', () => {
  it.each([[1, 2000], [100, 3000], [1000, 30_000]])('rests after %i ms of work for %i ms', (tookMs, restMs) => {
    const counting = new Counting(tookMs);
    for (let tick = 0; tick < 4000; tick++) {
      counting.now += 20;
      if (tick % 50 === 0) counting.grow();
      counting.step();
    }
    const gaps = counting.runs.slice(1).map((at, index) => at - tookMs - counting.runs[index]!);
    expect(gaps.length).toBeGreaterThan(1);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(restMs);
    expect(gaps.length * tookMs).toBeLessThan(0.034 * counting.now);
  });

  it('is not told again where it is the same, nor looked for again after the end', () => {
    const counting = new Counting(1, []);
    counting.grow();
    for (let tick = 0; tick < 10; tick++, counting.now += 1000) counting.step();
    for (let tick = 0; tick < 10; tick++, counting.now += 1000) counting.step(true);
    expect(counting.runs).toHaveLength(6);
    expect(counting.titles).toEqual(['1 events']);
  });

  it('is a deadlock too, of which nothing is written while it lasts', () => {
    const { encoder, records } = encodeTable(`
      0 101 . image command="python3 main.py"
      2 101 201 threadBegin name=one startedBy=101
      2 101 202 threadBegin name=two startedBy=101
      10.. 101 201 lock how=1 object=8 holder=202 hints=2
      12.. 101 202 lock how=1 object=7 holder=201 hints=2
    `);
    const model = new Model(encoder, encoder.owners);
    model.ingest(batchOf(records));
    const sent: FindingsUpdate[] = [];
    const time = { now: 0 };
    const watch = new FindingsWatch(() => time.now, (update) => sent.push(update));
    const seen = [50, 5000].map((ms) => {
      time.now = ms;
      while (watch.step(model, false, model.originNs + ms * 1e6));
      return sent.at(-1)!.items.map(({ rule }) => rule);
    });
    expect(seen).toEqual([[], ['deadlock']]);
    // The model itself is as it was.
    expect(model.latestNs - model.originNs).toBeLessThan(50e6);
  });

  it('is whole at the end, without a rest and whatever was begun before', () => {
    const counting = new Counting(100, [{ name: 'empty', find: () => [] }]);
    counting.grow();
    counting.watch.step(counting.model, false, 1e9);
    counting.watch.step(counting.model, false, 1e9);
    counting.grow();
    counting.step(true);
    counting.step(true);
    expect(counting.titles).toEqual(['2 events']);
    counting.grow();
    counting.step(true);
    expect(counting.titles).toEqual(['2 events', '3 events']);
  });

  it('goes on by one rule at a time, and past one that fails', () => {
    const failing: Rule = {
      name: 'failing',
      find: () => {
        throw new Error('nobody thought of this');
      },
    };
    const grave: Rule = { name: 'grave', find: () => [found({ rule: 'grave', severity: 'error', title: say`grave`, detail: say`no more`, subjects: [], fromNs: 90, toNs: null, at: null })] };
    const counting = new Counting(1, [failing, grave]);
    counting.grow();
    let steps = 1;
    while (counting.watch.step(counting.model, true, counting.model.latestNs)) steps++;
    expect(steps).toBe(5);
    expect(counting.sent).toHaveLength(1);
    expect(counting.sent[0]!.failed).toEqual(['failing']);
    // The gravest first; times are the rows'.
    expect(counting.sent[0]!.items.map(({ rule }) => rule)).toEqual(['grave', 'counting']);
    expect(counting.sent[0]!.items[1]!.fromNs).toBe(5);
  });
});
