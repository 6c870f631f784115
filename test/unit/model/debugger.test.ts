/** What a debugger does in a process is not the program's: its threads, its connection, the processes that it starts. */
import { expect, test } from 'vitest';
import { Story, ms } from './support/story';

const root = `
  0        101     .    image       command="python3 server.py" parent=1
  0.5      kernel  .    processSeen process=101 parent=1 command="python3 server.py"
  1..2     101     .    connect     descriptor=3 address=127.0.0.1:5678 debugger=1
  2.1      101     .    endpoints   descriptor=3 local=127.0.0.1:40000 peer=127.0.0.1:5678 debugger=1
  3        101     201  threadBegin name=pydevd.Writer startedBy=101 debugger=1
  3..4     101     .    threadStart thread=201 debugger=1
  4..5     101     201  sleep       debugger=1
`;

const shown = (story: Story): unknown => story.report.processes.map(({ pid, threads }) => [pid, ...threads.map(({ id, tid }) => `${id} ${String(tid)}`)]);

test('its threads, connections and waits are in no list, whoever tells of them', () => {
  const story = Story.of(`
    ${root}
    6     kernel  .    threadSeen   process=101 thread=201 name=python3
    7     kernel  .    threadSample process=101 thread=201 run=1000 ready=0 state=83
    8     101     201  lock         object=1 how=1
    9..10 101     .    sleep
    20    101     301  threadBegin  name=mine startedBy=101
    30..31 101    .    fork         result=102
    30    102     .    forked       parent=101 parentThread=101
    40    101     201  threadCost   run=5
    41    101     201  threadEnd
    42    kernel  .    threadGone   process=101 thread=201
    900   kernel  .    threadSample process=101 thread=101 run=1000 ready=0 state=83
  `);
  expect(shown(story)).toEqual([[101, 't1 101', 't2 301'], [102, 't3 102']]);
  expect(story.model.connections).toEqual([]);
  expect(story.waits(101)).toEqual(['sleep 9–10']);
  expect(story.arrows.filter((arrow) => arrow.startsWith('thread'))).toEqual(['thread t1→t2 @20']);
  // Of the debugger's threads nobody is told that they ran on in the child.
  expect(story.insights.findings.filter(({ rule }) => rule === 'fork-with-threads')).toMatchObject([{ subjects: expect.anything() as unknown }]);
  expect(JSON.stringify(story.insights.findings)).not.toContain('pydevd');
});

test('an observer that sees a thread before its first words waits for them', () => {
  const seen = `
    ${root}
    10    kernel  .    threadSeen   process=101 thread=202 name=python3
    11    kernel  .    threadSeen   process=101 thread=301 name=python3
    12    kernel  .    threadSample process=101 thread=301 run=1000 ready=0 state=83
  `;
  expect(shown(Story.of(seen))).toEqual([[101, 't1 101']]);
  const told = `${seen}
    20    101     202  threadBegin  name=pydevd.Reader startedBy=101 debugger=1
    21    101     301  threadBegin  name=mine startedBy=101`;
  const story = Story.of(told);
  expect(shown(story)).toEqual([[101, 't1 101', 't2 301']]);
  expect(story.thread(301)).toMatchObject({ startNs: ms(11) });
  expect(story.thread(301).samples.count).toBe(1);
  expect([...story.model.changed].map(({ id }) => id)).toEqual(['p1', 't1', 't2']);
});

test('what nobody tells of is the program’s: a thread of a C library, a process that only an observer sees', () => {
  const story = Story.of(`
    ${root}
    10    kernel  .    threadSeen   process=101 thread=301 name=worker
    11    kernel  .    processSeen  process=102 parent=101 command="sh -c true"
    12    kernel  .    processSeen  process=103 parent=102 command="true"
    13    kernel  .    threadSeen   process=102 thread=102 name=sh
    2600  kernel  .    threadSample process=101 thread=101 run=1000 ready=0 state=83
  `);
  expect(shown(story)).toEqual([[101, 't1 101', 't2 301'], [102, 't3 102'], [103]]);
  expect(story.process(103).parent).toBe(story.process(102));
  expect(story.process(101).children).toEqual([story.process(102)]);
  const soon = Story.of(`${root}\n 10 kernel . processSeen process=102 parent=101 command="sh -c true"\n 20 kernel . processGone process=102 status=0\n 21 kernel . allGone`);
  expect(soon.report.processes).toMatchObject([{ pid: 101 }, { pid: 102, exit: { code: 0 } }]);
});

test('a thread that ended soon and said nothing is in no list: the debugger had it below threading, or was killed with it', () => {
  const seen = `
    ${root}
    10    kernel  .    threadSeen   process=101 thread=301 name=python3
    60    kernel  .    threadGone   process=101 thread=301
  `;
  const later = '\n 2900 kernel . threadSeen process=101 thread=302 name=python3\n';
  const killed = '3000 kernel . processGone process=101 status=9\n 3001 kernel . allGone';
  expect(shown(Story.of(`${seen} ${later} ${killed}`))).toEqual([[101, 't1 101']]);
  // The attendant may say first that all are gone.
  expect(shown(Story.of(`${seen} ${later} 3000 kernel . allGone`))).toEqual([[101, 't1 101']]);
  // One that said anything is the program's, begun below threading or not; and so is the next one of its number.
  const spoke = `${seen.replace('60 ', '20..30 101 301 sleep\n 60 ')} ${later} ${killed}`;
  expect(shown(Story.of(spoke))).toEqual([[101, 't1 101', 't2 301']]);
  expect(shown(Story.of(`${seen} 2500..2600 101 301 sleep ${later} ${killed}`))).toEqual([[101, 't1 101', 't2 301']]);
});

test('a process that the debugger starts is left out with all that is seen of it, one of the program’s is not', () => {
  const seen = '10.5 kernel . processSeen process=102 parent=101 command="uname -p"\n 10.6 kernel . threadSeen process=102 thread=102 name=uname';
  const story = (marked: string): Story => Story.of(`
    ${root}
    ${seen}
    10..11  101     .    spawn       result=102 command="uname -p" site=main.py:7 ${marked}
    12..14  101     .    waitProcess target=102 result=102 status=0 ${marked}
    15      kernel  .    processGone process=102 status=0
  `);
  expect(shown(story('debugger=1'))).toEqual([[101, 't1 101']]);
  expect(story('debugger=1').arrows).toEqual([]);
  expect(story('').report.processes).toMatchObject([{ pid: 101 }, { pid: 102, birth: 'spawn', parent: 'p1', reapedBy: 'p1', coverage: ['kernel'], threads: [{ id: 't2' }] }]);
  expect(story('').process(101).children).toHaveLength(1);
});

test('its threads end and their numbers are given out again', () => {
  const story = Story.of(`
    ${root}
    10    101     201  threadEnd
    20    101     201  threadBegin  name=mine startedBy=101
    21..22 101    201  sleep
  `);
  expect(shown(story)).toEqual([[101, 't1 101', 't2 201']]);
  expect(story.waits(201)).toEqual(['sleep 21–22']);
});

test('in a forked child they are its own too, also where an observer sees them first and late', () => {
  const seen = `
    ${root}
    30..31 101     .    fork         result=102
    30     102     .    forked       parent=101 parentThread=101
    40     kernel  .    threadSeen   process=102 thread=401 name=python3
    41     kernel  .    threadSample process=102 thread=401 run=1000 ready=0 state=83
  `;
  expect(shown(Story.of(seen))).toEqual([[101, 't1 101'], [102, 't2 102']]);
  // A machine that is busy lets them wait for their first words.
  const told = Story.of(`${seen}
    1900   kernel  .    threadSample process=102 thread=102 run=1000 ready=0 state=83
    1950   102     401  threadBegin  name=pydevd.Writer startedBy=102 debugger=1
    5000   kernel  .    threadSample process=102 thread=401 run=2000 ready=0 state=83
    5100   kernel  .    threadGone   process=102 thread=401
  `);
  expect(shown(told)).toEqual([[101, 't1 101'], [102, 't2 102']]);
  // Of a child that no debugger is in, as of its parent: the program's.
  expect(shown(Story.of(seen.replace(/^.*debugger=1$/gm, '')))).toEqual([[101, 't1 101'], [102, 't2 102', 't3 401']]);
});
