/** At which lines a debugger can stop a connection's next receive, and a process's next fork; and why it can't. */
import { describe, expect, it } from 'vitest';
import { breakPlaces } from '../../../src/lanes/breakPlaces';
import type { BreakPlaces } from '../../../src/protocol/breakPlaces';
import { Story } from '../model/support/story';

const head = `
  0      101 .    image    command="python3 main.py"
  1..2   101 .    listen   descriptor=3 address="127.0.0.1:80" backlog=5
`;

/** `main.py:9 fd 4 of 101 in 201`, or why not. */
function receives({ receive }: BreakPlaces): string {
  if ('why' in receive) return receive.at === null ? receive.why : `${receive.why} ${receive.at.line}`;
  return `:${receive.site.line} fd ${receive.descriptor} of ${receive.pid}${receive.thread === null ? '' : ` in ${receive.thread}`}`;
}

function forks({ fork }: BreakPlaces): string {
  if ('why' in fork) return fork.at === null ? fork.why : `${fork.why} ${fork.at.line}`;
  return `:${fork.site.line} of ${fork.pid}${fork.children === null ? '' : ` in its children but ${fork.children.join(' ')}`}`;
}

describe('a connection’s next receive', () => {
  it('is at the line of its last, in its own thread where it has one', () => {
    const { model } = Story.of(`${head}
      3..4    101 .    accept      descriptor=3 result=4 peer="127.0.0.1:5001" site=main.py:5
      5       101 .    threadStart thread=201 site=main.py:6
      6..7    101 201  receive     descriptor=4 result=10 site=main.py:9
      8..     101 201  receive     descriptor=4 site=main.py:9
      9..10   101 .    accept      descriptor=3 result=5 peer="127.0.0.1:5002" site=main.py:5
    `);
    expect(['c1', 't2'].map((row) => receives(breakPlaces(model, { row })))).toEqual([':9 fd 4 of 101 in 201', ':9 fd 4 of 101 in 201']);
    expect(receives(breakPlaces(model, { row: 'c2' }))).toBe('noLine');
    expect(receives(breakPlaces(model, { row: 'p1' }))).toBe('several');
    expect(receives(breakPlaces(model, { row: 'c9' }))).toBe('nothing');
  });

  it('may be any thread’s where one serves several, or several one', () => {
    const { model } = Story.of(`${head}
      3..4    101 .    accept      descriptor=3 result=4 peer="127.0.0.1:5001" site=main.py:5
      5..6    101 .    accept      descriptor=3 result=5 peer="127.0.0.1:5002" site=main.py:5
      7..8    101 .    receive     descriptor=4 result=10 site=main.py:9
      9..10   101 .    receive     descriptor=5 result=10 site=main.py:9
    `);
    expect(['c1', 'c2', 't1'].map((row) => receives(breakPlaces(model, { row })))).toEqual([':9 fd 4 of 101', ':9 fd 5 of 101', 'several']);
  });

  it('is nowhere below a loop of a library’s, and when it is closed', () => {
    const { model } = Story.of(`${head}
      3..4    101 .    accept      descriptor=3 result=4 peer="127.0.0.1:5001" site=main.py:42
      5..6    101 .    receive     descriptor=4 result=10 site=main.py:42
      7..8    101 .    accept      descriptor=3 result=5 peer="127.0.0.1:5002" site=main.py:42
      9       101 .    close       descriptor=5
    `);
    expect(['c1', 'c2'].map((row) => receives(breakPlaces(model, { row })))).toEqual(['library 42', 'nothing']);
  });
});

describe('a process’s next fork', () => {
  it('is at the line of its last, or of any process’s', () => {
    const { model } = Story.of(`${head}
      3..4    101 .    accept      descriptor=3 result=4 peer="127.0.0.1:5001" site=main.py:5
      10..12  101 .    fork        result=102 site=main.py:7
      11      102 .    forked      parent=101 parentThread=101 site=main.py:7
    `);
    expect(['p1', 't1', 'p2'].map((row) => forks(breakPlaces(model, { row })))).toEqual([':7 of 101', ':7 of 101', ':7 of 102']);
  });

  it('is where its fresh children come to, where a library makes it', () => {
    const { model } = Story.of(`${head}
      3..4    101 .    accept      descriptor=3 result=4 peer="127.0.0.1:5001" site=main.py:42
      10..12  101 .    fork        result=102 site=main.py:42
      11      102 .    forked      parent=101 parentThread=101 site=main.py:42
    `);
    expect(forks(breakPlaces(model, { row: 'p1' }))).toBe('library 42');
    const { model: later } = Story.of(`${head}
      3..4    101 .    accept      descriptor=3 result=4 peer="127.0.0.1:5001" site=main.py:42
      10..12  101 .    fork        result=102 site=main.py:42
      11      102 .    forked      parent=101 parentThread=101 site=main.py:42
      13..14  102 .    receive     descriptor=4 result=10 site=main.py:15
    `);
    expect(forks(breakPlaces(later, { row: 'p1' }))).toBe(':15 of 101 in its children but 102');
  });

  it('is nowhere where nobody has forked', () => {
    const { model } = Story.of(head);
    expect(forks(breakPlaces(model, { row: 'p1' }))).toBe('noLine');
  });
});
