/** Threads, and the waits that they spend their time in. */
import { describe, expect, test } from 'vitest';
import { rowOf } from '../../../src/lanes/rows';
import { ms, Story } from './support/story';

const root = `
  0   101  .  image  command="python3 main.py" parent=1
`;

test('a thread of Node that has no words of its own runs no JavaScript; of Python nobody knows', () => {
  const story = (writer: string): string => `
    1   kernel        .    threadSeen   process=101 thread=201 name=node
    2   ${writer}101  .    image        command="node main.js" parent=1
    3   kernel        .    threadSeen   process=101 thread=202 name=node
    4   kernel        .    threadSeen   process=101 thread=203 name=node
    5   ${writer}101  203  threadBegin  name="worker 1"
  `;
  const native = (text: string): unknown => Story.of(text).report.processes[0]?.threads.map((thread) => [thread.tid, thread.native]).sort();
  expect(native(story('node:'))).toEqual([[101, false], [201, true], [202, true], [203, false]]);
  expect(native(story(''))).toEqual([[101, false], [201, false], [202, false], [203, false]]);
  const { model } = Story.of(story('node:'));
  expect(model.threads.filter((thread) => 'native' in rowOf(model, thread, 0)).map(({ tid }) => tid).sort()).toEqual([201, 202]);
});

test('function, subclass and daemon: names, targets, starter and joiner', () => {
  const story = Story.of(`
    ${root}
    10      101  201  threadBegin  name="Thread-1 (add)" target=add startedBy=101 site=main.py:4
    9..11   101  .    threadStart  thread=201 site=main.py:4
    12      101  202  threadBegin  name=subclass target=Adder.run startedBy=101 daemon=1
    20      101  201  threadEnd
    13..21  101  .    joinThread   thread=201 result=1
    22..30  101  .    joinThread   thread=202 result=0
    50      101  .    exit         status=0 how=1
  `);
  expect(story.report.processes[0]?.threads).toMatchObject([
    { name: 'MainThread', main: true, daemon: false, target: null, startedBy: null },
    { name: 'Thread-1 (add)', target: 'add', daemon: false, startedBy: 't1', startNs: ms(10), endNs: ms(20), joinedBy: 't1' },
    // A join that timed out joins nobody; a daemon is cut off by the end of its process.
    { name: 'subclass', target: 'Adder.run', daemon: true, startedBy: 't1', endNs: ms(50), joinedBy: null },
  ]);
  expect(story.arrows).toEqual(['thread t1→t2 @10', 'thread t1→t3 @12', 'join t2→t1 @21']);
});

test('a kernel id that is given out again is another thread', () => {
  const story = Story.of(`
    ${root}
    10  101  201  threadBegin  name=a startedBy=101
    20  101  201  threadEnd
    30  101  201  threadBegin  name=b startedBy=101
    31..35  101  201  sleep
    40  101  201  threadEnd
  `);
  expect(story.report.processes[0]?.threads.slice(1)).toMatchObject([
    { id: 't2', name: 'a', endNs: ms(20), waits: [] },
    { id: 't3', name: 'b', endNs: ms(40), waits: [{ reason: 'sleep' }] },
  ]);
});

test('a starter that knows the new thread before it has spoken makes it once', () => {
  const story = Story.of(`${root}\n 10..11 101 . threadStart thread=201 site=main.py:4\n 12 101 201 threadBegin name=late startedBy=101`);
  expect(story.report.processes[0]?.threads).toHaveLength(2);
  expect(story.thread(201)).toMatchObject({ startNs: ms(11), begun: true });
  expect(story.arrows).toEqual(['thread t1→t2 @11']);
});

describe('waits', () => {
  test('an open call is the last wait, until its return fills it in', () => {
    const open = `${root}\n 10.. 101 . sleep site=main.py:3`;
    expect(Story.of(open).waits(101)).toEqual(['sleep 10–']);
    expect(Story.of(`${open}\n 10..30 101 . sleep site=main.py:3\n 31..32 101 . sleep`).waits(101)).toEqual(['sleep 10–30', 'sleep 31–32']);
  });

  test('calls inside a call give way to it', () => {
    const story = Story.of(`
      ${root}
      10..    101  .  lock  how=6 object=7
      11..12  101  .  lock  how=1 object=8
      13..14  101  .  lock  how=1 object=8
      10..20  101  .  lock  how=6 object=7 result=1
      21..22  101  .  lock  how=3 object=9
    `);
    expect(story.waits(101)).toEqual(['queue 10–20 lock:1', 'condition 21–22 lock:3']);
  });

  test('each reason has its name', () => {
    const story = Story.of(`
      ${root}
      1..2    101  .  poll     registered=3 result=1
      3..4    101  .  lock     how=1
      5..6    101  .  lock     how=4
      7..8    101  .  lock     how=5
      9..10   101  .  lock     how=7
      11..12  101  .  receive  descriptor=9
      13..14  101  .  waitProcess  target=-1 result=-10
    `);
    expect(story.waits(101).map((wait) => wait.split(' ')[0])).toEqual(['poll', 'lock', 'semaphore', 'event', 'barrier', 'receive', 'waitpid']);
    expect(story.waits(101)[5]).toBe('receive 11–12 descriptor:9');
  });

  test('totals are by reason; what is not waiting is unknown, never a guess', () => {
    const story = Story.of(`${root}\n 10..30 101 . sleep\n 40..45 101 . sleep\n 100 101 . exit status=0 how=1`);
    expect(story.report.processes[0]?.threads[0]).toMatchObject({
      waitNs: { sleep: ms(25) }, stateNs: { running: 0, ready: 0, blocked: ms(25), stopped: 0, unknown: ms(75) },
    });
  });
});
