/** Deadlocks, and forks beside other threads. */
import { describe, expect, test } from 'vitest';
import { ms, Story } from '../model/support/story';

const threads = `
  0  101  .    image        command="python3 main.py" parent=1
  1  101  201  threadBegin  name=one startedBy=101
  2  101  202  threadBegin  name=two startedBy=101
`;
const circle = `
  10..  101  201  lock  how=1 object=8 holder=202 site=main.py:4
  12..  101  202  lock  how=1 object=7 holder=201 site=main.py:9
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
    expect(found(`${threads} 10.. 101 201 lock how=1 object=8 holder=202\n 11.. 101 202 lock how=1 object=9 holder=101\n 50..300 101 . sleep`)).toEqual([]);
  });

  test('a lock that its own holder acquires again', () => {
    expect(found(`${threads} 10.. 101 201 lock how=1 object=8 holder=201 site=main.py:4\n 50..300 101 . sleep`)).toMatchObject([
      { title: 'A thread waits for a lock that it holds itself', subjects: ['t2'], at: { line: 4 } },
    ]);
  });

  test('a join closes a circle too', () => {
    const table = `${threads} 10.. 101 201 lock how=1 object=8 holder=101\n 12.. 101 . joinThread thread=201 site=main.py:7\n 50..300 101 202 sleep`;
    expect(found(table)).toMatchObject([{ subjects: ['t1', 't2'], at: { line: 7 } }]);
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
