/** Waits for locks and other threads' words: on what, who holds it, who ends it. */
import { expect, test } from 'vitest';
import { ms, Story } from './support/story';

const threads = `
  0  101  .    image        command="python3 main.py" parent=1
  1  101  201  threadBegin  name=one startedBy=101
  2  101  202  threadBegin  name=two startedBy=101
`;

function waitsOf(story: Story, tid: number): unknown[] {
  return story.report.processes.flatMap((process) => process.threads.filter((thread) => thread.tid === tid)).flatMap((thread) => thread.waits);
}

test('a contended lock: held by one thread when the wait begins, let go of by another', () => {
  const story = Story.of(`
    ${threads}
    10..    101  201  lock  how=1 object=7 holder=101 site=main.py:4
    11..    101  202  lock  how=1 object=7 holder=101 site=main.py:4
    10..20  101  201  lock  how=1 object=7 holder=101 result=1 site=main.py:4
    11..30  101  202  lock  how=1 object=7 holder=201 result=1 site=main.py:4
  `);
  expect(waitsOf(story, 201)).toMatchObject([{ reason: 'lock', on: 'lock:1', holder: 't1', endedBy: 't1', at: { line: 4 } }]);
  expect(waitsOf(story, 202)).toMatchObject([{ reason: 'lock', on: 'lock:1', holder: 't1', endedBy: 't2', endNs: ms(30) }]);
  expect(story.arrows.filter((arrow) => arrow.startsWith('unblock'))).toEqual(['unblock t1→t2 @20', 'unblock t2→t3 @30']);
});

test('while a wait is open its holder is known and nobody has ended it; a time-out is ended by nobody', () => {
  const open = `${threads}\n 10.. 101 201 lock how=2 object=7 holder=202`;
  expect(waitsOf(Story.of(open), 201)).toMatchObject([{ holder: 't3', endedBy: null, endNs: null }]);
  const story = Story.of(`${open}\n 10..30 101 201 lock how=2 object=7 holder=0 result=0`);
  expect(waitsOf(story, 201)).toMatchObject([{ holder: 't3', endedBy: null, endNs: ms(30) }]);
  expect(story.arrows.filter((arrow) => arrow.startsWith('unblock'))).toEqual([]);
});

test('a notification wakes those that have waited longest, and the arrow has its line', () => {
  const story = Story.of(`
    ${threads}
    10..    101  201  lock  how=3 object=7
    11..    101  202  lock  how=3 object=7
    20      101  .    wake  how=3 object=7 count=1 site=main.py:9
    10..21  101  201  lock  how=3 object=7 result=1
    30      101  201  wake  how=3 object=7 count=1 site=main.py:5
    11..31  101  202  lock  how=3 object=7 result=1
    40..41  101  202  lock  how=3 object=7 result=1
  `);
  expect(waitsOf(story, 201)).toMatchObject([{ reason: 'condition', endedBy: 't1' }]);
  expect(waitsOf(story, 202)).toMatchObject([{ endedBy: 't2' }, { endedBy: null }]);
  expect(story.report.arrows.filter(({ kind }) => kind === 'unblock')).toMatchObject([
    { from: 't1', to: 't2', atNs: ms(21), at: { line: 9 } },
    { from: 't2', to: 't3', atNs: ms(31), at: { line: 5 } },
  ]);
});

test('one that has timed out or ended is passed over, and a join of a queue is not woken by a put', () => {
  const story = Story.of(`
    ${threads}
    10..    101  .    lock  how=12 object=8
    11..    101  201  lock  how=6 object=8
    12..    101  202  lock  how=6 object=8
    11..15  101  201  lock  how=6 object=8 result=0
    20      101  201  wake  how=6 object=8 count=1
    12..21  101  202  lock  how=6 object=8 result=1
    30      101  202  wake  how=12 object=8 count=1
    10..31  101  .    lock  how=12 object=8 result=1
  `);
  expect(waitsOf(story, 101)).toMatchObject([{ reason: 'queue', on: 'lock:1', endedBy: 't3' }]);
  expect(waitsOf(story, 201)).toMatchObject([{ endedBy: null }]);
  expect(waitsOf(story, 202)).toMatchObject([{ on: 'lock:1', endedBy: 't2' }]);
});

test("an address is one lock within a process; multiprocessing's locks are the same in all", () => {
  const story = Story.of(`
    ${threads}
    5       102  .    forked  parent=101 parentThread=101
    10..12  101  .    lock  how=1 object=7 result=1
    13..14  102  .    lock  how=1 object=7 result=1
    15..16  101  .    lock  how=8 object=9 result=1
    17..18  102  .    lock  how=8 object=9 result=1
    19..20  102  .    lock  how=9 object=10 result=1
  `);
  expect(story.waits(101)).toEqual(['lock 10–12 lock:1', 'lock 15–16 lock:3']);
  expect(story.waits(102)).toEqual(['lock 13–14 lock:2', 'lock 17–18 lock:3', 'semaphore 19–20 lock:4']);
});

test('a wait for a future names the worker', () => {
  const story = Story.of(`
    ${threads}
    10..    101  .    lock  how=10 object=7 holder=201
    30      101  201  wake  how=10 object=7 count=1
    10..31  101  .    lock  how=10 object=7 holder=201 result=1
  `);
  expect(waitsOf(story, 101)).toMatchObject([{ reason: 'event', on: 'future:1', holder: 't2', endedBy: 't2' }]);
});

test('signals: waits for them, handlers that ran, and one that was sent to a thread', () => {
  const story = Story.of(`
    ${threads}
    10..20  101  201  signalWait     result=12 site=main.py:3
    15      101  .    kill           target=201 signal=12 site=main.py:7
    30..31  101  .    signalHandled  signal=17 site=main.py:20
    40..41  101  .    waitProcess    target=-1 result=-10
  `);
  expect(waitsOf(story, 201)).toMatchObject([{ reason: 'signal', on: null, at: { line: 3 } }]);
  expect(story.report.arrows).toMatchObject([{ kind: 'thread' }, { kind: 'thread' }, { kind: 'signal', from: 't1', to: 't2', at: { line: 7 } }]);
  expect(story.report.processes[0]?.threads[0]?.signals).toMatchObject([
    { signal: 'SIGCHLD', beginNs: ms(30), endNs: ms(31), handler: { line: 20 } },
  ]);
});
