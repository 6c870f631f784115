/** What it costs to make a thread and a process: medians of what the creating calls took. */
import { describe, expect, test } from 'vitest';
import { Story } from '../model/support/story';

/** One thread and one process every 20 ms, of which the first takes ten times as long. @param threads, processes how many of each. */
function creations(threads: number, processes: number, made: 'fork' | 'spawn' = 'fork'): Story {
  const rows = ['0 101 . image command="python3 main.py"'];
  const call = (at: number, index: number, ms: number): string => `${String(at)}..${String(at + (index === 0 ? 10 * ms : ms))} 101 .`;
  for (let index = 0; index < threads; index++) rows.push(`${call(20 * (index + 1), index, 0.2)} threadStart thread=${String(1000 + index)} site=main.py:5`);
  for (let index = 0; index < processes; index++) rows.push(`${call(5000 + 20 * index, index, 1.5)} ${made} result=${String(3000 + index)} site=main.py:6 command="python3 child.py"`);
  return Story.of(rows.join('\n'));
}

describe('creation cost', () => {
  test.each(['fork', 'spawn'] as const)('the medians stand side by side, of %s', (made) => {
    const [finding, ...more] = creations(50, 60, made).insights.findings;
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      rule: 'creation-cost', severity: 'info', subjects: ['p1'], at: { line: 6 }, title: 'Creating a process took 2 ms, a thread 200 µs',
    });
    expect(finding?.detail).toContain('Median of 60 processes and 50 threads');
    expect(finding?.detail).toContain('A process cost 8 times as much as a thread.');
  });

  test.each([[49, 60], [60, 49], [0, 100]])('%i threads and %i processes are too few of one', (threads, processes) => {
    expect(creations(threads, processes).insights.findings).toEqual([]);
  });
});
