/** Threads that take turns with the interpreter lock against processes that run at the same time. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computingThreads } from '../../../src/insight/computing';
import { gravestTold, type Finding } from '../../../src/insight/finding';
import { batchOf } from '../model/support/encode';
import { encodeTable, Story } from '../model/support/story';
import { Model } from '../../../src/model/model';

/** Rows every 100 ms for a second. @param run ms on a CPU per row. */
function looks(process: number, thread: number, run: number, state: string): string {
  return Array.from({ length: 10 }, (_, at) =>
    `${String((at + 1) * 100)} kernel . threadSample process=${String(process)} thread=${String(thread)} run=${String((at + 1) * run)} ready=${String((at + 1) * (state === 'R' ? 100 - run : 0))} state=${state}`).join('\n');
}

describe('computing', () => {
  test('threads that wait for the lock are concurrent', () => {
    const story = Story.of(`
      0  101 .   image command="python3 main.py"
      0  101 201 threadBegin name=left startedBy=101 site=main.py:30
      0  101 202 threadBegin name=right startedBy=101 site=main.py:30
      ${looks(101, 201, 50, 'S waitsFor=gil')}
      ${looks(101, 202, 50, 'S waitsFor=gil')}
      1000 101 201 threadEnd
      1000 101 202 threadEnd`);
    expect(story.insights.findings).toMatchObject([{ rule: 'concurrent', severity: 'info', subjects: ['p1', 't2', 't3'], at: { line: 30 } }]);
    expect(story.insights.findings[0]?.detail).toBe(
      'left, right of main.py (101) ran 1.0 s on a CPU together and waited 1.0 s for the interpreter lock (GIL). ' +
        'They used 1.00 CPUs on average; at least 0 % of the time two of them were on a CPU.',
    );
  });

  test.each([[95, 'used 1.90 CPUs on average; at least 90 %'], [40, 'used 0.80 CPUs on average; at least 0 %']])('processes of which each has %i % of a CPU', (run, words) => {
    const story = Story.of(`
      0  101 . image command="python3 main.py"
      0  102 . forked parent=101 parentThread=101
      0  103 . forked parent=101 parentThread=101
      ${looks(102, 102, run, 'R')}
      ${looks(103, 103, run, 'R')}
      1000 102 . exit status=0 how=2
      1000 103 . exit status=0 how=2`);
    const found = story.insights.findings.filter(({ rule }) => rule === 'parallel');
    expect(found).toMatchObject([{ subjects: ['p2', 'p3'] }]);
    expect(found[0]?.detail).toContain(words);
  });

  test('one after the other, or hardly at all, is neither', () => {
    const story = Story.of(`
      0    101 . image command="python3 main.py"
      0    102 . forked parent=101 parentThread=101
      0    103 . forked parent=101 parentThread=101
      ${looks(102, 102, 95, 'R')}
      ${looks(103, 103, 10, 'S')}
      1000 102 . exit status=0 how=2
      1000 103 . exit status=0 how=2`);
    expect(story.insights.findings.filter(({ rule }) => rule === 'parallel' || rule === 'concurrent')).toEqual([]);
  });
});

/** Looks and waits of a thread, ms. */
const life = fc.record({
  looks: fc.array(fc.record({ after: fc.nat(300), run: fc.nat(250), ready: fc.nat(200), state: fc.constantFrom('R', 'S', 'S waitsFor=gil', 'T') }), { minLength: 1, maxLength: 12 }),
  waits: fc.array(fc.record({ after: fc.nat(300), length: fc.nat(200) }), { maxLength: 10 }),
  begins: fc.nat(400),
});

test('none that computes is passed over by its sums', () => {
  let computed = 0;
  fc.assert(fc.property(life, ({ looks: seen, waits, begins }) => {
    const rows: string[] = [];
    let [at, run, ready] = [begins, 0, 0];
    for (const look of seen) {
      [at, run, ready] = [at + look.after + 1, run + look.run, ready + look.ready];
      rows.push(`${String(at)} kernel . threadSample process=101 thread=101 run=${String(run)} ready=${String(ready)} state=${look.state}`);
    }
    let until = 1;
    for (const { after, length } of waits) {
      rows.push(`${String(until + after)}..${String(until + after + length)} 101 . sleep`);
      until += after + length + 1;
    }
    const { encoder, records } = encodeTable(`0 101 . image command="python3 main.py"\n${rows.join('\n')}`);
    const model = new Model(encoder, encoder.owners);
    model.ingest(batchOf(records.sort((a, b) => a.key - b.key)));
    const [thread] = model.threads;
    const lived = model.latestNs - thread!.startNs;
    const { running, ready: stood, gil } = model.account(thread!, model.latestNs).shares(thread!.startNs, model.latestNs);
    const computes = running >= 250e6 && running + stood + gil >= 0.8 * lived;
    computed += computes ? 1 : 0;
    expect(computingThreads(model).map((each) => each.thread)).toEqual(computes ? [thread] : []);
  }), { numRuns: 300 });
  expect(computed).toBeGreaterThan(10);
});

test('what is known of a model is asked for anew when it has gone on', () => {
  const { encoder, records } = encodeTable(`0 101 . image command="python3 main.py"\n${looks(101, 101, 95, 'R')}\n 9000 101 . exit status=0 how=2`);
  records.sort((a, b) => a.key - b.key);
  const model = new Model(encoder, encoder.owners);
  model.ingest(batchOf(records.slice(0, -1)));
  expect(computingThreads(model)).toHaveLength(1);
  model.ingest(batchOf(records.slice(-1)));
  expect(computingThreads(model)).toEqual([]);
});

test('of too many findings the gravest are told, and no other is made', () => {
  let told = 0;
  const suspects = Array.from({ length: 1000 }, (_, at) => ({
    weight: at,
    tell: () => {
      told++;
      return at % 2 === 0 ? null : ({ fromNs: 5000 - at } as Finding);
    },
  }));
  const kept = gravestTold(suspects);
  expect(kept.map(({ fromNs }) => fromNs)).toEqual(Array.from({ length: 200 }, (_, at) => 4001 + 2 * at));
  expect(told).toBe(399);
});
