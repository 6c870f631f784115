/** Whose memory a lane's details speak of: a process has its own, a thread shares its process's. */
import { expect, test } from 'vitest';
import { describe as detailsOf } from '../../../src/lanes/details';
import { ms, Story } from '../model/support/story';

const { model } = Story.of(`
  0    101 .   image command="python3 main.py"
  10   101 201 threadBegin name=thread startedBy=101 site=main.py:30
  20   102 .   forked parent=101 parentThread=101
  30   101 .   listen descriptor=3 address=127.0.0.1:9999 backlog=5
  100  101 201 threadEnd`);

test.each([
  ['the program', 'p1', 'own'],
  ['its child, however it began', 'p2', 'own'],
  ['a thread', 't2', 'shared'],
  ['the main thread, which shares it with the others', 't1', 'shared'],
  ['a listener, which has none', 'l1', null],
])('%s', (_, row, memory) => {
  expect(detailsOf(model, { row, atNs: ms(50) }, ms(100)).memory).toBe(memory);
});
