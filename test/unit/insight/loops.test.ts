/** What kept an event loop, and who waited meanwhile. */
import { describe, expect, test } from 'vitest';
import { ms, Story } from '../model/support/story';

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

/** A loop that runs, with two clients; it has received from the first at 30 and not come round since. */
const stuck = `
  0        101 .  image      command="python3 loop.py" parent=1
  1        101 .  bind       descriptor=3 address=127.0.0.1:9999 type=1
  2        101 .  listen     descriptor=3 address=127.0.0.1:9999 backlog=5
  3..      101 .  loopRun    site=loop.py:90
  10..11   101 .  accept     descriptor=3 result=4 sinceEstablished=0
  11.1     101 .  endpoints  descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50001
  11.2     101 .  protocol   descriptor=4 name=Echo site=loop.py:7:Echo.data_received
  12..13   101 .  accept     descriptor=3 result=5 sinceEstablished=0
  13.1     101 .  endpoints  descriptor=5 local=127.0.0.1:9999 peer=127.0.0.1:50002
  20..30   101 .  poll       result=1 registered=3
  30..31   101 .  receive    descriptor=4 result=5
`;
const later = (ms: number): string => `${String(ms)} kernel . threadSample process=101 thread=101 run=${String(ms)} state=R`;

describe('a loop that is blocked now', () => {
  test('is found where clients could not be served for a second, with the connection that it received from', () => {
    expect(found(`${stuck}\n${later(900)}`)).toEqual([]);
    expect(found(`${stuck}\n${later(1530)}`)).toMatchObject([{
      severity: 'info', title: 'An event loop is blocked, for 1.5 s so far', subjects: ['t1', 'c2'], toNs: null, at: { line: 7 },
      detail: 'MainThread is kept by a callback since it received from 127.0.0.1:50001, which Echo.data_received serves at loop.py:7. 1 other connection is open and can\'t be served.',
    }]);
  });

  test('sooner, and with its name, where a client is known to wait', () => {
    expect(found(`${stuck}
      60   kernel . queuedClient local=127.0.0.1:9999 peer=127.0.0.1:50003 since=40
      ${later(230)}`)).toMatchObject([{ severity: 'warning', title: 'An event loop is blocked, for 200 ms so far', toNs: null }]);
  });

  test('in the step of the task that went on last, at the call that it stands in', () => {
    const step = `
      12.5     101 . task     task=1 name=Task-1 coroutine=serve descriptor=4 site=loop.py:20
      14..     101 . taskWait task=1 site=loop.py:22 how=3 object=4 steps=1
      14..31.5 101 . taskWait task=1 site=loop.py:22 how=3 object=4 steps=1`;
    expect(found(`${stuck}${step}\n${later(1530)}`)).toMatchObject([{ subjects: ['t1', 'k1', 'c2'], at: { line: 22 } }]);
    expect(found(`${stuck}${step}\n 32.. 101 . sleep site=loop.py:23\n${later(1530)}`)).toMatchObject([{ at: { line: 23 } }]);
    expect(found(`${stuck}${step}\n 32.. 101 . taskWait task=1 site=loop.py:22 how=3 object=4 steps=2\n 33.. 101 . poll registered=3\n${later(1530)}`)).toEqual([]);
  });

  test('until its process was killed', () => {
    expect(found(`${stuck}\n2000 kernel . rootEnded process=101 status=9`)).toMatchObject([
      { title: 'An event loop was blocked for 2.0 s, until its process ended', toNs: expect.any(Number) as number, subjects: ['t1', 'c2'] },
    ]);
  });

  test('not where the loop has stopped, or came round meanwhile', () => {
    expect(found(`${stuck}\n3..40 101 . loopRun\n${later(1530)}`)).toEqual([]);
    expect(found(`${stuck}\n1400..1450 101 . loopRounds count=64\n${later(1530)}`)).toEqual([]);
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

  /** 200 calls in 100 ms that would have blocked. */
  const vain = (fromMs: number, line: number): string =>
    Array.from({ length: 200 }, (_, at) => `${String(fromMs + at / 2)}..${String(fromMs + at / 2 + 0.1)} 101 . receive descriptor=4 result=-11 site=loop.py:${String(line)}`).join('\n');
  const twice = [
    { title: 'A thread asked 2008 times a second in vain', at: { line: 9 }, fromNs: ms(10) },
    { title: 'A thread asked 2008 times a second in vain', at: { line: 12 }, fromNs: ms(60_000) },
  ];

  test('calls that would have blocked, a minute apart, are two findings at the rate of each', () => {
    expect(busy(`${vain(10, 9)}\n 200..210 101 . sleep\n ${vain(60_000, 12)}`)).toMatchObject(twice);
  });

  test('also where the thread made no call in between', () => {
    expect(busy(`${vain(10, 9)}\n ${vain(60_000, 12)}`)).toMatchObject(twice);
  });

  test('also among thousands of calls that were answered, which are passed over many at once', () => {
    const answered = (fromMs: number): string => Array.from({ length: 1000 }, (_, at) => `${String(fromMs + at)}..${String(fromMs + at + 0.5)} 101 . receive descriptor=4 result=7`).join('\n');
    expect(busy(`${answered(1000)}\n ${vain(10_000, 9)}\n ${answered(20_000)}\n ${vain(60_000, 12)}\n ${answered(70_000)}`)).toMatchObject([
      { at: { line: 9 }, fromNs: ms(10_000) }, { at: { line: 12 }, fromNs: ms(60_000) },
    ]);
    // Answers in between end a run, whether they fill blocks or not: 60 calls in vain are no run.
    const few = (fromMs: number): string => vain(fromMs, 9).split('\n').slice(0, 60).join('\n');
    expect(busy(`${few(10)}\n ${answered(100)}\n ${few(1200)}`)).toEqual([]);
  });

  test('a short rest between them does not part them', () => {
    expect(busy(`${vain(10, 9)}\n 110..120 101 . sleep\n ${vain(130, 12)}`)).toMatchObject([{ title: 'A thread asked 1821 times a second in vain', at: { line: 9 } }]);
  });
});
