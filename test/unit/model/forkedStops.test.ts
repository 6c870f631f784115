/** A debugger's stops in a forking server: each process has a debug session of its own, and stands still by itself. */
import { expect, test } from 'vitest';
import { rowOf } from '../../../src/lanes/rows';
import { Stalls, type Stalled } from '../../../src/model/stalls';
import { ms, Story } from './support/story';

/** Two children, each of one connection and each stopped in its own session; the first goes on at 120. */
const server = `
  0          101     .  image         command="python3 server.py" parent=1
  1          kernel  .  debugSession  session=1 process=101 type=debugpy name=server.py phase=4
  2          101     .  listen        descriptor=3 address=127.0.0.1:9999 backlog=5
  5..10      101     .  accept        descriptor=3 result=4 sinceEstablished=0 site=server.py:30
  10.1       101     .  endpoints     descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50001
  11..12     101     .  fork          result=102
  13         101     .  close         descriptor=4
  14         kernel  .  debugSession  session=2 parent=1 process=102 type=debugpy name="Subprocess 102" phase=4
  15..16     102     .  receive       descriptor=4 result=7 site=server.py:20
`;
const stopped = `
  20..       102     .  suspended     site=server.py:21
  21         kernel  .  debugStop     session=2 process=102 thread=102 debugThread=1 reason=breakpoint file=/srv/server.py line=21 all=1
`;
const second = `
  31..40     101     .  accept        descriptor=3 result=4 sinceEstablished=0 site=server.py:30
  40.1       101     .  endpoints     descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50002
  41..42     101     .  fork          result=103
  43         101     .  close         descriptor=4
  44         kernel  .  debugSession  session=3 parent=1 process=103 type=debugpy name="Subprocess 103" phase=4
  45..46     103     .  receive       descriptor=4 result=7 site=server.py:20
  50..       103     .  suspended     site=server.py:21
  51         kernel  .  debugStop     session=3 process=103 thread=103 debugThread=1 reason=breakpoint file=/srv/server.py line=21 all=1
`;

function bands(story: Story, thing: Stalled): string[] {
  return new Stalls(story.model, story.model.latestNs).bands(thing).map(({ fromNs, toNs, light }) => `${fromNs / 1e6}–${toNs === Infinity ? '' : toNs / 1e6}${light ? ' light' : ''}`);
}

const pausedOf = (story: Story, tid: number): unknown => {
  const row = rowOf(story.model, story.thread(tid), story.model.latestNs);
  return row.kind === 'thread' ? row.paused?.reason : null;
};

test('a child that is stopped stalls its own thread and client; the server and who comes meanwhile go on', () => {
  const story = Story.of(`${server}${stopped}${second}
    60..61     101     .  accept        descriptor=3 result=4 sinceEstablished=20 site=server.py:30
    61.1       101     .  endpoints     descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50003
    120..120.1 102     .  send          descriptor=4 result=7 site=server.py:21
  `.replace('20..  ', '20..119'));
  expect([102, 103, 101].map((tid) => bands(story, story.thread(tid)))).toEqual([['20–119'], ['50–'], []]);
  expect([50001, 50002, 50003].map((port) => bands(story, story.connection(port)))).toEqual([['20–119'], ['50–'], []]);
  expect([101, 102, 103].map((pid) => bands(story, story.process(pid)))).toEqual([[], ['20–119'], ['50–']]);
  expect([101, 102, 103].map((tid) => pausedOf(story, tid))).toEqual([undefined, undefined, 'breakpoint']);
  const at = { file: 'server.py', line: 21 };
  expect(story.report.marks).toMatchObject([
    { process: 'p2', thread: 't2', fromNs: ms(20), toNs: ms(119), at, session: { number: 2, parent: 1, name: 'Subprocess 102' }, all: true, along: [], stalled: ['c1'] },
    { process: 'p3', thread: 't3', fromNs: ms(50), toNs: null, at, session: { number: 3, parent: 1, name: 'Subprocess 103' }, all: true, along: [], stalled: ['c2'] },
  ]);
});

test('a server that is stopped lets those wait whom it would accept, and its children go on', () => {
  const story = Story.of(`${server}
    16..20     101     .  poll          site=server.py:30
    20..70     101     .  suspended     site=server.py:30
    21         kernel  .  debugStop     session=1 process=101 debugThread=1 reason=pause all=1
    25..26     102     .  send          descriptor=4 result=7 site=server.py:21
    71..72     101     .  accept        descriptor=3 result=4 sinceEstablished=40 site=server.py:30
    72.1       101     .  endpoints     descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50002
  `);
  expect([101, 102].map((tid) => bands(story, story.thread(tid)))).toEqual([['20–70'], []]);
  expect([50001, 50002].map((port) => bands(story, story.connection(port)))).toEqual([[], ['32–70']]);
  expect(story.report.marks).toMatchObject([{ process: 'p1', reason: 'pause', session: { number: 1, parent: null }, stalled: ['c2'] }]);
});

test.each([
  ['it is killed', '80 kernel . processGone process=102 status=9'],
  ['its server collects it', '79 101 . waitProcess target=102 result=102 status=9'],
])('the stop of a child ends with it, where the debugger tells no end: %s', (_, end) => {
  const story = Story.of(`${server}${stopped}${end}\n 90 101 . sleep`);
  const [mark] = story.report.marks;
  expect(mark).toMatchObject({ process: 'p2', toNs: expect.any(Number) as number });
  expect(mark!.toNs).toBe(story.process(102).endNs);
  expect(pausedOf(story, 102)).toBeUndefined();
  expect(bands(story, story.connection(50001))).toHaveLength(1);
  expect(bands(story, story.connection(50001))[0]).not.toMatch(/–$/);
});
