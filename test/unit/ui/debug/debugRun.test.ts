import { describe, expect, it } from 'vitest';
import type { AttendantLine } from '../../../../src/protocol/marks';
import { DebugRun, type SessionFacts } from '../../../../src/ui/debug/debugRun';

/** A run whose attendant keeps what it is told, and whose timers are run by hand. */
function made(): { run: DebugRun; told: AttendantLine[]; timers: (() => void)[]; ends: boolean[] } {
  const told: AttendantLine[] = [];
  const timers: (() => void)[] = [];
  const ends: boolean[] = [];
  let clock = 0;
  const run = new DebugRun({ tell: (line) => told.push(line), now: () => String(++clock), nativeThread: () => () => null, onEnd: (byHand) => ends.push(byHand), after: (_, work) => timers.push(work) });
  return { run, told, timers, ends };
}

const facts = (id: string, more: Partial<SessionFacts> = {}): SessionFacts => ({ id, parent: null, type: 'debugpy', name: id, process: null, noDebug: false, ...more });
const event = (name: string, body: object = {}): object => ({ type: 'event', seq: 1, event: name, body });
const request = (command: string, args: object = {}): object => ({ type: 'request', seq: 9, command, arguments: args });
const words = (told: readonly AttendantLine[]): unknown[] => told.map((line) => (line.kind === 'session' ? `${line.session} ${line.phase} ${line.process ?? '?'}` : line.kind === 'root' ? `root ${line.process}` : line.kind));

describe('a run that is debugged', () => {
  it('is its root’s and its children’s, and ends with them', () => {
    const { run, told, ends } = made();
    const root = run.begin(facts('a'));
    run.said(root, event('process', { systemProcessId: 700 }));
    const child = run.begin(facts('b', { parent: 'a', process: 701 }));
    run.said(root, event('terminated'));
    run.end(root);
    expect(ends).toEqual([]);
    run.end(child);
    expect(words(told)).toEqual(['1 started ?', '1 process 700', 'root 700', '2 started 701', '2 process 701', '1 ended 700', '2 ended 701', 'end']);
    expect(ends).toEqual([false]);
    run.end(child);
    expect(told).toHaveLength(8);
  });

  it('of js-debug has its first child’s process for its root', () => {
    const { run, told } = made();
    run.begin(facts('a', { type: 'pwa-node', name: 'server' }));
    const child = run.begin(facts('b', { type: 'pwa-node', name: 'server.js [700]', parent: 'a' }));
    const worker = run.begin(facts('c', { type: 'pwa-node', name: '[worker 1]', parent: 'b' }));
    run.begin(facts('d', { type: 'pwa-node', name: 'leaf.js [701]', parent: 'b' }));
    expect(words(told)).toEqual(['1 started ?', '2 started 700', '2 process 700', 'root 700', '3 started 700', '3 process 700', '4 started 701', '4 process 701']);
    expect(run.ofProcess(700)).toBe(child);
    expect(worker.machine.process).toBe(700);
  });

  it('goes on where its root begins again, with another root process', () => {
    const { run, told, timers, ends } = made();
    const root = run.begin(facts('a'));
    run.said(root, event('process', { systemProcessId: 700 }));
    const child = run.begin(facts('b', { parent: 'a', process: 701 }));
    run.asked(root, request('disconnect', { restart: true }));
    run.end(root);
    run.end(child);
    expect(ends).toEqual([]);
    run.said(run.begin(facts('a')), event('process', { systemProcessId: 800 }));
    timers.forEach((work) => work());
    expect(words(told).slice(4)).toEqual(['2 process 701', '1 ended 700', '2 ended 701', '1 restarted ?', '1 process 800', 'root 800']);
    expect(ends).toEqual([]);
    run.end(run.session('a')!);
    expect(words(told).at(-1)).toBe('end');
  });

  it('ends where the restart never comes', () => {
    const { run, told, timers } = made();
    const root = run.begin(facts('a'));
    run.asked(root, request('disconnect', { restart: true }));
    run.end(root);
    expect(words(told).at(-1)).toBe('1 ended ?');
    timers.forEach((work) => work());
    expect(words(told).at(-1)).toBe('end');
  });

  it('does not wait for ever for the end of a child session', () => {
    const { run, told, timers } = made();
    const root = run.begin(facts('a'));
    run.begin(facts('b', { parent: 'a', process: 701 }));
    run.end(root);
    timers.forEach((work) => work());
    expect(words(told).slice(-2)).toEqual(['2 ended 701', 'end']);
  });

  it('knows whether a person ended it or the program itself', () => {
    const byHand = made();
    const one = byHand.run.begin(facts('a'));
    byHand.run.asked(one, request('terminate'));
    byHand.run.said(one, event('terminated'));
    byHand.run.asked(one, request('disconnect'));
    byHand.run.end(one);
    expect(byHand.ends).toEqual([true]);
    const byItself = made();
    const other = byItself.run.begin(facts('a'));
    byItself.run.said(other, event('terminated'));
    byItself.run.asked(other, request('disconnect', { terminateDebuggee: true }));
    byItself.run.end(other);
    expect(byItself.ends).toEqual([false]);
  });

  it('ends at once where another one takes its place', () => {
    const { run, told } = made();
    run.begin(facts('a'));
    run.finish();
    run.finish();
    expect(words(told)).toEqual(['1 started ?', '1 ended ?', 'end']);
  });
});
