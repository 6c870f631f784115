/** Servers of the catalogue's rows 1 to 3: who owns which connection when, and what its lane shows. */
import { describe, expect, test } from 'vitest';
import { Story } from './support/story';
import { forkPerConnection, iterative, keepsSocket, serverStart, threadPerConnection } from './support/servers';

describe('an iterative server', () => {
  const story = Story.of(iterative);
  const [listener] = story.report.listeners;
  const [first, second] = story.report.connections;

  test('its listener has address, backlog and owner', () => {
    expect(listener).toEqual({
      id: 'l1', protocol: 'tcp', address: '127.0.0.1:9999', backlog: 5, owners: ['p1'], maxQueue: 1, accepted: 2,
    });
  });

  test('the first client is accepted at once, the second stands queued as long as the kernel says', () => {
    expect(first).toMatchObject({ queuedNs: 20e6, acceptedNs: 20e6, bytesIn: 10, bytesOut: 10, receives: 2, sends: 1, closedNs: 301e6, closedBy: 'peer' });
    expect(second).toMatchObject({ queuedNs: 50e6, acceptedNs: 303e6, peer: '127.0.0.1:50002', role: 'server', otherEnd: null });
  });

  test('the main thread owns one after the other; nothing is handed over', () => {
    expect(first?.owners).toEqual([{ process: 'p1', thread: 't1', task: null, fromNs: 20e6, toNs: 301e6 }]);
    expect(second?.owners).toEqual([{ process: 'p1', thread: 't1', task: null, fromNs: 303e6, toNs: 313e6 }]);
    expect(story.arrows).toEqual([]);
  });

  test('a descriptor that is given again leads to the new connection', () => {
    expect(story.waits(101)).toEqual([
      'accept 5–20 listener:l1',
      'receive 21–200 connection:c1',
      'send 201–202 connection:c1',
      'receive 203–300 connection:c1',
      'accept 302–303 listener:l1',
      'receive 304–310 connection:c2',
      'receive 311–312 connection:c2',
    ]);
  });

  test('the lanes show queue, waits and work', () => {
    expect(story.lane(50001)).toEqual([
      'queued 20–20', 'working 20–21 t1', 'receiveWait 21–200 t1', 'working 200–201 t1', 'sendWait 201–202 t1', 'working 202–203 t1',
      'receiveWait 203–300 t1', 'working 300–301 t1',
    ]);
    expect(story.lane(50002).slice(0, 3)).toEqual(['queued 50–303', 'working 303–304 t1', 'receiveWait 304–310 t1']);
  });

  test('its name comes from the script, its exit from the supervisor', () => {
    expect(story.report.processes[0]).toMatchObject({ name: 'server.py', birth: 'root', exit: { code: 0, signal: null }, zombieNs: 0, endNs: 325e6, parent: null });
    expect(story.report.processes[0]?.threads[0]).toMatchObject({ name: 'MainThread', main: true, daemon: false, startedBy: null, endNs: 325e6 });
  });
});

describe('a thread per connection', () => {
  const story = Story.of(threadPerConnection);

  test('the connection goes to its handler at the handler’s start', () => {
    expect(story.report.connections.map((connection) => connection.owners)).toEqual([
      [{ process: 'p1', thread: 't1', task: null, fromNs: 20e6, toNs: 21e6 }, { process: 'p1', thread: 't2', task: null, fromNs: 21e6, toNs: 91e6 }],
      [{ process: 'p1', thread: 't1', task: null, fromNs: 50e6, toNs: 51e6 }, { process: 'p1', thread: 't3', task: null, fromNs: 51e6, toNs: 96e6 }],
    ]);
  });

  test('arrows for start, hand-over and join', () => {
    expect(story.arrows).toEqual([
      'thread t1→t2 @21', 'handover t1→t2 @21', 'thread t1→t3 @51', 'handover t1→t3 @51', 'join t2→t1 @93', 'join t3→t1 @98',
    ]);
  });

  test('handlers have name, target, starter, end and joiner', () => {
    expect(story.report.processes[0]?.threads.slice(1)).toMatchObject([
      { id: 't2', tid: 201, name: 'client-1', target: 'serve', main: false, daemon: false, startedBy: 't1', startNs: 21e6, endNs: 92e6, joinedBy: 't1' },
      { id: 't3', tid: 202, name: 'client-2', startedBy: 't1', endNs: 97e6, joinedBy: 't1' },
    ]);
  });

  test('the joiner waits for whom, and is woken by whom', () => {
    const joins = story.report.processes[0]?.threads[0]?.waits.filter((wait) => wait.reason === 'join');
    expect(joins).toMatchObject([
      { on: 'thread:t2', beginNs: 53e6, endNs: 93e6, endedBy: 't2' },
      { on: 'thread:t3', beginNs: 94e6, endNs: 98e6, endedBy: 't3' },
    ]);
  });

  test('each lane is coloured by its owner', () => {
    expect(story.lane(50001)).toEqual([
      'queued 20–20', 'working 20–21 t1', 'working 21–23 t2', 'receiveWait 23–80 t2', 'working 80–81 t2', 'sendWait 81–82 t2',
      'working 82–83 t2', 'receiveWait 83–90 t2', 'working 90–91 t2',
    ]);
  });
});

describe('a process per connection', () => {
  const story = Story.of(forkPerConnection);

  test('the child is born at the forking line, with its parent’s program', () => {
    expect(story.report.processes[1]).toMatchObject({
      id: 'p2', pid: 102, parent: 'p1', birth: 'fork', name: 'server.py', startNs: 22e6, bornAt: { file: 'server.py', line: 15 }, coverage: ['python'],
    });
    expect(story.report.processes[1]?.threads).toMatchObject([{ tid: 102, name: 'MainThread', main: true }]);
  });

  test('the child inherits the connection even where its parent closes first', () => {
    expect(story.report.connections[0]).toMatchObject({ bytesIn: 8, bytesOut: 8, closedNs: 62e6, closedBy: 'peer' });
    expect(story.report.connections[0]?.owners).toEqual([
      { process: 'p1', thread: 't1', task: null, fromNs: 20e6, toNs: 22e6 },
      { process: 'p2', thread: 't2', task: null, fromNs: 22e6, toNs: 62e6 },
    ]);
  });

  test('the exit is its own, the zombie lasts until its parent looks', () => {
    expect(story.report.processes[1]).toMatchObject({ endNs: 63e6, exit: { code: 3, signal: null }, zombieNs: 139e6, reapedBy: 'p1', orphanedAtNs: null });
  });

  test('arrows for fork, hand-over and reap', () => {
    expect(story.arrows).toEqual(['fork t1→p2 @22', 'handover t1→t2 @22', 'reap p2→t1 @202']);
  });

  test('only the parent owns the listener', () => {
    expect(story.report.listeners[0]?.owners).toEqual(['p1']);
  });
});

test('a connection that the parent keeps is closed with the parent, and its owner is gone before', () => {
  const [connection] = Story.of(keepsSocket).report.connections;
  expect(connection).toMatchObject({ closedNs: 210e6, closedBy: 'peer' });
  expect(connection?.owners.at(-1)).toEqual({ process: 'p2', thread: 't2', task: null, fromNs: 22e6, toNs: 62e6 });
});

describe('a server killed while it waits for a client', () => {
  const story = Story.of(`
    ${serverStart}
    5..20    101  .  accept     descriptor=3 result=4 sinceEstablished=0 site=server.py:12
    20.1     101  .  endpoints  descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50001
    21..22   101  .  receive    descriptor=4 result=10 site=server.py:20
    25..     101  .  receive    descriptor=4 site=server.py:20
    90       kernel . rootEnded process=101 status=9
  `);

  test('its lane ends inside the call that never returned', () => {
    expect(story.lane(50001).slice(-2)).toEqual(['working 22–25 t1', 'receiveWait 25–90 t1']);
    expect(story.report.connections[0]).toMatchObject({ closedNs: 90e6, closedBy: 'exit' });
  });
});

describe('a silent client', () => {
  const story = Story.of(`
    ${serverStart}
    5..20    101  .    accept       descriptor=3 result=4 sinceEstablished=0 site=server.py:12
    20.1     101  .    endpoints    descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50001
    21       101  201  threadBegin  name="client-1" target=serve startedBy=101 site=server.py:15
    23..     101  201  receive      descriptor=4 site=server.py:20
    24..     101  .    accept       descriptor=3 site=server.py:12
    90       kernel .  processSeen  process=999 parent=101
  `);

  test('belongs to the thread that waits for its first byte', () => {
    expect(story.report.connections[0]?.owners).toEqual([
      { process: 'p1', thread: 't1', task: null, fromNs: 20e6, toNs: 21e6 },
      { process: 'p1', thread: 't2', task: null, fromNs: 21e6, toNs: null },
    ]);
    expect(story.arrows).toContain('handover t1→t2 @21');
  });
});
