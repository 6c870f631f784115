/** What kept an event loop, and who waited meanwhile. */
import { describe, expect, test } from 'vitest';
import { Story } from '../model/support/story';

/** Two clients, told of by the server's side; the first one's callback keeps the loop from 30 to 330. */
const blocked = `
  0        101 .  image      command="python3 loop.py" parent=1
  1        101 .  bind       descriptor=3 address=127.0.0.1:9999 type=1
  2        101 .  listen     descriptor=3 address=127.0.0.1:9999 backlog=5
  10..11   101 .  accept     descriptor=3 result=4 sinceEstablished=0
  11.1     101 .  endpoints  descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50001
  12..13   101 .  accept     descriptor=3 result=5 sinceEstablished=0
  13.1     101 .  endpoints  descriptor=5 local=127.0.0.1:9999 peer=127.0.0.1:50002
  20..30   101 .  poll       result=1 registered=3
  31..330  101 .  sleep      site=loop.py:7
  30..331  101 .  loopTurn   descriptor=4
`;

/** The clients' ends live in the same process and loop. */
const clients = `
  5..6     101 .  connect    descriptor=8 result=0 address=127.0.0.1:9999
  6.1      101 .  endpoints  descriptor=8 local=127.0.0.1:50001 peer=127.0.0.1:9999
  7..8     101 .  connect    descriptor=9 result=0 address=127.0.0.1:9999
  8.1      101 .  endpoints  descriptor=9 local=127.0.0.1:50002 peer=127.0.0.1:9999
`;

function found(table: string): unknown {
  return Story.of(table).insights.findings.filter((finding) => finding.rule === 'blocked-loop');
}

describe('blocked loop', () => {
  test('names who was served right after it, and the line that kept it', () => {
    const story = Story.of(`${blocked}
      331.1..331.2 101 . receive descriptor=5 result=5
      340..350     101 . poll    result=1 registered=3`);
    const other = story.connection(50002).id;
    expect(story.insights.findings.filter((finding) => finding.rule === 'blocked-loop')).toMatchObject([
      { severity: 'warning', subjects: ['t1', other], at: { line: 7 } },
    ]);
  });

  test('client ends in the same loop do not wait, neither the blocker\'s own nor others', () => {
    expect(found(`${blocked}${clients}
      331.1..331.2 101 . receive descriptor=8 result=5
      331.3..331.4 101 . receive descriptor=9 result=5
      340..350     101 . poll    result=1 registered=3`)).toEqual([]);
  });

  test('nor does the server\'s end of a client that blocked', () => {
    const byClient = blocked.replace('loopTurn   descriptor=4', 'loopTurn   descriptor=8');
    const after = `
      331.1..331.2 101 . receive descriptor=4 result=5
      340..350     101 . poll    result=1 registered=3`;
    expect(found(byClient + clients + after)).toEqual([]);
    expect(found(byClient + clients + after.replace('descriptor=4', 'descriptor=5'))).toHaveLength(1);
  });
});

describe('busy polling', () => {
  const start = '0 101 . image command="python3 loop.py" parent=1';
  const busy = (story: string): unknown => Story.of(`${start}\n${story}`).insights.findings.filter((finding) => finding.rule === 'busy-polling');

  test('counted polls without a timeout are found, with their rate and line', () => {
    expect(busy(`
      10..60  101 . glances count=500 registered=1 how=3 site=loop.py:9
      60..110 101 . glances count=500 registered=1 how=3 site=loop.py:9`)).toMatchObject([
      { title: 'A thread asked 10000 times a second in vain', subjects: ['t1'], at: { line: 9 } },
    ]);
  });

  test('a long pause parts two runs: the rate is that of one', () => {
    expect(busy(`
      10..110     101 . glances count=1000 registered=1 how=3 site=loop.py:9
      5000..5100  101 . glances count=900 registered=1 how=3 site=loop.py:12`)).toMatchObject([
      { title: 'A thread asked 10000 times a second in vain', at: { line: 9 } },
      { title: 'A thread asked 9000 times a second in vain', at: { line: 12 } },
    ]);
    expect(busy('10..110 101 . glances count=90 registered=1 how=3 site=loop.py:9')).toEqual([]);
  });
});
