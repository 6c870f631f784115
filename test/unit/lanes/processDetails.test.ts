/** What the tooltip of a process's lane says at a moment: what is drawn there, and nothing where nothing is. */
import { expect, test } from 'vitest';
import { describe as detailsOf } from '../../../src/lanes/details';
import { ms, Story } from '../model/support/story';

const { model } = Story.of(`
  0        101 .    image       command="python3 main.py"
  10       102 .    forked      parent=101 parentThread=101
  20       103 .    forked      parent=101 parentThread=101
  30       102 .    exit        status=0 how=2
  40       103 .    exit        status=0 how=2
  41       kernel . zombieSeen  process=103 status=0
  60..61   101 .    waitProcess target=102 result=102 status=0
  90..91   101 .    sleep`);

test.each([
  ['before its birth', 'p2', 5, null],
  ['while it lives', 'p2', 20, { state: 'alive', beginNs: ms(10), endNs: ms(30) }],
  ['between its end and its collection', 'p2', 45, { state: 'zombie', beginNs: ms(30), endNs: ms(61) }],
  ['after its collection', 'p2', 70, null],
  ['where nobody has collected it', 'p3', 70, { state: 'zombie', beginNs: ms(40), endNs: null }],
  ['of one that lives on', 'p1', 70, { state: 'alive', beginNs: 0, endNs: null }],
])('%s', (_, row, at, span) => {
  expect(detailsOf(model, { row, atNs: ms(at) }, ms(100)).span).toEqual(span);
});
