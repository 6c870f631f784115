/** A debugger's stops: whose they are, from when to when, and what they stalled. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reportMarks } from '../../../src/insight/reportMarks';
import { ReportTime } from '../../../src/insight/reportTime';
import { Model } from '../../../src/model/model';
import { Stalls, stalledWithin, type Stalled } from '../../../src/model/stalls';
import { reasonOf, stopsOf } from '../../../src/model/stopJoin';
import { session, stoppedHandler } from './support/debugged';
import { Survivors } from '../../../src/model/survivors';
import { batchOf } from './support/encode';
import { encodeTable, ms, Story } from './support/story';

/** `breakpoint t2 100–250 all`, one line per stop. */
function halts(story: Story): string[] {
  return stopsOf(story.model).halts.map((halt) => {
    const { fromNs, toNs, thread, all, exact } = halt;
    return `${reasonOf(story.model, halt) ?? '?'} ${thread?.id ?? 'nobody'} ${fromNs / 1e6}–${toNs === Infinity ? '' : toNs / 1e6}${all ? ' all' : ''}${exact ? '' : ' told'}`;
  });
}

/** `100–250`, light ones in brackets. */
function bands(story: Story, thing: Stalled): string[] {
  return new Stalls(story.model, story.model.latestNs).bands(thing).map(({ fromNs, toNs, light }) => {
    const span = `${fromNs / 1e6}–${toNs === Infinity ? '' : toNs / 1e6}`;
    return light ? `(${span})` : span;
  });
}

const main = `
  0  101  .  image  command="python3 server.py" parent=1
  ${session}
`;
const node = `
  0  101  .  image  command="node server.js" parent=1
  1  kernel  .  debugSession  session=1 process=101 type=pwa-node phase=4
`;

describe('a handler that stops at a breakpoint', () => {
  const story = Story.of(stoppedHandler);

  test('has the reason of the debugger and the times of the probe', () => {
    expect(halts(story)).toEqual(['breakpoint t2 100–250 all']);
  });

  test('stalls its own lane, its connection, the process, and the thread that stops along', () => {
    expect(bands(story, story.thread(201))).toEqual(['100–250']);
    expect(bands(story, story.connection(50001))).toEqual(['100–250']);
    expect(bands(story, story.process(101))).toEqual(['100–250']);
    // In accept until somebody came: only then it stood still.
    expect(bands(story, story.thread(101))).toEqual(['(100–140)', '140–251']);
    // It belongs to the thread that accepted it, which stands still.
    expect(bands(story, story.connection(50002))).toEqual(['140–251']);
  });

  test('is a mark of the report', () => {
    expect(story.report.marks).toEqual([{
      kind: 'debugger-stop', process: 'p1', thread: 't2', fromNs: ms(100), toNs: ms(250), note: 'breakpoint', reason: 'breakpoint', at: { file: 'server.py', line: 7 }, all: true,
      session: { number: 1, parent: null, name: 'server.py' }, along: ['t1'], stalled: ['c1', 'c2'], exact: true,
    }]);
  });

  test('takes its time off what is asked for without it', () => {
    const stalls = new Stalls(story.model, story.model.latestNs);
    expect(stalls.durationWithout(story.connection(50001), ms(20), ms(256))).toBe(ms(86));
    expect(stalls.durationWithout(story.thread(201), ms(120), ms(240))).toBe(0);
    expect(stalls.durationWithout(story.thread(101), ms(0), ms(100))).toBe(ms(100));
  });
});

test('a standstill that the debugger told nobody of is its own doing, where it has a session for the process', () => {
  const held = '5..25 101 . suspended site=server.js:1';
  expect(halts(Story.of(`${node} 5 kernel . debugSession session=1 process=101 type=pwa-node phase=2\n 6..25 101 . suspended site=server.js:1`))).toEqual(['? t1 6–25']);
  expect(halts(Story.of(`${node} ${held}`))).toEqual(['debugger t1 5–25']);
  expect(halts(Story.of(`${node} ${held}\n 30..60 101 . suspended site=server.js:7\n 33 kernel . debugStop at=32 session=1 process=101 debugThread=1 reason=step`))).toEqual(['debugger t1 5–25', 'step t1 30–60']);
  // The session of a child process says nothing of its parent.
  expect(halts(Story.of(`0 101 . image command="node server.js" parent=1\n 1 kernel . debugSession session=1 process=102 type=pwa-node phase=4\n ${held}`))).toEqual(['? t1 5–25']);
});

test('a client in the queue waits because of a stop while everybody who accepts there stands still', () => {
  const story = Story.of(`
    ${main}
    2        101  .    listen      descriptor=3 address=127.0.0.1:9999 backlog=5
    5..10    101  .    accept      descriptor=3 result=4 sinceEstablished=0 site=server.py:12
    10.1     101  .    endpoints   descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50001
    20..120  101  .    suspended   site=server.py:13
    130..131 101  .    accept      descriptor=3 result=5 sinceEstablished=100 site=server.py:12
    131.1    101  .    endpoints   descriptor=5 local=127.0.0.1:9999 peer=127.0.0.1:50002
  `);
  // It came at 31, and was accepted at 131: the stop ended at 120.
  expect(bands(story, story.connection(50002))).toEqual(['31–120']);
  expect(halts(story)).toEqual(['debugger t1 20–120']);
});

describe('without a probe that tells', () => {
  test('the times are the debugger\'s, and of Node the main thread is stopped alone', () => {
    const story = Story.of(`
      ${node}
      10  101  7  threadBegin  name=worker
      20  kernel  .  debugStop      session=1 process=101 debugThread=0 reason=pause all=0
      50  kernel  .  debugContinue  session=1 process=101 debugThread=0 all=0 how=1
      60  101  .  exit  status=0 how=1
    `);
    expect(halts(story)).toEqual(['pause t1 20–50 told']);
    expect(bands(story, story.thread(101))).toEqual(['20–50']);
    expect(bands(story, story.thread(7))).toEqual([]);
  });

  test('other threads stand still wherever they are in no call', () => {
    const story = Story.of(`
      ${main}
      10      101  7  threadBegin  name=other
      15..30  101  7  sleep
      20  kernel  .  debugStop      session=1 process=101 debugThread=1 reason=step all=1
      50  kernel  .  debugContinue  session=1 process=101 debugThread=1 all=1 how=1
    `);
    expect(bands(story, story.thread(7))).toEqual(['(20–30)', '30–50']);
  });
});

describe('a stop that is told again', () => {
  const told = (time: number, fields: string): string => `${time} kernel . debugStop at=20 session=1 process=101 debugThread=1 reason=pause all=1 ${fields}`;

  test('is one stop, with what has become known', () => {
    const story = Story.of(`${main}\n ${told(21, '')}\n ${told(30, 'line=9')}\n 50 kernel . debugContinue session=1 process=101 debugThread=1 all=1 how=1`);
    expect(story.report.marks).toHaveLength(1);
    expect(story.model.stops.told).toMatchObject([{ line: 9 }]);
    expect(halts(story)).toEqual(['pause t1 20–50 all told']);
  });

  test('is over already, where its end came first', () => {
    const story = Story.of(`${main}\n ${told(21, '')}\n 50 kernel . debugContinue session=1 process=101 debugThread=1 all=1 how=1\n ${told(60, 'line=9')}`);
    expect(halts(story)).toEqual(['pause t1 20–50 all told']);
  });
});

describe('whose stop it is', () => {
  const stop = (fields: string): string => `20  kernel  .  debugStop  session=1 process=101 ${fields} reason=pause all=1\n 50 kernel . debugContinue session=1 process=101 all=1 how=1`;

  test('a name that two living threads have tells of neither', () => {
    const twins = `${main}\n 10 101 7 threadBegin name=twin\n 11 101 8 threadBegin name=twin\n 12 kernel . debugThread session=1 process=101 debugThread=5 name=twin phase=1`;
    expect(halts(Story.of(`${twins}\n ${stop('debugThread=5')}`))).toEqual(['pause nobody 20–50 all told']);
    // Once one has ended it is the other one.
    expect(halts(Story.of(`${twins}\n 15 101 7 threadEnd\n ${stop('debugThread=5')}`))).toEqual(['pause t3 20–50 all told']);
    expect(halts(Story.of(`${twins}\n ${stop('debugThread=5 thread=8')}`))).toEqual(['pause t3 20–50 all told']);
  });

  test('a stop without a thread is that of the only one that stood still, or that stood at its line', () => {
    expect(halts(Story.of(`${main}\n 19..50 101 . suspended site=a.py:3\n ${stop('')}`))).toEqual(['pause t1 19–50 all']);
    const two = `${main}\n 10 101 7 threadBegin name=other\n 19..50 101 . suspended site=a.py:3\n 18..50 101 7 suspended site=a.py:9`;
    expect(halts(Story.of(`${two}\n ${stop('')}`))).toEqual(['pause nobody 20–50 all told']);
    expect(halts(Story.of(`${two}\n ${stop('line=9')}`))).toEqual(['pause t2 18–50 all']);
  });

  test('a stop of a process that nobody knows is kept', () => {
    expect(halts(Story.of('0 101 . image command=x parent=1\n 5 kernel . debugStop session=9 process=7 reason=pause all=1'))).toEqual(['pause nobody 5– all told']);
  });
});

describe('how a stop ends, when the debugger does not say so', () => {
  const stop = '20  kernel  .  debugStop  session=1 process=101 debugThread=1 reason=pause all=1';

  test.each([
    ['another stop of the thread', '30 kernel . debugStop session=1 process=101 debugThread=1 reason=step all=1\n 40 kernel . debugContinue session=1 process=101 all=1', ['pause t1 20–30 all told', 'step t1 30–40 all told']],
    ['the thread has gone', '30 kernel . debugThread session=1 process=101 debugThread=1 phase=2', ['pause t1 20–30 all told']],
    ['the session has ended', '30 kernel . debugSession session=1 phase=2', ['pause t1 20–30 all told']],
    ['the session begins anew', '30 kernel . debugSession session=1 phase=3', ['pause t1 20–30 all told']],
    ['the debugger tells an exit', '30 kernel . debugExit session=1 process=101 code=0', ['pause t1 20–30 all told']],
    ['the process is gone', '30 101 . exit status=0 how=1', ['pause t1 20–30 all told']],
    ['another thread is named to go on, and all do', '30 kernel . debugContinue session=1 process=101 debugThread=2 all=1', ['pause t1 20–30 all told']],
    ['another thread goes on alone', '30 kernel . debugContinue session=1 process=101 debugThread=2 all=0', ['pause t1 20– all told']],
    ['nothing', '30 101 . sleep', ['pause t1 20– all told']],
  ])('%s', (_, rest, expected) => {
    expect(halts(Story.of(`${main}\n ${stop}\n ${rest}`))).toEqual(expected);
  });

  test('steps are a stop each, though the next one is told within the one before', () => {
    const story = Story.of(`
      ${main}
      20..40  101 . suspended site=a.py:1
      21  kernel . debugStop     session=1 process=101 debugThread=1 reason=breakpoint all=1
      41..60  101 . suspended site=a.py:2
      42  kernel . debugContinue at=39 session=1 process=101 debugThread=1 all=1 how=1
      47  kernel . debugStop     at=46 session=1 process=101 debugThread=1 reason=step all=1
      61  kernel . debugContinue session=1 process=101 debugThread=1 all=1 how=1
    `);
    expect(halts(story)).toEqual(['breakpoint t1 20–40 all', 'step t1 41–60 all']);
  });

  test('two threads that stop one after the other are two stops at once', () => {
    const story = Story.of(`
      ${node}
      10  kernel . debugSession session=2 parent=1 process=102 type=pwa-node phase=4
      11  102 . image command="node worker.js" parent=101
      20  kernel . debugStop session=1 process=101 debugThread=0 reason=pause all=0
      30  kernel . debugStop session=2 process=102 debugThread=1 reason=breakpoint all=0
      40  kernel . debugContinue session=1 process=101 debugThread=0 all=0
      50  kernel . debugContinue session=2 process=102 debugThread=1 all=0
    `);
    expect(halts(story)).toEqual(['pause t1 20–40 told', 'breakpoint t2 30–50 told']);
  });
});

test('while it lasts, a stop goes on to the present, and the thread\'s row says so', () => {
  const { encoder, records } = encodeTable(`${main}\n 20.. 101 . suspended site=a.py:3:f\n 21 kernel . debugStop session=1 process=101 debugThread=1 reason=exception all=1`);
  const story = Story.inBatches(encoder, [records]);
  expect(bands(story, story.thread(101))).toEqual(['20–']);
  expect(new Stalls(story.model, ms(99)).durationWithout(story.thread(101), ms(10), ms(99))).toBe(ms(10));
  expect(story.report.marks).toMatchObject([{ thread: 't1', toNs: null, reason: 'exception' }]);
});

test('where the oldest part is dropped, what lasts is still told', () => {
  const { encoder, records } = encodeTable(`
    ${main}
    10..15  101 . suspended site=a.py:3:f
    11      kernel . debugStop     session=1 process=101 debugThread=1 reason=step all=1
    16      kernel . debugContinue session=1 process=101 debugThread=1 all=1
    20..    101 . suspended site=a.py:4:f
    21      kernel . debugStop     session=1 process=101 debugThread=1 reason=breakpoint all=1
  `);
  const batch = batchOf(records);
  const survivors = new Survivors();
  for (const record of batch.order) survivors.take(batch, record, encoder.owners[batch.owners[record]!]!);
  const left = survivors.records().map(({ bytes, owner, key }) => ({ bytes, owner: owner.index, key }));
  expect(halts(Story.inBatches(encoder, [left]))).toEqual(['breakpoint t1 20– all']);
});

/** Any sequence of stops and ends, whoever tells of them. */
const happening = fc.record({
  kind: fc.constantFrom('stop', 'continue', 'suspended', 'thread', 'sleep', 'session'),
  ms: fc.integer({ min: 10, max: 400 }),
  lengthMs: fc.integer({ min: 0, max: 120 }),
  lateMs: fc.integer({ min: 0, max: 30 }),
  thread: fc.constantFrom('101', '7', '8'),
  debugThread: fc.constantFrom('', 'debugThread=1', 'debugThread=2'),
  all: fc.constantFrom('0', '1'),
});

function tableOf(list: readonly (typeof happening extends fc.Arbitrary<infer T> ? T : never)[]): string {
  const lines = list.map(({ kind, ms: at, lengthMs, lateMs, thread, debugThread, all }) => {
    const told = `${at + lateMs} kernel . `;
    switch (kind) {
      case 'stop': return `${told} debugStop at=${at} session=1 process=101 ${debugThread} reason=pause all=${all}`;
      case 'continue': return `${told} debugContinue at=${at} session=1 process=101 ${debugThread} all=${all}`;
      case 'thread': return `${told} debugThread at=${at} session=1 process=101 debugThread=2 thread=7 phase=${all === '1' ? 1 : 2}`;
      case 'session': return `${told} debugSession at=${at} session=1 process=101 phase=${all === '1' ? 3 : 4}`;
      case 'suspended': return `${at}..${at + lengthMs} 101 ${thread === '101' ? '.' : thread} suspended site=a.py:${lateMs}`;
      default: return `${at}..${at + lengthMs} 101 ${thread === '101' ? '.' : thread} sleep`;
    }
  });
  return `${main}\n 2 101 . listen descriptor=3 address=127.0.0.1:9999 backlog=5\n 3..4 101 . accept descriptor=3 result=4\n 4.1 101 . endpoints descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50001
    5 101 7 threadBegin name=a\n 5 101 8 threadBegin name=b\n ${lines.join('\n')}\n 600 101 . sleep`;
}

describe('whatever is told in whatever order', () => {
  test('bands are in order, apart, and say at each moment what the stops say', () => {
    fc.assert(fc.property(fc.array(happening, { maxLength: 14 }), (list) => {
      const { model } = Story.of(tableOf(list));
      const stalls = new Stalls(model, model.latestNs);
      const { byThread, halts: all } = stopsOf(model);
      for (const thing of [...model.processes, ...model.threads, ...model.connections]) {
        const drawn = stalls.bands(thing);
        drawn.forEach((band, at) => {
          expect(band.toNs).toBeGreaterThan(band.fromNs);
          expect(band.fromNs).toBeGreaterThanOrEqual(drawn[at - 1]?.toNs ?? -Infinity);
        });
        const length = ms(700);
        expect(stalls.durationWithout(thing, 0, length) + stalledWithin(drawn, 0, length)).toBeCloseTo(length);
      }
      for (let at = 5.5; at < 640; at += 7) {
        const ns = ms(at);
        const within = (span: { fromNs: number; toNs: number }): boolean => span.fromNs <= ns && ns < span.toNs;
        for (const thread of model.threads) {
          const stood = (byThread.get(thread) ?? []).some(within);
          const along = all.some((halt) => halt.all && halt.process === thread.process && within(halt));
          const band = stalls.bands(thread).find(within);
          if (stood) expect(band?.light).toBe(false);
          expect(band !== undefined).toBe(stood || along);
        }
      }
    }), { numRuns: 150 });
  });

  test('however the records are split into batches, the stops are the same', () => {
    fc.assert(fc.property(fc.array(happening, { maxLength: 10 }), fc.array(fc.nat({ max: 20 }), { maxLength: 4 }), (list, cuts) => {
      const { encoder, records } = encodeTable(tableOf(list));
      const sorted = records.map((record, index) => ({ record, index })).sort((a, b) => a.record.key - b.record.key || a.index - b.index).map(({ record }) => record);
      const edges = [0, ...cuts.map((each) => Math.min(each, sorted.length)).sort((a, b) => a - b), sorted.length];
      const groups = edges.slice(1).map((edge, index) => sorted.slice(edges[index], edge));
      const model = new Model(encoder, encoder.owners);
      for (const group of groups) {
        model.ingest(batchOf(group));
        stopsOf(model); // A look in between changes nothing.
      }
      expect(reportMarks(model, new ReportTime(model))).toEqual(Story.inBatches(encoder, [sorted]).report.marks);
    }), { numRuns: 60 });
  });
});
