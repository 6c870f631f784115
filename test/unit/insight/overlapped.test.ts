/** Computing that falls into another program's wait for input or output. */
import { describe, expect, test } from 'vitest';
import { Story } from '../model/support/story';

/** A row every 100 ms in which the process was on a CPU for all of it. */
function computing(process: number, fromMs: number, toMs: number): string {
  const rows = [];
  for (let at = fromMs + 100; at <= toMs; at += 100) rows.push(`${String(at)} kernel . threadSample process=${String(process)} thread=${String(process)} run=${String(at - fromMs)} state=R`);
  return rows.join('\n');
}

/** A reader that waits from 10 to `waitedUntil`, a cruncher that computes for 400 ms from `from` on. */
function story(from: number, wait: string): Story {
  return Story.of(`
    0      101 . image command="python3 main.py"
    0      102 . forked parent=101 parentThread=101
    ${wait}
    500    102 . exit status=0 how=2
    ${String(from)}      103 . forked parent=101 parentThread=101
    ${computing(103, from, from + 400)}
    ${String(from + 400)} 103 . exit status=0 how=2
    1500   101 . exit status=0 how=2`);
}

const waits = '10..490 102 . receive descriptor=4 site=main.py:20';

function found(from: number, wait: string): Story['insights']['findings'] {
  return story(from, wait).insights.findings.filter(({ rule }) => rule === 'overlap');
}

describe('overlap', () => {
  test('computing under a wait is said, with what it saved', () => {
    expect(found(50, waits)).toMatchObject([
      {
        severity: 'info', subjects: ['p2', 'p3'], fromNs: 0, toNs: 500e6, at: { line: 20 }, title: 'A process computed for 400 ms while another one waited for input or output',
        detail: 'main.py (103) ran 400 ms on a CPU, main.py (102) waited 480 ms: one after the other 880 ms, together 500 ms. The overlap saved 380 ms.',
      },
    ]);
  });

  test('only what falls into the wait counts', () => {
    expect(found(300, waits)[0]?.title).toContain('computed for 190 ms');
  });

  test.each([
    ['one after the other', 600, waits],
    ['the reader sleeps', 50, '10..490 102 . sleep'],
    ['the reader hardly waits', 50, '10..150 102 . receive descriptor=4'],
    ['its waits are too short to be told apart', 50, Array.from({ length: 60 }, (_, at) => `${String(10 + at * 8)}..${String(17 + at * 8)} 102 . receive descriptor=4`).join('\n')],
  ])('nothing is found where %s', (_, from, wait) => {
    expect(found(from, wait)).toEqual([]);
  });
});
