/** The root of a run that a debugger starts: named late, watched as others are, and how it ended is known only afterwards. */
import { expect, test } from 'vitest';
import { Story, ms } from './support/story';

const seen = `
  0    kernel  .  processSeen process=101 parent=7 command="sh server.sh"
  10   kernel  .  rootStarted process=101 command="sh server.sh"
`;
const roots = (story: Story): unknown => story.report.processes.map(({ pid, parent, birth, exit }) => [pid, parent, birth, exit?.code ?? null]);

test('its exit is believed before and after an observer sees that it is gone', () => {
  const told = Story.of(`${seen}
    20   kernel  .  rootEnded   process=101 status=768
    60   kernel  .  processGone process=101 status=-1`);
  const gone = Story.of(`${seen}
    20   kernel  .  processGone process=101 status=-1
    60   kernel  .  rootEnded   process=101 status=768`);
  for (const story of [told, gone]) {
    expect(roots(story)).toEqual([[101, null, 'root', 3]]);
    expect(story.process(101).endNs).toBe(ms(20));
  }
});

test('a wait status that an observer saw is believed over the word of who was told', () => {
  const story = Story.of(`${seen}
    20   kernel  .  zombieSeen  process=101 status=9
    21   kernel  .  processGone process=101 status=9
    60   kernel  .  rootEnded   process=101 status=768`);
  expect(story.process(101).exit).toEqual({ code: null, signal: 'SIGKILL' });
});

test('another root begins after it, as in a session that is restarted, and has its own end', () => {
  const story = Story.of(`${seen}
    20   kernel  .  processGone process=101 status=-1
    30   kernel  .  processSeen process=102 parent=7 command="sh server.sh"
    31   kernel  .  rootStarted process=102 command="sh server.sh"
    60   kernel  .  rootEnded   process=102 status=1024`);
  expect(roots(story)).toEqual([[101, null, 'root', null], [102, null, 'root', 4]]);
});
