/** Sockets: who holds them, who owns a connection, how it ends, how long it was queued. */
import { describe, expect, test } from 'vitest';
import { spanStates } from '../../../src/protocol/states';
import { ms, Story } from './support/story';
import { serverStart, threadPerConnection } from './support/servers';

const accepted = `
  ${serverStart}
  5..20   101  .  accept     descriptor=3 result=4 sinceEstablished=0 site=server.py:12
  20.1    101  .  endpoints  descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50001
`;

test('a descriptor that another thread closed and got again: a call is about what it was when the call began', () => {
  const story = Story.of(`
    ${accepted}
    25       101  201  threadBegin  name=reader startedBy=101
    30       101  .    close        descriptor=4
    31..40   101  .    accept       descriptor=3 result=4 sinceEstablished=0
    40.1     101  .    endpoints    descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50002
    26..50   101  201  receive      descriptor=4 result=5
    51..52   101  201  receive      descriptor=4 result=6
  `);
  expect(story.connection(50001)).toMatchObject({ bytesIn: 5, closedNs: ms(30) });
  expect(story.connection(50002)).toMatchObject({ bytesIn: 6, closedNs: null });
});

describe('prefork: processes share one listener', () => {
  const story = Story.of(`
    ${serverStart}
    10      102  .  forked       parent=101 parentThread=101
    11      103  .  forked       parent=101 parentThread=101
    12..20  102  .  accept       descriptor=3 result=4 sinceEstablished=0
    20.1    102  .  endpoints    descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50001
    21..30  102  .  receive      descriptor=4 result=3
    12..25  103  .  accept       descriptor=3 result=4 sinceEstablished=0
    25.1    103  .  endpoints    descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50002
    26..31  103  .  receive      descriptor=4 result=9
    40      102  .  close        descriptor=4
    41      103  .  exit         status=0 how=2
  `);

  test('it is one listener, with everybody who accepts on it', () => {
    expect(story.report.listeners).toMatchObject([{ owners: ['p1', 'p2', 'p3'], accepted: 2 }]);
  });

  test('each connection belongs to who accepted it, though the descriptors are alike', () => {
    expect(story.report.connections).toMatchObject([
      { peer: '127.0.0.1:50001', bytesIn: 3, owners: [{ process: 'p2', toNs: ms(40) }], closedBy: 'local' },
      { peer: '127.0.0.1:50002', bytesIn: 9, owners: [{ process: 'p3', toNs: ms(41) }], closedBy: 'exit' },
    ]);
  });

  test('the model is prefork', () => {
    expect(story.insights.serverModels).toMatchObject([{ listener: 'l1', kind: 'prefork', maxConcurrent: 2 }]);
  });
});

describe('who owns a connection', () => {
  test('one that broadcasts to it does not take it', () => {
    const story = Story.of(`
      ${threadPerConnection.replace(/^ *(9\d|100|105|83\.\.90|61\.\.95) .*$/gm, '')}
      85..86   101  201  send     descriptor=5 result=4
      87..88   101  202  receive  descriptor=5 result=4
    `);
    expect(story.connection(50002).owners.map((owner) => owner.thread.id)).toEqual(['t1', 't3']);
    expect(story.connection(50002)).toMatchObject({ bytesOut: 4, bytesIn: 9 });
  });

  test('a worker that waited for work before takes over at its first call', () => {
    const story = Story.of(`
      ${serverStart}
      3       101  201  threadBegin  name=worker target=worker startedBy=101
      5..20   101  .    accept       descriptor=3 result=4 sinceEstablished=0
      20.1    101  .    endpoints    descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50001
      30..    101  201  receive      descriptor=4
      30..40  101  201  receive      descriptor=4 result=1
      50      101  201  close        descriptor=4
    `);
    expect(story.report.connections[0]?.owners).toMatchObject([{ thread: 't1', toNs: ms(30) }, { thread: 't2', fromNs: ms(30) }]);
    expect(story.insights.serverModels).toMatchObject([{ kind: 'thread-pool' }]);
  });

  test('a child owns what its parent lets go of, even before it says a word on it', () => {
    const story = Story.of(`${accepted}\n 30 102 . forked parent=101 parentThread=101\n 31 101 . close descriptor=4`);
    expect(story.report.connections[0]).toMatchObject({ closedNs: null, owners: [{ process: 'p1', toNs: ms(30) }, { process: 'p2', fromNs: ms(30), toNs: null }] });
  });

  test('a descriptor that was passed on is recognised by its addresses, also after its giver closed it', () => {
    const story = Story.of(`
      ${accepted}
      25..26   101  .  spawn      result=102 command="python3 -c spawn"
      27       101  .  close      descriptor=4
      60       102  .  image      command="python3 -c spawn" parent=101
      70       102  .  endpoints  descriptor=9 local=127.0.0.1:9999 peer=127.0.0.1:50001
      71..80   102  .  receive    descriptor=9 result=5
      90       102  .  close      descriptor=9
    `);
    expect(story.report.connections).toMatchObject([
      { bytesIn: 5, closedNs: ms(90), closedBy: 'local', owners: [{ process: 'p1', fromNs: ms(20), toNs: ms(27) }, { process: 'p2', fromNs: ms(27), toNs: ms(90) }] },
    ]);
    expect(story.arrows).toContain('handover t1→t2 @27');
  });
});

describe('how a connection ends', () => {
  const endings: [string, string, string][] = [
    ['we close it first', '30 101 . close descriptor=4', 'local'],
    ['we said first that we send no more', '30 101 . shutdown descriptor=4 how=1\n 31..32 101 . receive descriptor=4 result=0\n 33 101 . close descriptor=4', 'local'],
    ['the peer sends nothing more', '30..31 101 . receive descriptor=4 result=0\n 33 101 . close descriptor=4', 'peer'],
    ['the peer resets it', '30..31 101 . receive descriptor=4 result=-104\n 33 101 . close descriptor=4', 'reset'],
    ['the process ends', '33 101 . exit status=1 how=2', 'exit'],
  ];
  test.each(endings)('%s', (_, lines, closedBy) => {
    expect(Story.of(`${accepted}\n ${lines}`).report.connections[0]?.closedBy).toBe(closedBy);
  });

  test('a duplicate keeps it open', () => {
    const story = Story.of(`${accepted}\n 30 101 . duplicate from=4 to=7\n 31 101 . close descriptor=4\n 40..41 101 . receive descriptor=7 result=2`);
    expect(story.report.connections[0]).toMatchObject({ bytesIn: 2, closedNs: null, closedBy: null });
    expect(Story.of(`${accepted}\n 30 101 . duplicate from=4 to=7\n 31 101 . close descriptor=4\n 50 101 . close descriptor=7`).connection(50001).closedNs).toBe(ms(50));
  });
});

describe('how long a connection was queued', () => {
  const queued = (accept: string): number | null | undefined => Story.of(`${serverStart}\n ${accept}`).report.connections[0]?.queuedNs;

  test('the larger clock counts', () => {
    expect(queued('300..301 101 . accept descriptor=3 result=4 sinceEstablished=200')).toBe(ms(101));
  });

  test('nobody knows: null', () => {
    expect(queued('300..301 101 . accept descriptor=3 result=4')).toBeNull();
  });

  test('within the clock’s resolution it came while accept waited', () => {
    expect(queued('299..301 101 . accept descriptor=3 result=4 sinceEstablished=4')).toBe(ms(299));
  });

  test('never before anybody listened', () => {
    expect(queued('10..11 101 . accept descriptor=3 result=4 sinceEstablished=900')).toBe(ms(2));
  });
});

test('both ends traced: joined by their addresses, and the client’s connect says when the queue began', () => {
  const story = Story.of(`
    ${serverStart}
    10..30    200  .  connect    descriptor=3 address=127.0.0.1:9999 result=0 site=client.py:4
    30.1      200  .  endpoints  descriptor=3 local=127.0.0.1:50001 peer=127.0.0.1:9999
    99..100   101  .  accept     descriptor=3 result=4 sinceEstablished=68
    100.1     101  .  endpoints  descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50001
    110..111  200  .  send       descriptor=3 result=6
    101..112  101  .  receive    descriptor=4 result=6
    120       200  .  close      descriptor=3
    130       101  .  close      descriptor=4
  `);
  expect(story.report.connections).toMatchObject([
    { id: 'c1', role: 'client', otherEnd: 'c2', queuedNs: null, acceptedNs: ms(30), bytesOut: 6, listener: null, peer: '127.0.0.1:9999', closedBy: 'local' },
    { id: 'c2', role: 'server', otherEnd: 'c1', queuedNs: ms(30), acceptedNs: ms(100), bytesIn: 6, closedBy: 'peer' },
  ]);
  expect(story.lane(50001)[0]).toBe('queued 30–100');
});

test('a connect that goes on in the background is done when the program hears of it; one that fails makes nothing', () => {
  const story = Story.of(`
    0       101  .  image      command="python3 client.py"
    10..11  101  .  connect    descriptor=3 address=127.0.0.1:9999 result=-115
    30      101  .  endpoints  descriptor=3 local=127.0.0.1:50001 peer=127.0.0.1:9999
    40..41  101  .  connect    descriptor=4 address=127.0.0.1:9998 result=-111
  `);
  expect(story.report.connections).toMatchObject([{ role: 'client', acceptedNs: ms(30), local: '127.0.0.1:50001' }]);
});

test('the tail of a lane: what its owner does now, and what it did since the last call', () => {
  const story = Story.of(`
    ${accepted}
    21..30   101  .  receive  descriptor=4 result=3
    35..45   101  .  sleep
    50..     101  .  receive  descriptor=4
  `);
  expect(story.lane(50001, 60)).toEqual([
    'queued 20–20', 'working 20–21 t1', 'receiveWait 21–30 t1', 'working 30–35 t1', 'idle 35–45 t1', 'working 45–50 t1', 'receiveWait 50– t1',
  ]);
  expect(spanStates[story.model.tail(story.connection(50001), ms(47)).at(-1)?.state ?? -1]).toBe('receiveWait');
});

test('an event loop’s connection is idle from the poll on, until the loop comes back to it', () => {
  const story = Story.of(`
    ${accepted}
    21..22   101  .  receive  descriptor=4 result=3
    25..40   101  .  poll     registered=2 result=1
    41..42   101  .  receive  descriptor=9 result=3
    43..60   101  .  poll     registered=2 result=1
    61..62   101  .  receive  descriptor=4 result=3
  `);
  expect(story.lane(50001)).toEqual([
    'queued 20–20', 'working 20–21 t1', 'receiveWait 21–22 t1', 'working 22–25 t1', 'idle 25–61 t1', 'receiveWait 61–62 t1',
  ]);
});

test('IPv6 and Unix addresses', () => {
  const story = Story.of(`
    0     101  .  image   command="python3 server.py"
    1     101  .  listen  descriptor=3 address=[::1]:9999 backlog=5
    2     101  .  listen  descriptor=4 path=/run/app.sock backlog=8
    3..4  101  .  accept  descriptor=4 result=5
    4.1   101  .  endpoints  descriptor=5 path=/run/app.sock
    5     101  .  endpoints  descriptor=6 path=
  `);
  expect(story.report.listeners).toMatchObject([
    { protocol: 'tcp6', address: '[::1]:9999' },
    { protocol: 'unix', address: '/run/app.sock', accepted: 1, maxQueue: null },
  ]);
  expect(story.report.connections[0]).toMatchObject({ protocol: 'unix', local: '/run/app.sock', peer: null, queuedNs: null });
});

test('datagrams are counted per peer', () => {
  const story = Story.of(`
    0     101  .  image        command="python3 server.py"
    1     101  .  bind         descriptor=3 address=127.0.0.1:5353 type=2
    2..3  101  .  receiveFrom  descriptor=3 result=10 address=127.0.0.1:40000
    4..5  101  .  sendTo       descriptor=3 result=20 address=127.0.0.1:40000
    6..7  101  .  receiveFrom  descriptor=3 result=30 address=127.0.0.1:40001
  `);
  expect(story.report.listeners).toMatchObject([{ protocol: 'udp', address: '127.0.0.1:5353', backlog: null, owners: ['p1'] }]);
  expect(story.report.datagrams).toEqual([
    { listener: 'l1', peer: '127.0.0.1:40000', received: 1, sent: 1, bytesIn: 10, bytesOut: 20, threads: ['t1'] },
    { listener: 'l1', peer: '127.0.0.1:40001', received: 1, sent: 0, bytesIn: 30, bytesOut: 0, threads: ['t1'] },
  ]);
  expect(story.report.serverModels).toMatchObject([{ kind: 'datagram' }]);
});
