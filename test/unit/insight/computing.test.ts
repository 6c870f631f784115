/** Threads that take turns with the interpreter lock against processes that run at the same time. */
import { describe, expect, test } from 'vitest';
import { Story } from '../model/support/story';

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
