/** Deadlocks, and forks beside other threads. */
import { describe, expect, test } from 'vitest';
import { ms, Story } from '../model/support/story';

const threads = `
  0  101  .    image        command="python3 main.py" parent=1
  1  101  201  threadBegin  name=one startedBy=101
  2  101  202  threadBegin  name=two startedBy=101
`;
const circle = `
  10..  101  201  lock  how=1 object=8 holder=202 hints=2 site=main.py:4
  12..  101  202  lock  how=1 object=7 holder=201 hints=2 site=main.py:9
`;

function found(table: string): unknown[] {
  return Story.of(table).insights.findings.map((finding) => ({ ...finding }));
}

describe('deadlock', () => {
  test('two threads that each hold what the other one waits for, with both lines', () => {
    expect(found(`${threads}${circle} 50..300 101 . sleep`)).toEqual([
      {
        rule: 'deadlock',
        severity: 'error',
        title: '2 threads wait for each other',
        detail: 'one waits at main.py:4 for lock:1, which two holds; two waits at main.py:9 for lock:2, which one holds. Nobody can go on.',
        subjects: ['t2', 't3'],
        fromNs: ms(12),
        toNs: null,
        at: { file: 'main.py', line: 9, function: '' },
      },
    ]);
  });

  test('it lasts until the end of the process', () => {
    expect(found(`${threads}${circle} 50..300 101 . sleep\n 310 101 . exit status=0 how=1`)).toMatchObject([{ rule: 'deadlock', toNs: ms(310) }]);
  });

  test('one that is resolved, or has just begun, is none', () => {
    expect(found(`${threads}${circle} 50..60 101 . sleep`)).toEqual([]);
    expect(found(`${threads}${circle} 12..40 101 202 lock how=1 object=7 result=0\n 50..300 101 . sleep`)).toEqual([]);
  });

  test('a chain without a circle is none', () => {
    expect(found(`${threads} 10.. 101 201 lock how=1 object=8 holder=202 hints=2\n 11.. 101 202 lock how=1 object=9 holder=101 hints=2\n 50..300 101 . sleep`)).toEqual([]);
  });

  test('a lock that its own holder acquires again', () => {
    expect(found(`${threads} 10.. 101 201 lock how=1 object=8 holder=201 hints=2 site=main.py:4\n 50..300 101 . sleep`)).toMatchObject([
      { title: 'A thread waits for a lock that it holds itself', subjects: ['t2'], at: { line: 4 } },
    ]);
  });

  test('a join closes a circle too', () => {
    const table = `${threads} 10.. 101 201 lock how=1 object=8 holder=101 hints=2\n 12.. 101 . joinThread thread=201 site=main.py:7\n 50..300 101 202 sleep`;
    expect(found(table)).toMatchObject([{ subjects: ['t1', 't2'], at: { line: 7 } }]);
  });

  test('a lock that was taken by a call may be let go of by any thread, but not where all of them wait', () => {
    const loose = circle.replaceAll(' hints=2', '');
    expect(found(`${threads}${loose} 50..300 101 . sleep`)).toEqual([]);
    expect(found(`${threads}${loose} 13.. 101 . joinThread thread=201\n 300 101 201 kill`)).toMatchObject([
      { title: 'No thread of main.py (101) can go on', subjects: ['t1', 't2', 't3'], fromNs: ms(13) },
    ]);
  });

  test('what has a time limit is none', () => {
    expect(found(`${threads}${circle.replace('hints=2', 'hints=3')} 50..300 101 . sleep`)).toEqual([]);
    const table = `${threads} 10.. 101 201 lock how=1 object=8 holder=101 hints=2\n 12.. 101 . joinThread thread=201 hints=1\n 50..300 101 202 sleep`;
    expect(found(table)).toEqual([]);
  });

  /** A consumer holds the lock of its queue, the only producer waits for it, the main thread for both. */
  const hungry = `
    10..  101  202  lock        how=6 object=9 site=main.py:5
    12..  101  201  lock        how=1 object=8 holder=202 hints=2 site=main.py:9
    14..  101  .    joinThread  thread=201
  `;

  test('a queue that nobody is left to put into', () => {
    expect(found(`${threads}${hungry} 300 101 201 kill`)).toMatchObject([
      {
        title: 'No thread of main.py (101) can go on',
        detail: expect.stringContaining('two waits at main.py:5 for the queue lock:1') as string,
        subjects: expect.arrayContaining(['t1', 't2', 't3']) as string[],
      },
    ]);
  });

  test('a fourth thread may put something, and so may a signal handler', () => {
    expect(found(`${threads} 2 101 203 threadBegin name=three startedBy=101\n ${hungry} 300 101 201 kill`)).toEqual([]);
    expect(found(`${threads}${hungry.replace('object=9', 'object=9 hints=4')} 300 101 201 kill`)).toEqual([]);
  });

  test('threads that are idle for ever are none', () => {
    expect(found(`${threads} 10.. 101 201 lock how=6 object=9\n 10.. 101 202 lock how=6 object=9\n 12.. 101 . lock how=5 object=10\n 300 101 201 kill`)).toEqual([]);
  });

  const two = `
    0  101  .  image   command="python3 main.py" parent=1
    5  102  .  forked  parent=101 parentThread=101
  `;

  test('two processes that each hold what the other one waits for', () => {
    const table = `${two}
      10..  101  .  lock  how=8 object=7 holder=102 holderProcess=102 hints=2 site=main.py:4
      12..  102  .  lock  how=8 object=8 holder=101 holderProcess=101 hints=2 site=main.py:9
      300   101  .  kill
    `;
    expect(found(table)).toMatchObject([
      {
        title: '2 threads wait for each other', subjects: ['t1', 't2'], fromNs: ms(12),
        detail: expect.stringContaining('MainThread of main.py (101) waits at main.py:4 for lock:1, which MainThread of main.py (102) holds') as string,
      },
    ]);
  });

  test('two processes that each wait for a message of the other one', () => {
    const read = `
      1     101  .  channel      inode=7 how=1
      2     101  .  channel      inode=8 how=1
      10..  101  .  channelRead  inode=7 site=main.py:4
      12..  102  .  channelRead  inode=8 site=main.py:9
      300   101  .  kill
    `;
    expect(found(two + read)).toMatchObject([{ rule: 'deadlock', subjects: ['t1', 't2'] }]);
    expect(found(two + read.replace('inode=7 how=1', 'inode=7 how=2'))).toEqual([]);
    expect(found(`${two}${read} 6 103 . forked parent=101 parentThread=101`)).toEqual([]);
  });
});

describe('abandoned lock', () => {
  const forked = `
    ${threads}
    9     101  .  heldAtFork  object=7 how=1 holder=201 site=main.py:2
    10    102  .  forked      parent=101 parentThread=101 site=main.py:15
  `;
  const rules = (table: string): unknown[] => found(table).filter((each) => (each as { rule: string }).rule !== 'fork-with-threads');

  test('a lock of a thread that the forked child does not have', () => {
    expect(rules(`${forked} 20.. 102 . lock how=1 object=7 hints=2 site=main.py:20\n 300 101 . kill`)).toMatchObject([
      {
        rule: 'abandoned-lock', severity: 'error', subjects: ['p2', 't4'], fromNs: ms(20), at: { line: 20 },
        detail:
          'MainThread of main.py (102) waits at main.py:20 for lock:2: one of main.py (101) held it (lock:1, made at main.py:2) when the process was forked at main.py:15; in the child there is no such thread. It can not go on.',
      },
    ]);
  });

  test('one that the child has made anew, or waits for with a time limit, is none', () => {
    expect(rules(`${forked} 11 102 . lockReset object=7 how=1\n 20.. 102 . lock how=1 object=7 hints=2\n 300 101 . kill`)).toEqual([]);
    expect(found(`${forked} 11 102 . lockReset object=7 how=1\n 300 101 . kill`)).toMatchObject([{ detail: expect.not.stringContaining('for ever') as string }]);
    expect(rules(`${forked} 20.. 102 . lock how=1 object=7 hints=3\n 300 101 . kill`)).toEqual([]);
  });

  test('a thread that ended while it held a recursive lock', () => {
    const ended = `${threads} 10.. 101 202 lock how=2 object=7 holder=201 hints=2\n 20 101 201 threadEnd\n 300 101 . kill`;
    expect(rules(ended)).toMatchObject([{ rule: 'abandoned-lock', subjects: ['p1', 't3'], detail: expect.stringContaining('one ended while it held it') as string }]);
    expect(rules(ended.replace('20 101 201', '290 101 201'))).toEqual([]);
  });
});

describe('fork with threads', () => {
  test('names the threads that are gone in the child and the locks that they held', () => {
    const table = `
      ${threads}
      5   101  202  threadEnd
      9   101  .    heldAtFork  object=7 how=1 holder=201 site=main.py:2
      10  102  .    forked      parent=101 parentThread=101 site=main.py:15
      10..11  101  .  fork  result=102 site=main.py:15
    `;
    expect(found(table)).toMatchObject([
      {
        rule: 'fork-with-threads',
        severity: 'warning',
        title: 'A process forked while 1 other thread of it ran',
        detail:
          'MainThread of main.py (101) forked main.py (102) at main.py:15. The child has no copy of one. ' +
          'Locked in the child for ever: lock:1 (made at main.py:2, held by one).',
        subjects: ['p1', 'p2', 't2'],
        fromNs: ms(10),
        at: { line: 15 },
      },
    ]);
  });

  test('a fork of a process with one thread, and a fresh program, are fine', () => {
    const alone = `0 101 . image command="python3 main.py" parent=1\n 10 102 . forked parent=101 parentThread=101\n 20 102 . exit status=0 how=2\n 20..21 101 . waitProcess result=102 status=0 target=102`;
    expect(found(alone)).toEqual([]);
    expect(found(`${threads} 10..11 101 . spawn result=102 command="true"`)).toEqual([]);
  });

  test('many forks of one line are one finding', () => {
    const table = `${threads} 10..11 101 . fork result=102 site=main.py:15\n 20..21 101 . fork result=103 site=main.py:15`;
    expect(found(table)).toMatchObject([{ rule: 'fork-with-threads', detail: expect.stringContaining('It did so 2 times.') as string }]);
  });
});
