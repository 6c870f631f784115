/** Descriptors beyond accept and connect: passed on, kept over an exec, paired; what moves no bytes; handlers' phases. */
import { describe, expect, test } from 'vitest';
import { ms, Story } from './support/story';
import { serverStart } from './support/servers';

const child = `
  ${serverStart}
  2       102  .  forked      parent=101 parentThread=101
  5..20   101  .  accept      descriptor=3 result=4 sinceEstablished=0
  20.1    101  .  endpoints   descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50001
`;

describe('a connection that is passed to another process', () => {
  test('is known there by its inode, stays one, and closes with its last descriptor', () => {
    const story = Story.of(`
      ${child}
      21      101  .  socketSeen  descriptor=4 inode=77
      22      101  .  close       descriptor=4
      30      102  .  socketSeen  descriptor=9 inode=77
      31..32  102  .  receive     descriptor=9 result=5
      40      102  .  close       descriptor=9
    `);
    expect(story.report.connections).toMatchObject([
      { bytesIn: 5, closedNs: ms(40), owners: [{ process: 'p1', toNs: ms(22) }, { process: 'p2', toNs: ms(40) }] },
    ]);
  });

  test('another inode is another socket', () => {
    const story = Story.of(`
      ${child}
      21      101  .  socketSeen  descriptor=4 inode=77
      30      102  .  socketSeen  descriptor=9 inode=78
      31..32  102  .  receive     descriptor=9 result=5
    `);
    expect(story.report.connections).toMatchObject([{ bytesIn: 0 }]);
  });
});

test('a descriptor that a fresh program tells of was kept over the exec, the others were closed by it', () => {
  const story = Story.of(`
    ${serverStart}
    5..20   101  .  accept      descriptor=3 result=4 sinceEstablished=0
    20.1    101  .  endpoints   descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50001
    21..22  101  .  accept      descriptor=3 result=5 sinceEstablished=0
    22.1    101  .  endpoints   descriptor=5 local=127.0.0.1:9999 peer=127.0.0.1:50002
    30      102  .  forked      parent=101 parentThread=101
    31      101  .  close       descriptor=4
    32      101  .  close       descriptor=5
    40      102  .  image     command="python3 other.py"
    40.1    102  .  socketSeen  descriptor=5 inode=79
    41..42  102  .  receive   descriptor=5 result=3
    50      102  .  close     descriptor=5
  `);
  expect(story.connection(50001).closedNs).toBe(ms(40));
  expect(story.connection(50002)).toMatchObject({ closedNs: ms(50), bytesIn: 3 });
});

test('bytes that are only looked at do not count, nor does an end after shutdown(SHUT_RD) mean the peer\'s', () => {
  const story = Story.of(`
    ${child}
    21..22  101  .  socketWait  descriptor=4 result=5 how=1
    23..24  101  .  receive     descriptor=4 result=5
    25      101  .  shutdown    descriptor=4 how=0
    26..27  101  .  receive     descriptor=4 result=0
    28      101  .  close       descriptor=4
    28      102  .  close       descriptor=4
  `);
  expect(story.report.connections).toMatchObject([{ bytesIn: 5, receives: 2, closedBy: 'local' }]);
  expect(story.report.processes[0]?.threads[0]?.waits.filter(({ reason }) => reason === 'receive')).toHaveLength(3);
});

describe('the ends of a Unix connection', () => {
  const listening = `
    0       101  .  image   command="python3 server.py"
    1       101  .  bind    descriptor=3 path=/s family=1 type=1
    1.5     101  .  listen  descriptor=3 path=/s family=1 backlog=5
    2       102  .  image   command="python3 client.py" parent=101
  `;
  const acceptedTwo = `
    10..20  101  .  accept      descriptor=3 result=4
    20.1    101  .  socketSeen  descriptor=4 inode=1 family=1 type=1 peerProcess=102
    21..22  101  .  accept      descriptor=3 result=5
    22.1    101  .  socketSeen  descriptor=5 inode=2 family=1 type=1 peerProcess=102
  `;

  test('are joined in the order of the queue', () => {
    const story = Story.of(`${listening} ${acceptedTwo}
      11..12  102  .  connect  descriptor=3 path=/s family=1
      13..14  102  .  connect  descriptor=4 path=/s family=1
    `);
    expect(story.report.connections.map(({ id, role, otherEnd }) => [id, role, otherEnd])).toEqual([
      ['c1', 'client', 'c3'], ['c2', 'client', 'c4'], ['c3', 'server', 'c1'], ['c4', 'server', 'c2'],
    ]);
  });

  test('stay apart where nobody can tell which connect was first', () => {
    const story = Story.of(`${listening} ${acceptedTwo}
      11..14  102  .    connect  descriptor=3 path=/s family=1
      12..13  102  202  connect  descriptor=4 path=/s family=1
    `);
    expect(story.report.connections.map(({ otherEnd }) => otherEnd)).toEqual([null, null, null, null]);
  });
});

test('a handler\'s phases belong to the connection that its setup began with', () => {
  const story = Story.of(`
    ${child}
    21..22  101  .  handlerPhase  descriptor=4 phase=1
    23..    101  .  handlerPhase  descriptor=4 phase=2
    24      101  .  close         descriptor=4
    23..30  101  .  handlerPhase  descriptor=4 phase=2 error=ValueError errorSite=server.py:12
    31..32  101  .  handlerPhase  descriptor=4 phase=3
  `);
  expect(story.report.connections[0]?.handler?.phases).toMatchObject([
    { name: 'setup', error: null },
    { name: 'handle', beginNs: ms(23), endNs: ms(30), error: { type: 'ValueError', at: { line: 12 } } },
    { name: 'finish', error: null },
  ]);
  expect(story.insights.findings.filter(({ rule }) => rule === 'handler-failed')).toMatchObject([
    { severity: 'warning', title: 'ValueError left handle at server.py:12', subjects: ['c1', 't1'] },
  ]);
});
