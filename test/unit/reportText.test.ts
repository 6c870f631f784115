/** What a program calls itself never reaches the terminal as an order to it. */
import { expect, test } from 'vitest';
import { reportText } from '../../src/export/reportText';
import { iterative } from './model/support/servers';
import { Story } from './model/support/story';

test('control characters of names are shown, not sent to the terminal', () => {
  const { report } = Story.of(iterative);
  report.recording.command = ['python3', '-c', 'print(1)\nprint(2)', '\x1b[2J\x1b]0;title\x07'];
  report.processes[0]!.name = '\x9b31mred \u202elru.py';
  const text = reportText(report);
  expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
  expect(text.split('\n')[0]).toBe(String.raw`python3 -c print(1)\nprint(2) \x1b[2J\x1b]0;title\x07`);
  expect(text).toContain(String.raw`p1 \x9b31mred \u202elru.py (pid`);
});
