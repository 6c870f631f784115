/** What is not seen of a process: as its probe says, and where there is none, as its command and its file tell. */
import { describe, expect, test } from 'vitest';
import { english, gapSentence } from '../../../src/protocol/coverageWords';
import { environments, gaps } from '../../../src/protocol/events';
import type { ReportGap } from '../../../src/protocol/report';
import { ms, Story } from './support/story';

const root = '0 101 . image command="python3 main.py" parent=1';

function unseen(lines: string, pid = 102): ReportGap[] {
  return Story.of(`${root}\n${lines}`).report.processes.find((process) => process.pid === pid)!.unseen;
}

describe('where no probe speaks', () => {
  const started = (command: string, ...more: string[]): ReportGap[] => unseen([`10..11 101 . spawn result=102 command="${command}"`, ...more].join('\n'));
  const ran = (executable: string, environment: number = environments.whole): string => `12 kernel . programSeen process=102 executable="${executable}" environment=${environment}`;

  test.each([
    ['python3 -I x.py', '/usr/bin/python3.11', { reason: 'isolated', detail: null }],
    ['python3 -uS x.py', '/usr/bin/python3.11', { reason: 'no-site', detail: null }],
    ['python3 -W error -E x.py', '/usr/bin/python3.11', { reason: 'no-environment', detail: null }],
    ['python3 x.py -I', '/usr/bin/python3.11', { reason: 'no-probe', detail: null }],
    ['python3 -m x -S', '/usr/bin/python3.11', { reason: 'no-probe', detail: null }],
    ['python x.py', '/opt/python/bin/python3.7', { reason: 'old-python', detail: '3.7' }],
    ['python -I x.py', '/usr/bin/python2.7', { reason: 'old-python', detail: '2.7' }],
    ['python x.py', '/usr/bin/pypy3.10', { reason: 'other-python', detail: 'pypy3.10' }],
    ['sh x.sh', '/usr/bin/dash', { reason: 'other-program', detail: 'dash' }],
    ['./x.py', '/usr/bin/python3.11', { reason: 'no-probe', detail: null }],
  ])('%s, run by %s', (command, executable, expected) => {
    expect(started(command.replaceAll(' ', '\0'), ran(executable))).toEqual([{ ...expected, fromNs: ms(11), toNs: null }]);
  });

  test('nobody saw which file it ran: the command may tell, a mere name does not', () => {
    expect(started('python3\0-I\0x.py')).toMatchObject([{ reason: 'isolated' }]);
    expect(started('./x.py')).toMatchObject([{ reason: 'no-probe', detail: null }]);
  });

  test('an environment without the way in', () => {
    expect(started('python3\0x.py', ran('/usr/bin/python3.11', environments.noPath))).toMatchObject([{ reason: 'environment' }]);
  });

  test('it speaks after all', () => {
    expect(started('python3\0x.py', '20 102 . image command="python3 x.py" parent=101')).toEqual([]);
  });

  test('a recorded process runs another program', () => {
    const lines = ['10 102 . forked parent=101 parentThread=101', '20 102 . exec command="cat"', '30 kernel . programSeen process=102 executable="/bin/cat" environment=1'];
    expect(unseen(lines.join('\n'))).toEqual([{ reason: 'other-program', detail: 'cat', fromNs: ms(20), toNs: null }]);
  });
});

describe('where a probe sees less than all', () => {
  test('a gap begins when it is told, and a forked child has it too', () => {
    const story = Story.of(`
      ${root}
      5   101  .  gap     what=${gaps.gevent}
      10  102  .  forked  parent=101 parentThread=101
      20  101  .  gap     what=${gaps.library} detail=pycurl
    `);
    expect(story.report.processes.map(({ unseen: all }) => all.map(({ reason, detail, fromNs }) => [reason, detail, fromNs]))).toEqual([
      [['gevent', null, ms(5)], ['library', 'pycurl', ms(20)]],
      [['gevent', null, ms(10)]],
    ]);
  });

  test('it is over when the process runs another program', () => {
    const lines = [`5 101 . gap what=${gaps.uvloop}`, '10 101 . exec command="python3 next.py"', '20 101 . image command="python3 next.py" parent=1'];
    expect(unseen(lines.join('\n'), 101)).toEqual([{ reason: 'uvloop', detail: null, fromNs: ms(5), toNs: ms(20) }]);
  });

  test('without a GIL nobody waits for it', () => {
    const sample = (at: number, run: number): string => `${at} kernel . threadSample process=101 thread=101 run=${run} ready=0 state=S waitsFor=gil`;
    const states = (first: string): object => Story.of([root, first, sample(10, 1), sample(30, 2), '40 101 . exit status=0 how=1'].join('\n')).report.processes[0]!.threads[0]!.waitNs;
    expect(states('')).toHaveProperty('gil');
    expect(states(`1 101 . gap what=${gaps.freeThreaded}`)).toEqual({});
  });
});

test('every reason is a sentence with its detail in it', () => {
  expect(gapSentence({ reason: 'old-python', detail: '3.7' }, english)).toBe('Only what the kernel shows is known: it runs on Python 3.7, and the recorder needs 3.8 or newer.');
});

test('an orphan left word of its status: it was none of a zombie, and its own silence is filled', () => {
  const story = Story.of(`
    ${root}
    10  102     .  forked      parent=101 parentThread=101
    20  101     .  exit        status=0 how=1
    30  102     .  exit        status=-1 how=1
    50  kernel  .  orphanLeft  process=102 status=1792
    50  kernel  .  processGone process=102 status=-1
  `);
  expect(story.report.processes[1]).toMatchObject({ exit: { code: 7, signal: null }, endNs: ms(30), orphanedAtNs: ms(20), zombieNs: null });
});
