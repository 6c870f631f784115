/** A client in an accept queue is a connection from its first moment, and stays that one when it is accepted. */
import { describe, expect, test } from 'vitest';
import { rowOf } from '../../../src/lanes/rows';
import { serverStart } from './support/servers';
import { ms, Story } from './support/story';

/** c1 is served until 300; the second client comes at about 60, seen at 80. */
const busy = `
  ${serverStart}
  5..20    101  .  accept     descriptor=3 result=4 sinceEstablished=0 site=server.py:12:main
  20.1     101  .  endpoints  descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50001
  80       kernel . queueLength   address=127.0.0.1:9999 length=1
  80       kernel . queuedClient  local=127.0.0.1:9999 peer=127.0.0.1:50002 since=40
  21..300  101  .  receive    descriptor=4 result=10 site=server.py:20:serve
`;
const accepted = `
  301..302 101  .  accept     descriptor=3 result=5 sinceEstablished=240 site=server.py:12:main
  302.1    101  .  endpoints  descriptor=5 local=127.0.0.1:9999 peer=127.0.0.1:50002
`;
const goneAt = (at: number): string => `${String(at)} kernel . queuedClientGone local=127.0.0.1:9999 peer=127.0.0.1:50002`;

describe('a client in the queue', () => {
  test('is a connection before anybody accepts it, under its listener', () => {
    const story = Story.of(busy);
    const connection = story.connection(50002);
    expect(connection).toMatchObject({ id: 'c2', role: 'server', protocol: 'tcp', acceptedNs: null, closedNs: null, queuedNs: ms(60) });
    expect(story.lane(50002, 300)).toEqual(['queued 60–']);
    expect(rowOf(story.model, connection, ms(300))).toMatchObject({ parent: 'l1', state: 'queued', stateSinceNs: ms(60), owner: null, peer: '127.0.0.1:50002' });
    expect(story.report.connections[1]).toMatchObject({ listener: 'l1', queuedNs: ms(60), queuedWithinNs: ms(20), acceptedNs: null, closedNs: null, owners: [] });
    expect(story.report.listeners[0]).toMatchObject({ maxQueue: 1, accepted: 1 });
  });

  test('becomes the accepted connection, dated by both clocks', () => {
    const story = Story.of(busy + accepted + goneAt(310));
    expect(story.model.connections.map(({ id }) => id)).toEqual(['c1', 'c2']);
    const [, second] = story.report.connections;
    // The kernel's clock says 62 ± 5, the looks between 40 and 80.
    expect(second).toMatchObject({ peer: '127.0.0.1:50002', queuedNs: ms(62), queuedWithinNs: ms(5), acceptedNs: ms(302), closedNs: null });
    expect(second?.owners).toMatchObject([{ thread: 't1', fromNs: ms(302) }]);
    expect(story.lane(50002, 310)).toEqual(['queued 62–302', 'working 302– t1']);
    expect(story.report.listeners[0]).toMatchObject({ maxQueue: 1, accepted: 2 });
    expect(rowOf(story.model, story.connection(50002), ms(310))).toMatchObject({ parent: 't1', state: 'working' });
  });

  test.each([
    ['narrower where a look was closer', 'since=61', { queuedNs: ms(62), queuedWithinNs: ms(5) }],
    ['moved where the look says that it came later', 'since=65', { queuedNs: ms(65), queuedWithinNs: ms(2) }],
    ['there from the first look', '', { queuedNs: ms(62), queuedWithinNs: ms(5) }],
  ])('its moment is %s', (_, since, expected) => {
    expect(Story.of(busy.replace('since=40', since) + accepted).report.connections[1]).toMatchObject(expected);
  });

  test('is known by the observer alone where the kernel keeps no clock', () => {
    const story = Story.of(busy + accepted.replace('sinceEstablished=240', ''));
    expect(story.report.connections[1]).toMatchObject({ queuedNs: ms(60), queuedWithinNs: ms(20), acceptedNs: ms(302) });
  });

  test('may be seen to leave before its acceptor says so', () => {
    const story = Story.of(busy + goneAt(301.5) + accepted);
    expect(story.model.connections).toHaveLength(2);
    expect(story.report.connections[1]).toMatchObject({ acceptedNs: ms(302), closedNs: null, closedBy: null });
    expect(story.lane(50002, 310)).toEqual(['queued 62–302', 'working 302– t1']);
  });

  test('may be told of after it was accepted', () => {
    const story = Story.of(busy.replace(/^.*queuedClient .*$/m, '') + accepted + '302.5 kernel . queuedClient local=127.0.0.1:9999 peer=127.0.0.1:50002 since=64\n' + goneAt(310));
    expect(story.model.connections).toHaveLength(2);
    expect(story.report.connections[1]).toMatchObject({ queuedNs: ms(64), queuedWithinNs: ms(3), acceptedNs: ms(302), closedNs: null });
    expect(story.lane(50002)[0]).toBe('queued 64–302');
  });

  test('may be told of between its accept and its name, also where nobody else waits', () => {
    const story = Story.of(`
      ${serverStart}
      5..20    101  .  accept     descriptor=3 result=4 sinceEstablished=0 site=server.py:12:main
      20.1     kernel . queueLength   address=127.0.0.1:9999 length=1
      20.1     kernel . queuedClient  local=127.0.0.1:9999 peer=127.0.0.1:50001 since=18
      20.2     101  .  endpoints  descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50001
    `);
    expect(story.report.connections).toMatchObject([{ peer: '127.0.0.1:50001', acceptedNs: ms(20), closedNs: null }]);
  });

  test('may be told of when it was served and is gone', () => {
    const story = Story.of(`
      ${serverStart}
      5..20    101  .  accept     descriptor=3 result=4 sinceEstablished=0 site=server.py:12:main
      20.1     101  .  endpoints  descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50001
      20.2     101  .  close      descriptor=4
      20.3     kernel . queuedClient  local=127.0.0.1:9999 peer=127.0.0.1:50001 since=18
    `);
    expect(story.report.connections).toMatchObject([{ peer: '127.0.0.1:50001', acceptedNs: ms(20), closedNs: ms(20.2) }]);
  });

  test('may be another one than who was accepted just then', () => {
    const story = Story.of(`
      ${serverStart}
      5..20    101  .  accept     descriptor=3 result=4 sinceEstablished=0 site=server.py:12:main
      20.1     kernel . queuedClient  local=127.0.0.1:9999 peer=127.0.0.1:50002 since=18
      20.2     101  .  endpoints  descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50001
      ${goneAt(60)}
    `);
    expect(story.report.connections).toMatchObject([{ peer: '127.0.0.1:50001' }, { peer: '127.0.0.1:50002', acceptedNs: null, closedNs: ms(60) }]);
  });

  test('that gives up was never accepted', () => {
    const story = Story.of(busy + goneAt(250));
    expect(story.report.connections[1]).toMatchObject({ queuedNs: ms(60), acceptedNs: null, closedNs: ms(250), closedBy: 'peer', owners: [] });
    expect(story.lane(50002)).toEqual(['queued 60–250']);
  });

  test('is not taken for another one with its port', () => {
    const story = Story.of(`${busy}\n${goneAt(100)}
      301..302 101 . accept     descriptor=3 result=5 sinceEstablished=50
      302.1    101 . endpoints  descriptor=5 local=127.0.0.1:9999 peer=127.0.0.1:50002`);
    expect(story.report.connections.map(({ queuedNs, acceptedNs }) => [queuedNs, acceptedNs])).toEqual([[ms(20), ms(20)], [ms(60), null], [ms(252), ms(302)]]);
  });

  test('an accept of somebody else meanwhile is somebody else', () => {
    const story = Story.of(`${busy}
      301..302 101 . accept     descriptor=3 result=5 sinceEstablished=10
      302.1    101 . endpoints  descriptor=5 local=127.0.0.1:9999 peer=127.0.0.1:50003`);
    expect(story.connection(50003)).toMatchObject({ id: 'c3', acceptedNs: ms(302) });
    expect(story.connection(50002)).toMatchObject({ id: 'c2', acceptedNs: null });
  });

  test('an accept whose thread says no more is a connection all the same', () => {
    const story = Story.of(`${busy}
      301..302 101 . accept     descriptor=3 result=5 sinceEstablished=240
      310      kernel . rootEnded process=101 status=9`);
    expect(story.model.connections[2]).toMatchObject({ acceptedNs: ms(302), closedNs: ms(310), closedBy: 'exit' });
  });

  test('of a listener at every address is found by its port', () => {
    const wild = Story.of(busy.replaceAll('address=127.0.0.1:9999', 'address=0.0.0.0:9999'));
    expect(wild.connection(50002).listener?.id).toBe('l1');
    const dual = Story.of(busy.replaceAll('address=127.0.0.1:9999', 'address=[::]:9999'));
    expect(dual.connection(50002).listener?.id).toBe('l1');
  });

  test('of a server that nobody tells of is left alone; its own traced end dates it', () => {
    expect(Story.of('0 101 . image command=x\n5 kernel . queuedClient local=10.0.0.1:80 peer=10.0.0.2:5000').model.connections).toEqual([]);
    const story = Story.of(`${busy.replace(/^\s*80 .*queuedClient .*$/m, '')}
      40     102 . image   command="python3 client.py"
      55..61 102 . connect descriptor=3 result=0 address=127.0.0.1:9999
      61.1   102 . endpoints descriptor=3 local=127.0.0.1:50002 peer=127.0.0.1:9999
      80     kernel . queuedClient  local=127.0.0.1:9999 peer=127.0.0.1:50002 since=40`);
    expect(story.report.connections.filter(({ role }) => role === 'server')[1]).toMatchObject({ queuedNs: ms(61), queuedWithinNs: ms(6), otherEnd: 'c2' });
  });

  test('starves as one that was accepted does', () => {
    expect(Story.of(busy).insights.findings).toMatchObject([
      { rule: 'starved-client', title: 'A client has waited 240 ms and is not accepted', subjects: ['c2', 't1', 'c1'], fromNs: ms(60), toNs: null, at: { line: 20 } },
    ]);
    expect(Story.of(busy).insights.findings[0]?.detail).toContain('127.0.0.1:50002 stands in the queue of 127.0.0.1:9999 while MainThread');
    expect(Story.of(busy + goneAt(250)).insights.findings).toMatchObject([{ title: 'A client gave up after 190 ms in the queue', toNs: ms(250) }]);
  });
});
