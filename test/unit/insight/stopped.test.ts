/** A wait that is owed to a debugger's stop is no finding; what is left of it is. */
import { expect, test } from 'vitest';
import { Story } from '../model/support/story';

const start = `
  0    101  .  image   command="python3 server.py" parent=1
  2    101  .  listen  descriptor=3 address=127.0.0.1:9999 backlog=5
`;

/** The second client waits from 30 to 330; for so much of it the server was stopped. */
const queue = (stopped: string): Story => Story.of(`
  ${start}
  5..20    101  .  accept     descriptor=3 result=4 sinceEstablished=0 site=server.py:12:main
  20.1     101  .  endpoints  descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50001
  21..26   101  .  receive    descriptor=4 result=10 site=server.py:20:serve
  ${stopped}
  301..320 101  .  receive    descriptor=4 result=0 site=server.py:20:serve
  321      101  .  close      descriptor=4
  329..330 101  .  accept     descriptor=3 result=4 sinceEstablished=300 site=server.py:12:main
  330.1    101  .  endpoints  descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50002
`);

const titles = (story: Story, rule: string): string[] => story.insights.findings.filter((finding) => finding.rule === rule).map(({ title }) => title);

test('a client that waited in the queue', () => {
  expect(titles(queue(''), 'starved-client')).toEqual(['A client waited 300 ms to be accepted']);
  expect(titles(queue('28..320 101 . suspended site=server.py:21:serve'), 'starved-client')).toEqual([]);
  const partly = queue('130..230 101 . suspended site=server.py:21:serve');
  expect(titles(partly, 'starved-client')).toEqual(['A client waited 200 ms to be accepted']);
  expect(partly.insights.findings[0]?.detail).toMatch(/For 100 ms besides it was stopped in the debugger\.$/);
});

test('a child whose parent was stopped', () => {
  const zombie = (stopped: string): Story => Story.of(`
    ${start}
    5..10    101  .  fork         result=102 site=server.py:3
    10       102  .  forked       parent=101 parentThread=101 site=server.py:3
    20       102  .  exit         status=0 how=2
    ${stopped}
    400..401 101  .  waitProcess  target=-1 result=102 status=0
  `);
  expect(titles(zombie(''), 'zombies')).toHaveLength(1);
  expect(titles(zombie('30..390 101 . suspended site=server.py:4'), 'zombies')).toEqual([]);
});
