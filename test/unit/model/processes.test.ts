/** Processes: how they begin and end, in whatever order parent, child and observer speak of it. */
import { describe, expect, test } from 'vitest';
import { ms, Story } from './support/story';

const root = `
  0   101  .  image  command="python3 main.py" parent=1
`;

describe('fork', () => {
  const generations = `
    ${root}
    10..12    101  .  fork         result=102 site=main.py:5:main
    11        102  .  forked       parent=101 parentThread=101 site=main.py:5:main
    15..18    102  .  fork         result=103 site=main.py:7:child
    17        103  .  forked       parent=102 parentThread=102 site=main.py:7:child
    20        103  .  exit         status=7 how=2
    16..21    102  .  waitProcess  target=103 result=103 status=1792 site=main.py:8
    25        102  .  exit         status=3 how=2
    13..26    101  .  waitProcess  target=102 result=102 status=768 site=main.py:9
    30        101  .  exit         status=0 how=1
  `;
  const story = Story.of(generations);

  test('three generations, each with its parent and its forking line', () => {
    expect(story.report.processes.map(({ id, pid, parent, birth, bornAt }) => [id, pid, parent, birth, bornAt?.line ?? null])).toEqual([
      ['p1', 101, null, 'root', null],
      ['p2', 102, 'p1', 'fork', 5],
      ['p3', 103, 'p2', 'fork', 7],
    ]);
  });

  test('whoever waits when a child ends leaves no zombie, and believes its status', () => {
    expect(story.report.processes.map(({ exit, zombieNs, reapedBy, endNs }) => [exit?.code, zombieNs, reapedBy, endNs])).toEqual([
      [0, null, null, ms(30)],
      [3, 0, 'p1', ms(26)],
      [7, 0, 'p2', ms(21)],
    ]);
  });

  test('arrows lead from the forking thread, and back to whoever collects', () => {
    expect(story.arrows).toEqual(['fork t1→p2 @11', 'fork t2→p3 @17', 'reap p3→t2 @21', 'join p3→t2 @21', 'reap p2→t1 @26', 'join p2→t1 @26']);
  });

  test('a wait says for which process, also while it lasts', () => {
    expect(story.waits(101)).toEqual(['waitpid 13–26 process:p2']);
    expect(Story.of(`${root}\n 10..12 101 . fork result=102\n 13.. 101 . waitProcess target=102`).waits(101)).toEqual(['waitpid 13– process:p2']);
  });
});

test('a thread that forks is the main thread of its child, under its own name', () => {
  const story = Story.of(`
    ${root}
    5        101  205  threadBegin  name=worker startedBy=101 daemon=1
    10       102  .    forked       parent=101 parentThread=205
    11       102  .    sleep
  `);
  expect(story.report.processes[1]?.threads).toMatchObject([{ main: true, tid: 102, name: 'worker', daemon: true }]);
  expect(story.arrows).toContain('fork t2→p2 @10');
});

describe('programs', () => {
  test('a spawned child: made by the parent’s call, filled in by its own words', () => {
    const story = Story.of(`
      ${root}
      10..12  101  .  spawn  result=102 command="ls -l" site=main.py:4
      40      102  .  image  command="python3 -m tool x" parent=101
    `);
    expect(story.report.processes[1]).toMatchObject({
      parent: 'p1', birth: 'spawn', name: 'tool', startNs: ms(12), images: [{ command: ['python3', '-m', 'tool', 'x'], atNs: ms(12) }], bornAt: { line: 4 },
    });
    expect(story.arrows).toEqual(['fork t1→p2 @12']);
  });

  test('a child that no probe covers keeps what its parent said of it', () => {
    const story = Story.of(`${root}\n 10..12 101 . spawn result=102 command="ls -l"`);
    expect(story.report.processes[1]).toMatchObject({ name: 'ls', birth: 'spawn', coverage: [], threads: [], exit: null, endNs: null });
  });

  test('exec keeps the process and adds an image; after fork it is a spawn', () => {
    const story = Story.of(`
      ${root}
      10      102  .  forked  parent=101 parentThread=101
      11      102  .  exec    command="python3 other.py"
      20      102  .  image   command="python3 other.py" parent=101
    `);
    expect(story.report.processes).toHaveLength(2);
    expect(story.report.processes[1]).toMatchObject({ birth: 'spawn', name: 'other.py', images: [{ command: ['python3', 'main.py'] }, { atNs: ms(20) }] });
    expect(story.arrows).toEqual(['fork t1→p2 @10', 'exec t2→p2 @11']);
  });

  test('a multiprocessing child has its name in a field of its own', () => {
    const story = Story.of(`
      ${root}
      10  102  .  forked           parent=101 parentThread=101
      11  102  .  multiprocessing  name=Process-1 logicalParent=101 daemon=1
    `);
    expect(story.report.processes[1]).toMatchObject({ name: 'main.py', multiprocessing: { name: 'Process-1', daemon: true } });
  });
});

describe('ends', () => {
  test('killed inside a call: the call lasts to the end, the signal comes from its parent’s wait', () => {
    const story = Story.of(`
      ${root}
      10        102  .  forked       parent=101 parentThread=101
      12..      102  .  sleep        site=main.py:9
      50        101  .  kill         target=102 signal=9 site=main.py:11
      49..60    101  .  waitProcess  target=102 result=102 status=9
    `);
    expect(story.report.processes[1]).toMatchObject({ endNs: ms(60), exit: { code: null, signal: 'SIGKILL' }, reapedBy: 'p1' });
    expect(story.waits(102)).toEqual(['sleep 12–60']);
    expect(story.arrows).toContain('signal t1→p2 @50');
  });

  test('collected late with nobody knowing when it ended: how long it was a zombie is unknown', () => {
    const story = Story.of(`
      ${root}
      10        102  .  forked       parent=101 parentThread=101
      200..201  101  .  waitProcess  target=-1 result=102 status=9
    `);
    expect(story.report.processes[1]).toMatchObject({ endNs: ms(201), zombieNs: null });
    expect(story.arrows).not.toContain('join p2→t1 @201');
  });

  test('the observer sees the zombie, and that it is gone', () => {
    const story = Story.of(`
      ${root}
      10   102     .  forked       parent=101 parentThread=101
      30   kernel  .  zombieSeen   process=102 status=15
      90   kernel  .  processGone  process=102 status=-1
    `);
    expect(story.report.processes[1]).toMatchObject({
      endNs: ms(30), exit: { code: null, signal: 'SIGTERM' }, zombieNs: ms(60), reapedBy: null, coverage: ['python', 'kernel'],
    });
  });

  test('a wait status is believed over last words, which know nothing of a signal', () => {
    const story = Story.of(`
      ${root}
      10      102  .  forked       parent=101 parentThread=101
      20      102  .  exit         status=0 how=1
      15..25  101  .  waitProcess  target=102 result=102 status=11
    `);
    expect(story.report.processes[1]?.exit).toEqual({ code: null, signal: 'SIGSEGV' });
  });

  test('a stopped child is not collected', () => {
    const story = Story.of(`${root}\n 10 102 . forked parent=101 parentThread=101\n 20..21 101 . waitProcess target=102 result=102 status=4991`);
    expect(story.report.processes[1]).toMatchObject({ endNs: null, reapedBy: null, exit: null });
  });

  test('a child that goes on after its parent’s end is an orphan since then', () => {
    const story = Story.of(`
      ${root}
      10      102     .  forked     parent=101 parentThread=101
      20      101     .  exit       status=0 how=2
      21      kernel  .  rootEnded  process=101 status=0
      22..30  102     .  sleep
    `);
    expect(story.report.processes[1]).toMatchObject({ orphanedAtNs: ms(21), endNs: null, exit: null });
    expect(story.report.processes[0]?.orphanedAtNs).toBeNull();
  });

  test('an orphan that the observer first saw when it had another parent already', () => {
    const story = Story.of(`
      ${root}
      10   102     .  forked       parent=101 parentThread=101
      20   101     .  exit         status=0 how=2
      40   kernel  .  processSeen  process=102 parent=1
    `);
    expect(story.report.processes[1]).toMatchObject({ parent: 'p1', orphanedAtNs: ms(20), adoptedBy: { pid: 1, process: null } });
  });

  test('the observer dates an orphan later than its parent’s end, and moves zombies too', () => {
    const table = (rest: string): string => `
      ${root}
      10   102     .  forked      parent=101 parentThread=101
      ${rest}
      20   101     .  exit        status=0 how=2
      40   kernel  .  reparented  process=102 parent=1
    `;
    expect(Story.of(table('')).report.processes[1]?.orphanedAtNs).toBe(ms(20));
    expect(Story.of(table('15 102 . exit status=0 how=2')).report.processes[1]?.orphanedAtNs).toBeNull();
  });
});

test('a pid that is given out again is another process', () => {
  const story = Story.of(`
    ${root}
    10..11  101  .  fork         result=102
    10.5    102  .  forked       parent=101 parentThread=101
    15      102  .  exit         status=1 how=2
    12..16  101  .  waitProcess  target=102 result=102 status=256
    20..21  101  .  fork         result=102
    22      102  .  forked       parent=101 parentThread=101
    23      102  .  sleep
    30      102  .  exit         status=2 how=2
    24..31  101  .  waitProcess  target=102 result=102 status=512
  `);
  expect(story.report.processes.map(({ id, pid, startNs, endNs, exit }) => [id, pid, startNs, endNs, exit?.code ?? null])).toEqual([
    ['p1', 101, 0, null, null],
    ['p2', 102, ms(10.5), ms(16), 1],
    ['p3', 102, ms(21), ms(31), 2],
  ]);
});

test('two writers in one process are one process', () => {
  const story = Story.of(`
    0    native:101  .  image  command="python3 main.py" parent=1
    5    101         .  image  command="python3 main.py" parent=1
    6    101         .  sleep
    7    native:101  .  sleep
  `);
  expect(story.report.processes).toHaveLength(1);
  expect(story.report.processes[0]).toMatchObject({ coverage: ['native', 'python'], images: [{ atNs: 0 }] });
});

describe('observed only', () => {
  test('a process that no probe reports hangs under its parent', () => {
    const story = Story.of(`
      0    kernel  .  rootStarted  process=101 command="python3 main.py"
      1    101     .  image        command="python3 main.py" parent=1
      10   kernel  .  processSeen  process=102 parent=101 command="sleep 5"
      90   kernel  .  processGone  process=102 status=0
    `);
    expect(story.report.processes).toMatchObject([
      { birth: 'root', coverage: ['kernel', 'python'], startNs: 0, images: [{ command: ['python3', 'main.py'] }] },
      { parent: 'p1', birth: 'spawn', name: 'sleep', coverage: ['kernel'], endNs: ms(90), exit: { code: 0, signal: null }, reapedBy: null },
    ]);
  });
});

test('an observer that sees a child before it has spoken does not change what it is', () => {
  const seen = '10.5 kernel . processSeen process=102 parent=101 command="python3 main.py"';
  const forked = (line: string): unknown => {
    const [, child] = Story.of(`
      ${root}
      10..12  101  .  fork    result=102 site=main.py:5
      ${line}
      11      102  .  forked  parent=101 parentThread=101 site=main.py:5
    `).report.processes;
    return { ...child, startNs: 0, coverage: [], images: child?.images.map((image) => image.command), threads: child?.threads.map((thread) => thread.name) };
  };
  expect(forked(seen)).toEqual(forked(''));
  const spawned = Story.of(`${root}\n ${seen}\n 10..12 101 . spawn result=102 command="ls -l"`);
  expect(spawned.report.processes[1]).toMatchObject({ birth: 'spawn', name: 'ls', parent: 'p1' });
  expect(spawned.arrows).toEqual(['fork t1→p2 @10.5']);
});

test('an observation that is written after the process has ended, or was collected, is still about it', () => {
  const story = Story.of(`
    ${root}
    10      102     .  forked       parent=101 parentThread=101
    20      102     .  exit         status=0 how=2
    21      kernel  .  processSeen  process=102 parent=101 command="python3 main.py"
    15..30  101     .  waitProcess  target=102 result=102 status=0
    31      kernel  .  processSeen  process=102 parent=101 command="python3 main.py"
    32      kernel  .  zombieSeen   process=102 status=0
    33      kernel  .  processGone  process=102 status=-1
  `);
  expect(story.report.processes).toHaveLength(2);
  expect(story.report.processes[1]).toMatchObject({ endNs: ms(30), zombieNs: 0, reapedBy: 'p1', birth: 'fork' });
});

test('what nobody says is null', () => {
  const story = Story.of('5  101  7  sleep');
  expect(story.report.processes).toMatchObject([
    { name: '', images: [], exit: null, endNs: null, zombieNs: null, reapedBy: null, orphanedAtNs: null, bornAt: null, multiprocessing: null },
  ]);
  expect(story.report.processes[0]?.threads).toMatchObject([{ name: null, target: null, daemon: null, main: false, endNs: null, joinedBy: null }]);
});

test('when nothing of the run is left, nobody is alive, although nobody saw the end', () => {
  const story = Story.of(`
    ${root}
    10..12  101     .  spawn  result=102 command=true
    30      101     .  exit   status=0 how=1
    40      kernel  .  allGone
  `);
  expect(story.report.processes.map(({ endNs, exit, zombieNs }) => [endNs, exit?.code ?? null, zombieNs])).toEqual([
    [ms(30), 0, null],
    [ms(40), null, null],
  ]);
});

describe('signals to a group', () => {
  const family = `
    0    101 .  image        command="python3 main.py" parent=1
    0.1  101 .  processGroup process=101 group=101
    10   102 .  forked       parent=101 parentThread=101
    11   103 .  forked       parent=101 parentThread=101
    12   103 .  processGroup process=103 group=103
    13   104 .  forked       parent=103 parentThread=103
  `;
  const arrows = (more: string): string[] => Story.of(`${family}${more}`).arrows.filter((arrow) => arrow.startsWith('signal'));

  test('reach its members: children are in their parent\'s, until they are put into another', () => {
    expect(arrows('20 101 . kill target=-103 signal=15')).toEqual(['signal t1→p3 @20', 'signal t1→p4 @20']);
    expect(arrows('20 102 . kill target=0 signal=10')).toEqual(['signal t2→p1 @20', 'signal t2→p2 @20']);
  });

  test('not who has ended, nobody where it failed or only asked, and nobody knows who everybody is', () => {
    expect(arrows('15 kernel . zombieSeen process=104 status=0\n20 101 . kill target=-103 signal=15')).toEqual(['signal t1→p3 @20']);
    expect(arrows('20 101 . kill target=-103 signal=15 result=-1\n21 101 . kill target=-103 signal=0\n22 101 . kill target=-1 signal=15')).toEqual([]);
  });
});

test('a signal to a number whose process was collected went to somebody else', () => {
  const story = Story.of(`
    0      101  .  image       command="python3 main.py"
    10     102  .  forked      parent=101 parentThread=101
    20     101  .  kill        target=102 signal=10
    30     102  .  exit        status=0 how=2
    40..41 101  .  waitProcess target=102 result=102 status=0
    50     101  .  kill        target=102 signal=15
  `);
  expect(story.arrows.filter((arrow) => arrow.startsWith('signal'))).toEqual(['signal t1→p2 @20']);
});
