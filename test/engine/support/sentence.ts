/** What a person is told when something is wrong: one sentence, with the thing's name, and what to do. */
import { expect } from 'vitest';

/** The one line on stderr, without its newline. `todo` is what the sentence must tell the person to do. */
export function expectSentence(stderr: string, about: string, todo: RegExp): string {
  const lines = stderr.split('\n');
  expect(lines, `one line on stderr:\n${stderr}`).toHaveLength(2);
  const [sentence = ''] = lines;
  expect(sentence).not.toMatch(/\bat .*\.js:\d+|\b(?:Type|Range|Syntax)?Error\b|undefined|\[object|\b(?:lstat|mkdir|open|syscall) '/);
  expect(sentence, 'it names the thing').toContain(about);
  expect(sentence, 'it says what to do').toMatch(todo);
  return sentence;
}
