/** Channels between processes, the ends of processes, and programs that follow one another in one. */
import { expect, test } from 'vitest';
import { ms, Story } from './support/story';

const root = `
  0   101  .  image  command="python3 main.py" parent=1
`;

test('a pipe is known by its inode in every process; its reader waits on it until somebody writes', () => {
  const story = Story.of(`
    ${root}
    5       101  .  channel       inode=77 reading=3 writing=4 how=1
    10      102  .  forked        parent=101 parentThread=101
    12..    101  .  channelRead   inode=77 descriptor=3 site=main.py:9
    40..    102  .  channelWrite  inode=77 descriptor=4
    12..41  101  .  channelRead   inode=77 result=5 descriptor=3 site=main.py:9
    40..42  102  .  channelWrite  inode=77 result=5 descriptor=4
  `);
  expect(story.report.channels).toEqual([
    { id: 'h1', kind: 'pipe', ends: [
      { process: 'p1', reads: 1, writes: 0, bytesIn: 5, bytesOut: 0 },
      { process: 'p2', reads: 0, writes: 1, bytesIn: 0, bytesOut: 5 },
    ] },
  ]);
  expect(story.waits(101)).toEqual(['pipe 12–41 channel:h1']);
  expect(story.arrows).toContain('unblock t2→t1 @41');
});

test('an inode that is given out again is another channel', () => {
  const story = Story.of(`
    ${root}
    5       101  .  channel       inode=77 how=1
    6..7    101  .  channelWrite  inode=77 result=1
    8       101  .  channel       inode=77 how=1
    9..10   101  .  channelWrite  inode=77 result=2
    11      101  .  channel       inode=77 how=2
    12..13  101  .  channelWrite  inode=77 result=4
  `);
  expect(story.report.channels.map(({ ends }) => ends[0]?.bytesOut)).toEqual([1, 6]);
});

test('a program that was started with an end uses it unseen', () => {
  const story = Story.of(`
    ${root}
    5       101  .  channel       inode=77 how=1
    10..12  101  .  spawn         result=102 command="cat"
    12      101  .  channelGiven  inode=77 process=102 descriptor=0 how=1
    13..14  101  .  channelWrite  inode=77 result=3
  `);
  expect(story.report.channels[0]?.ends).toEqual([
    { process: 'p2', reads: null, writes: 0, bytesIn: null, bytesOut: 0 },
    { process: 'p1', reads: 0, writes: 1, bytesIn: 0, bytesOut: 3 },
  ]);
});

test('a signal of the kernel’s for what it did itself is a fault, one that another sent kills', () => {
  const story = Story.of(`
    ${root}
    10        102  .  forked       parent=101 parentThread=101
    15..20    101  .  waitProcess  target=102 result=102 status=11
    30        103  .  forked       parent=101 parentThread=101
    35        101  .  kill         target=103 signal=11
    34..40    101  .  waitProcess  target=103 result=103 status=11
  `);
  expect(story.report.processes.slice(1).map(({ ending, killedBy }) => [ending, killedBy])).toEqual([['fatal', null], ['killed', 't1']]);
});

test('an exec that failed leaves the program as it was, one that did not is its next', () => {
  const story = Story.of(`
    ${root}
    10  102  .  forked  parent=101 parentThread=101
    11  102  .  exec    command="nowhere" result=0
    12  102  .  exec    command="nowhere" result=-2
    13  103  .  forked  parent=101 parentThread=101
    14  103  .  exec    command="sleep 1" result=0
  `);
  expect(story.report.processes.slice(1).map(({ birth, name, images }) => [birth, name, images.length])).toEqual([
    ['fork', 'main.py', 1],
    ['spawn', 'sleep', 2],
  ]);
});

test('the shell of os.system is the child that an observer saw meanwhile; of two nobody knows which', () => {
  const one = `
    ${root}
    10..      101     .  system       command="sh -c true" site=main.py:5
    20        kernel  .  processSeen  process=102 parent=101 command="sh -c true"`;
  const returned = '30..30  kernel  .  processGone  process=102 status=-1\n 10..40  101  .  system  result=768 command="sh -c true" site=main.py:5';
  expect(Story.of(`${one}\n${returned}`).report.processes[1]).toMatchObject({
    bornAt: { line: 5 }, exit: { code: 3, signal: null }, reapedBy: 'p1', parent: 'p1',
  });
  const two = `${one}\n 25 kernel . processSeen process=103 parent=101 command="ls"\n${returned}`;
  expect(Story.of(two).report.processes[1]).toMatchObject({ bornAt: null, exit: null, reapedBy: null });
});

test('a zombie that an observer never saw lasted nobody knows how long; one that nobody collects lasts until its parent ends', () => {
  const story = Story.of(`
    ${root}
    10  102     .  forked       parent=101 parentThread=101
    20  102     .  exit         status=0 how=1
    90  kernel  .  processGone  process=102 status=-1
    91  103     .  forked       parent=101 parentThread=101
    95  103     .  exit         status=0 how=2
    97  kernel  .  zombieSeen   process=103 status=0
    99  101     .  exit         status=0 how=1
  `);
  expect(story.report.processes.slice(1).map(({ zombieNs }) => zombieNs)).toEqual([null, ms(4)]);
});

test('a process that failed on it, or never came back, belongs to it too', () => {
  const story = Story.of(`
    ${root}
    5       101  .  channel       inode=77 reading=3 writing=4 how=1
    6..7    101  .  channelWrite  inode=77 result=-32 descriptor=4
    8       102  .  forked        parent=101 parentThread=101
    9..     102  .  channelRead   inode=77 descriptor=3
    20      kernel . zombieSeen   process=102 status=9
  `);
  expect(story.report.channels.map(({ ends }) => ends.map(({ process }) => process))).toEqual([['p1', 'p2']]);
});
