/** What the rules find in the catalogue's servers, and what they leave alone. */
import { describe, expect, test } from 'vitest';
import { forkPerConnection, iterative, keepsSocket, serverStart, threadPerConnection } from '../model/support/servers';
import { ms, Story } from '../model/support/story';

describe('starved client', () => {
  test('names the client, the thread that held the loop, whom it served and the line', () => {
    expect(Story.of(iterative).insights.findings).toEqual([
      {
        rule: 'starved-client',
        severity: 'warning',
        title: 'A client waited 253 ms to be accepted',
        detail:
          '127.0.0.1:50002 stood in the queue of 127.0.0.1:9999 while MainThread, the only thread that accepts, was serving 127.0.0.1:50001. ' +
          'It stood longest in receive at server.py:20.',
        subjects: ['c2', 't1', 'c1'],
        fromNs: ms(50),
        toNs: ms(303),
        at: { file: 'server.py', line: 20, function: 'serve' },
      },
    ]);
  });

  test('a handler that sleeps holds the loop at its sleep', () => {
    const story = Story.of(`
      ${serverStart}
      5..20    101  .  accept  descriptor=3 result=4 sinceEstablished=0
      21..22   101  .  receive descriptor=4 result=5 site=server.py:20
      23..223  101  .  sleep   site=server.py:33
      224      101  .  close   descriptor=4
      225..226 101  .  accept  descriptor=3 result=4 sinceEstablished=150
    `);
    expect(story.insights.findings).toMatchObject([{ rule: 'starved-client', at: { line: 33 }, fromNs: ms(76) }]);
  });

  test('a worker that is given up is what the client waited for, although another one accepts it', () => {
    const story = Story.of(`
      ${serverStart}
      3      102  .  forked  parent=101 parentThread=101
      5..20  102  .  accept  descriptor=3 result=4 sinceEstablished=0
      21..   102  .  receive descriptor=4 site=worker.py:20
      300    kernel . processGone process=102 status=9
      310    103  .  forked  parent=101 parentThread=101
      320..330 103 . accept  descriptor=3 result=4 sinceEstablished=280
    `);
    expect(story.insights.findings).toMatchObject([{ rule: 'starved-client', subjects: ['c2', 't2', 'c1'], at: { file: 'worker.py', line: 20 } }]);
  });

  test('nobody starves where the acceptor is free, or just starts', () => {
    expect(Story.of(threadPerConnection).insights.findings).toEqual([]);
    const slowStart = Story.of(`${serverStart}\n 300..301 101 . accept descriptor=3 result=4 sinceEstablished=200`);
    expect(slowStart.insights.findings).toEqual([]);
  });
});

describe('socket kept by parent', () => {
  test('a parent that closes its copy after the fork is fine', () => {
    expect(Story.of(forkPerConnection).insights.findings.map((finding) => finding.rule)).toEqual(['zombies']);
  });

  test('one that does not is named, with the forking line', () => {
    const [finding] = Story.of(keepsSocket).insights.findings.filter(({ rule }) => rule === 'socket-kept-by-parent');
    expect(finding).toMatchObject({ subjects: ['c1', 'p1', 'p2'], fromNs: ms(22), toNs: ms(210), at: { file: 'server.py', line: 15 } });
    expect(finding?.detail).toBe(
      'server.py (101) forked server.py (102) for 127.0.0.1:50001 and did not close its own copy. ' +
        'The child let go of it, but the connection stayed open for 148 ms more, and its client saw no end.',
    );
  });
});

describe('zombies', () => {
  test('a child that is collected late is counted under its parent', () => {
    expect(Story.of(forkPerConnection).insights.findings).toMatchObject([
      { rule: 'zombies', severity: 'info', title: '1 child was a zombie for 100 ms or more', subjects: ['p1', 'p2'], fromNs: ms(63), toNs: ms(202), at: { line: 15 } },
    ]);
  });

  test('children that are never waited for stay zombies', () => {
    const story = Story.of(`
      0      101  .  image   command="python3 main.py"
      10     102  .  forked  parent=101 parentThread=101
      11     103  .  forked  parent=101 parentThread=101
      20     102  .  exit    status=0 how=2
      30     103  .  exit    status=0 how=2
      31..500 101 .  sleep
      50 kernel   .  zombieSeen process=102 status=0
      50 kernel   .  zombieSeen process=103 status=0
    `);
    expect(story.insights.findings).toMatchObject([{ severity: 'warning', subjects: ['p1', 'p2', 'p3'], fromNs: ms(20), toNs: null }]);
    expect(story.insights.findings[0]?.detail).toContain('up to 2 at once, the longest for 480 ms. 2 were never waited for.');
  });

  test('children that nobody saw as zombies are none: of a parent that ignores SIGCHLD the kernel collects them', () => {
    const story = Story.of(`
      0      101  .  image   command="python3 main.py"
      10     102  .  forked  parent=101 parentThread=101
      20     102  .  exit    status=0 how=2
      31..500 101 .  sleep
    `);
    expect(story.insights.findings).toEqual([]);
    expect(story.report.processes[1]).toMatchObject({ endNs: ms(20), zombieNs: null });
  });

  test('a child whose end is only known from its collection is no zombie', () => {
    const story = Story.of(`
      0        101  .  image        command="python3 main.py"
      10       102  .  forked       parent=101 parentThread=101
      300..301 101  .  waitProcess  target=102 result=102 status=9
    `);
    expect(story.insights.findings).toEqual([]);
  });
});

describe('server models', () => {
  const models: [string, string, string, number][] = [
    ['one after the other', iterative, 'iterative', 1],
    ['a thread each', threadPerConnection, 'thread-per-connection', 2],
    ['a process each', forkPerConnection, 'process-per-connection', 1],
    ['a process each, copies kept', keepsSocket, 'process-per-connection', 1],
  ];
  test.each(models)('%s', (_, table, kind, maxConcurrent) => {
    expect(Story.of(table).insights.serverModels).toEqual([{ listener: 'l1', kind, maxConcurrent, because: expect.stringMatching(/\.$/) as string }]);
  });

  test('one thread with overlapping connections is an event loop', () => {
    const story = Story.of(`
      ${serverStart}
      5..6    101  .  accept   descriptor=3 result=4
      7..8    101  .  accept   descriptor=3 result=5
      9..20   101  .  poll     registered=3 result=1
      21..22  101  .  receive  descriptor=5 result=3
    `);
    expect(story.insights.serverModels).toMatchObject([{ kind: 'event-loop', maxConcurrent: 2 }]);
  });

  test('a connection that is dropped only when the next one takes its name was over with its end', () => {
    const story = Story.of(`
      ${serverStart}
      5..6    101  .  accept   descriptor=3 result=4
      7..8    101  .  receive  descriptor=4 result=0
      9..20   101  .  accept   descriptor=3 result=5
      21      101  .  close    descriptor=4
    `);
    expect(story.insights.serverModels).toMatchObject([{ kind: 'iterative', maxConcurrent: 1 }]);
  });

  test('threads that all accept are a pool; a listener that nobody came to has no model', () => {
    const story = Story.of(`
      ${serverStart}
      3       101  201  threadBegin  name=a startedBy=101
      3.1     101  202  threadBegin  name=b startedBy=101
      3.2     101  .    listen       descriptor=9 address=127.0.0.1:9000 backlog=5
      4..     101  201  accept       descriptor=3
      4..10   101  202  accept       descriptor=3 result=4
    `);
    expect(story.insights.serverModels).toMatchObject([{ listener: 'l1', kind: 'thread-pool' }]);
  });
});

test('a recorder that turned itself off says so, and the recording is not whole', () => {
  const story = Story.of(`
    ${serverStart}
    7  101  .  fault  message="TypeError: in a wrapper"
  `);
  expect(story.insights.findings).toMatchObject([
    { rule: 'recorder-off', severity: 'error', subjects: ['p1'], fromNs: ms(7), detail: expect.stringContaining('TypeError: in a wrapper') as unknown },
  ]);
  expect(story.report.recording.complete).toBe(false);
});
