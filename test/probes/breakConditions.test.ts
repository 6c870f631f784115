/** The conditions of *Break on This Connection's Next Receive* and *Break When This Process Forks*, in real interpreters. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forkCondition, isOwnCondition, receiveCondition } from '../../src/ui/debug/breakConditions';
import { findPythons } from './support/pythons';

/** Stand for the numbers, which only the program knows. */
const [fd, pid] = [424242, 434343];

const conditions = {
  receive: receiveCondition({ descriptor: fd, pid, thread: null }, 'next receive of "127.0.0.1:5000" · 中文'),
  elsewhere: receiveCondition({ descriptor: fd, pid: 1, thread: null }, 'another process'),
  fork: forkCondition({ pid, children: null }, 'fork'),
  child: forkCondition({ pid, children: [1, 2] }, 'fork'),
};

describe.each(findPythons())('a condition in Python $version', ({ path }) => {
  it('finds the descriptor under any name, and asks the program nothing', () => {
    const program = join(import.meta.dirname, 'support/breakConditions.py');
    const told = JSON.parse(execFileSync(path, [program, JSON.stringify(conditions)], { encoding: 'utf8', timeout: 60_000 })) as unknown;
    expect(told).toEqual({
      plain: [true, false],
      attribute: [true, false],
      elsewhere: false,
      streams: [true, false],
      // In the parent: it forks, and is no child. In the child: another process, and the parent's fresh child.
      forks: [true, false, false, true, false],
      closed: false,
      asked: [],
    });
  });
});

describe('a condition', () => {
  it('is known as ours', () => {
    expect(Object.values(conditions).map(isOwnCondition)).toEqual([true, true, true, true]);
    expect([undefined, '', 'x == 1', '"forkscope"'].map(isOwnCondition)).toEqual([false, false, false, false]);
  });

  it('leaves out the children that live', () => {
    expect(forkCondition({ pid: 7, children: [8, 9] }, '')).toContain('not in {8, 9}');
    expect(forkCondition({ pid: 7, children: [] }, '')).not.toContain('not in');
    expect(receiveCondition({ descriptor: 3, pid: 7, thread: 12 }, '')).toContain('get_native_id() == 12');
  });
});
