/** Who talks with whom, and how much: from the model's channels and connections to the tree's edges. */
import { describe, expect, test } from 'vitest';
import { channelFacts } from '../../../src/lanes/channelFacts';
import { EdgeTracker } from '../../../src/lanes/processEdges';
import { Model } from '../../../src/model/model';
import type { ProcessEdge } from '../../../src/protocol/rows';
import { batchOf } from '../model/support/encode';
import { encodeTable, Story } from '../model/support/story';

const family = `
  0   101  .  image   command="python3 main.py" parent=1
  5   101  .  channel inode=77 reading=3 writing=4 how=1
  10  102  .  forked  parent=101 parentThread=101
  11  103  .  forked  parent=101 parentThread=101
`;

/** `p1 → p2: 1 pipe, 5 B in 1; back 7 B in 2?` where `?` says that there may be more. */
function words({ from, to, forth, back, ...links }: ProcessEdge): string {
  const counted = Object.entries(links).filter(([, count]) => count > 0).map(([kind, count]) => `${String(count)} ${kind}`);
  const way = (name: string, flow: ProcessEdge['forth']): string => (flow === null ? '' : `; ${name} ${String(flow.bytes)} B in ${String(flow.writes)}${flow.whole ? '' : '?'}`);
  return `${from} ${to}: ${counted.join(', ')}${way('forth', forth)}${way('back', back)}`;
}

const edgesOf = (table: string): string[] => new EdgeTracker().update(Story.of(table).model, true).map(words);

describe('an edge', () => {
  test('has what went each way, from the elder', () => {
    expect(edgesOf(`${family}
      40..42  102  .  channelWrite  inode=77 descriptor=4 result=5
      43..44  101  .  channelRead   inode=77 descriptor=3 result=5
    `)).toEqual(['p1 p2: 1 pipes; back 5 B in 1']);
  });

  test('is none where a process talks with itself, or where only one end was ever used', () => {
    expect(edgesOf(`${family}
      40..42  101  .  channelWrite  inode=77 result=5
      43..44  101  .  channelRead   inode=77 result=5
    `)).toEqual([]);
    expect(edgesOf(`${family}\n 40..42 102 . channelWrite inode=77 result=5`)).toEqual([]);
  });

  test('says a queue, when its get or put was seen', () => {
    expect(edgesOf(`${family}
      30..41  101  .  channelWait   inode=77 result=1
      40..42  102  .  channelWrite  inode=77 result=5
      43..44  101  .  channelRead   inode=77 result=5
    `)).toEqual(['p1 p2: 1 queues; back 5 B in 1']);
  });

  test('with several writers and one reader knows what each wrote; with several of both, nobody knows who got whose', () => {
    const two = `${family}
      40..42  102  .  channelWrite  inode=77 result=5
      42..43  103  .  channelWrite  inode=77 result=9
      43..44  101  .  channelRead   inode=77 result=14`;
    expect(edgesOf(two)).toEqual(['p1 p2: 1 pipes; back 5 B in 1', 'p1 p3: 1 pipes; back 9 B in 1']);
    expect(edgesOf(`${two}\n 44..45 102 . channelRead inode=77 result=0`)).toEqual([
      'p1 p2: 1 pipes; back 0 B in 0?', 'p2 p3: 1 pipes; back 0 B in 0?', 'p1 p3: 1 pipes; back 0 B in 0?',
    ]);
  });

  test('to a program that was started with it counts what was written, for its reads are not seen', () => {
    expect(edgesOf(`${family}
      12      101  .  channelGiven  inode=77 process=102 descriptor=0 how=1
      13..14  101  .  channelWrite  inode=77 result=3
    `)).toEqual(['p1 p2: 1 pipes; forth 3 B in 1']);
  });

  const pair = `${family}
    12      101  .  socketPair  left=5 right=6 family=1 type=1 leftInode=88 rightInode=89
    13      104  .  forked  parent=101 parentThread=101
    20..21  101  .  send     descriptor=5 result=4
    20..22  104  .  receive  descriptor=6 result=4
    23..24  104  .  send     descriptor=6 result=2
    23..25  101  .  receive  descriptor=5 result=2`;
  test('of a pair of sockets counts it once, although its ends are connections too', () => {
    expect(edgesOf(pair)).toEqual(['p1 p4: 1 socketPairs; forth 4 B in 1; back 2 B in 1']);
  });
});

const server = `
  0        101  .  image      command="python3 main.py" parent=1
  1        101  .  listen     descriptor=3 backlog=5
  1.1      101  .  endpoints  descriptor=3 local=127.0.0.1:9999
  2        102  .  forked     parent=101 parentThread=101
  2.1      103  .  forked     parent=101 parentThread=101
  5..6     102  .  connect    descriptor=7 address=127.0.0.1 port=9999 family=2
  6.1      102  .  endpoints  descriptor=7 local=127.0.0.1:50001 peer=127.0.0.1:9999
  5..8     101  .  accept     descriptor=3 result=4
  8.1      101  .  endpoints  descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50001
  9..10    102  .  send       descriptor=7 result=6
  9..11    101  .  receive    descriptor=4 result=6`;

describe('a connection', () => {
  test('with both ends traced joins the processes that own them', () => {
    expect(edgesOf(server)).toEqual(['p1 p2: 1 connections; back 6 B in 1']);
  });

  test('that is handed over joins its new owner instead', () => {
    const later = `
      12     104  .  forked   parent=101 parentThread=101
      13     101  .  close    descriptor=4
      14..15 104  .  send     descriptor=4 result=3
      14..16 102  .  receive  descriptor=7 result=3`;
    expect(edgesOf(`${server}\n${later}`)).toEqual(['p2 p4: 1 connections; forth 6 B in 1; back 3 B in 1']);
    const { encoder, records } = encodeTable(`${server}\n${later}`);
    const split = records.length - 4;
    const model = new Model(encoder, encoder.owners);
    const tracker = new EdgeTracker();
    model.ingest(batchOf(records.slice(0, split)));
    expect(tracker.update(model, true).map(words)).toEqual(['p1 p2: 1 connections; back 6 B in 1']);
    model.changed.clear();
    model.ingest(batchOf(records.slice(split)));
    // What is no more is told once, without links.
    expect(tracker.update(model, false).map(words).sort()).toEqual(['p1 p2: ', 'p2 p4: 1 connections; forth 6 B in 1; back 3 B in 1']);
    model.changed.clear();
    expect(tracker.update(model, false)).toEqual([]);
  });
});

test('told piece by piece, edges come out as told at once', () => {
  const table = `${family}
    12      101  .  socketPair  left=5 right=6 family=1 type=1 leftInode=88 rightInode=89
    13      104  .  forked  parent=101 parentThread=101
    20..21  101  .  send     descriptor=5 result=4
    20..22  104  .  receive  descriptor=6 result=4
    30..41  101  .  channelWait   inode=77 result=1
    40..42  102  .  channelWrite  inode=77 result=5
    43..44  101  .  channelRead   inode=77 result=5
    45..46  103  .  channelWrite  inode=77 result=9
    47..48  101  .  channelRead   inode=77 result=9
    49..50  104  .  send     descriptor=6 result=2
    49..51  101  .  receive  descriptor=5 result=2`;
  const { encoder, records } = encodeTable(table);
  const model = new Model(encoder, encoder.owners);
  const tracker = new EdgeTracker();
  const told = new Map<string, ProcessEdge>();
  records.forEach((record, at) => {
    model.ingest(batchOf([record]));
    for (const edge of tracker.update(model, at === 0)) told.set(`${edge.from} ${edge.to}`, edge);
    model.changed.clear();
  });
  expect([...told.values()].map(words).sort()).toEqual(edgesOf(table).sort());
  expect(told.size).toBe(3);
});

test('a channel is called by its kind, its descriptors and who is at the other end', () => {
  const story = Story.of(`${family}
    40..42  102  .  channelWrite  inode=77 descriptor=4 result=5
    43..44  101  .  channelRead   inode=77 descriptor=3 result=5
  `);
  const [channel] = story.model.channels;
  expect(channelFacts(story.model, channel!, story.process(101))).toEqual({
    kind: 'pipe', descriptors: { writing: 4, reading: 3 }, way: 'from', others: ['main.py'], more: 0,
  });
  expect(channelFacts(story.model, channel!, story.process(102)).way).toBe('to');
  // It has made no call yet; the others tell.
  expect(channelFacts(story.model, channel!, story.process(103))).toMatchObject({ way: 'with', others: ['main.py', 'main.py'] });
});

test('of a model that was built again only what is otherwise is told, and what is no edge any more', () => {
  const tracker = new EdgeTracker();
  const talk = '\n 40..42 102 . channelWrite inode=77 descriptor=4 result=5\n 43..44 101 . channelRead inode=77 descriptor=3 result=5';
  const more = '\n 50..52 103 . channelWrite inode=77 descriptor=4 result=3';
  expect(tracker.update(Story.of(family + talk).model, true).map(words)).toEqual(['p1 p2: 1 pipes; back 5 B in 1']);
  expect(tracker.update(Story.of(family + talk).model, true)).toEqual([]);
  expect(tracker.update(Story.of(family + talk + more).model, true).map(words)).toEqual(['p1 p3: 1 pipes; back 3 B in 1']);
  expect(tracker.update(Story.of(family).model, true).map(words)).toEqual(['p1 p2: ', 'p1 p3: ']);
});
