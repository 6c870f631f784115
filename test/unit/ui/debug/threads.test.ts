import { describe, expect, it } from 'vitest';
import { nativeFromAnswer, nativeThread, processInName } from '../../../../src/ui/debug/threads';

const traced = [
  { tid: 700, name: 'MainThread', main: true, alive: true },
  { tid: 701, name: 'Thread-1 (serve)', main: false, alive: true },
  { tid: 702, name: 'worker', main: false, alive: true },
  { tid: 703, name: 'worker', main: false, alive: true },
  { tid: 704, name: 'late', main: false, alive: false },
  { tid: 705, name: 'late', main: false, alive: true },
];

describe('a debugger’s thread', () => {
  it.each([
    ['Thread-1 (serve)', 701],
    ['MainThread', 700],
    ['worker', null], // Two have it.
    ['late', 705], // One of the two has ended.
    ['nobody', null],
  ])('%s is %s', (name, tid) => {
    expect(nativeThread('debugpy', 'echo', 700, name, traced)).toBe(tid);
  });

  it('that is main is known before anything was recorded of it', () => {
    expect(nativeThread('debugpy', 'echo', 700, 'MainThread', [])).toBe(700);
  });

  it('of js-debug is its process’s main one, and no worker’s', () => {
    expect(nativeThread('pwa-node', 'server.js [700]', 700, 'server.js [700]', [])).toBe(700);
    expect(nativeThread('pwa-node', '[worker 1]', 700, '[worker 1]', [])).toBeNull();
  });
});

it.each([
  ['pwa-node', 'server.js [4225]', 4225],
  ['pwa-node', 'server.js [4225] « node server', 4225],
  ['pwa-node', '[worker 1]', null],
  ['pwa-node', 'Launch [now]', null],
  ['debugpy', 'server [4225]', null],
])('%s session %s is of process %s', (type, name, pid) => {
  expect(processInName(type, name)).toBe(pid);
});

it.each([['18223', 18223], ['0', null], ["'18223'", null], ['', null], [18223, null]])('the answer %j is %s', (answer, tid) => {
  expect(nativeFromAnswer(answer)).toBe(tid);
});
