/** Rows 29 to 31 of the catalogue: locks and their like, a deadlock, signals, forks beside threads. */

import { expect } from 'vitest';
import type { ReportProcess, ReportThread, ReportWait, WaitReason } from '../../src/protocol/report';
import { atLeast, quiet, type Case } from './catalogueCases';
import { lengthMs, mainThread, type Lookup } from './support/lookup';

const nothing = (): Promise<typeof quiet> => Promise.resolve(quiet);

/** The wait at a marked line, which somebody ended. */
function waitAt(look: Lookup, thread: ReportThread, reason: WaitReason, marker: string): ReportWait {
  const [wait] = look.waits(thread, reason).filter((each) => look.line(each.at) === look.marked(marker));
  if (wait === undefined) throw new Error(`no wait for ${reason} at "${marker}" in ${String(thread.name)}`);
  return wait;
}

/** Whether an arrow of the kind leads from a marked line to the thing. */
function arrowFrom(look: Lookup, kind: 'unblock' | 'signal' | 'reap', marker: string, to: { id: string }): boolean {
  return look.arrows(kind).some((arrow) => arrow.to === to.id && look.line(arrow.at) === look.marked(marker));
}

/** Threads of locks.py that wait for the main thread: by name, for what, at which line, ended at which line. */
const woken: readonly (readonly [name: string, reason: WaitReason, waits: string, wakes: string])[] = [
  ['event', 'event', 'waits for the event', 'sets the event'],
  ['semaphore', 'semaphore', 'waits for a permit', 'gives a permit'],
  ['condition', 'condition', 'waits for news', 'tells the news'],
  ['barrier', 'barrier', 'waits for the others', 'comes last'],
];

export const lockCases: readonly Case[] = [
  {
    title: 'locks.py',
    program: 'locks.py',
    args: [],
    status: 0,
    drive: nothing,
    prints: 'everybody went on\n',
    finds: [],
    facts: {
      'a Lock and an RLock: who waits, at which line, who holds it, and that the holder ends the wait': ({ look }) => {
        const waits = look.waits(look.main, 'lock');
        const holders = ['holds the lock', 'holds the rlock'].map((name) => look.thread(name));
        expect(waits.map(({ holder, endedBy }) => ({ holder, endedBy }))).toEqual(holders.map(({ id }) => ({ holder: id, endedBy: id })));
        for (const [index, wait] of waits.entries()) {
          expect(look.line(wait.at)).toBe(look.marked('waits for the holder'));
          expect(wait.on).toMatch(/^lock:/);
          expect(look.hasArrow('unblock', holders[index]!, look.main)).toBe(true);
        }
        expect(new Set(waits.map((wait) => wait.on)).size).toBe(2);
      },
      'whatever else a thread waits for, the main thread ends it, at its line': ({ look }) => {
        for (const [name, reason, waits, wakes] of woken) {
          const thread = look.thread(name);
          const wait = waitAt(look, thread, reason, waits);
          expect(wait.endedBy, name).toBe(look.main.id);
          atLeast(lengthMs(wait), 50);
          expect(arrowFrom(look, 'unblock', wakes, thread), name).toBe(true);
        }
      },
    },
  },
  {
    title: 'deadlock.py',
    program: 'deadlock.py',
    args: [],
    status: 0,
    drive: nothing,
    prints: 'A to B: alive True\nB to A: alive True\nleaving without them\n',
    finds: ['deadlock'],
    facts: {
      'two threads wait for ever, each for what the other one holds': ({ look }) => {
        const [one, other] = [look.thread('A to B'), look.thread('B to A')];
        for (const [thread, holder] of [[one, other], [other, one]] as const) {
          const wait = waitAt(look, thread, 'lock', 'waits for ever');
          expect(wait).toMatchObject({ holder: holder.id, endedBy: null });
          atLeast(lengthMs(wait), 100);
        }
      },
      'the finding is an error with both threads and the line': ({ look }) => {
        const finding = look.finding('deadlock');
        expect(finding.severity).toBe('error');
        expect([...finding.subjects].sort()).toEqual([look.thread('A to B').id, look.thread('B to A').id].sort());
        expect(look.line(finding.at)).toBe(look.marked('waits for ever'));
        expect(finding.detail.split(look.marked('waits for ever'))).toHaveLength(3);
      },
    },
  },
  {
    title: 'producer_consumer.py',
    program: 'producer_consumer.py',
    args: [],
    status: 0,
    drive: nothing,
    prints: 'seen: [0, 1, 2, 3]\nsquare: 49\n',
    finds: [],
    facts: {
      'the consumer waits for an item, until the producer puts one': ({ look }) => {
        const wait = waitAt(look, look.thread('consumer'), 'queue', 'waits for an item');
        expect(wait.endedBy).toBe(look.thread('producer').id);
        expect(arrowFrom(look, 'unblock', 'waits for room', look.thread('consumer'))).toBe(true);
      },
      'the producer waits for room in the same queue, until the consumer gets': ({ look }) => {
        const wait = waitAt(look, look.thread('producer'), 'queue', 'waits for room');
        expect(wait).toMatchObject({ endedBy: look.thread('consumer').id, on: waitAt(look, look.thread('consumer'), 'queue', 'waits for an item').on });
      },
      'the main thread waits until the consumer has done all': ({ look }) => {
        expect(waitAt(look, look.main, 'queue', 'waits until all is done').endedBy).toBe(look.thread('consumer').id);
        expect(arrowFrom(look, 'unblock', 'one less to do', look.main)).toBe(true);
      },
      'a future is waited for by name, and its worker ends the wait': ({ look }) => {
        const wait = waitAt(look, look.main, 'event', 'waits for the worker');
        const worker = look.thread('worker_0');
        expect(wait.on).toMatch(/^future:/);
        expect(wait.endedBy).toBe(worker.id);
        expect([worker.id, null]).toContain(wait.holder); // It may not have taken it up yet.
      },
    },
  },
  {
    title: 'sigchld_reaper.py',
    program: 'sigchld_reaper.py',
    args: [],
    status: 0,
    drive: nothing,
    prints: 'the handler is reap\nleft with: [3, 4, 5]\n',
    finds: [],
    mayFind: ['zombies'],
    facts: {
      "each child is collected by the main thread, at the handler's line": ({ look }) => {
        expect(look.children.map((child) => child.exit?.code)).toEqual([3, 4, 5]);
        for (const child of look.children) {
          expect(child.reapedBy).toBe(look.root.id);
          expect(look.line(child.reapedAt)).toBe(look.marked('collects a child'));
          expect(look.hasArrow('reap', child, look.main)).toBe(true);
        }
      },
      'the handler ran in the main thread, once to three times': ({ look }) => {
        expect(new Set(look.main.signals.map(({ signal }) => signal))).toEqual(new Set(['SIGCHLD']));
        expect(look.main.signals.length).toBeLessThanOrEqual(3);
        expect(look.main.signals[0]?.handler?.function).toBe('reap');
        expect(look.children.flatMap((child) => mainThread(child).signals)).toEqual([]);
      },
    },
  },
  {
    title: 'signals.py',
    program: 'signals.py',
    args: [],
    status: 0,
    drive: nothing,
    prints: 'handled: 2\nchild ended by: 15\n',
    finds: [],
    mayFind: ['fork-with-threads'], // A thread that has been joined may have an instant to live in the kernel.
    facts: {
      'an arrow from each sending line to its target: the process, a thread, the child': ({ look }) => {
        const [child] = look.children as [ReportProcess];
        expect(arrowFrom(look, 'signal', 'sends to the own process', look.root)).toBe(true);
        expect(arrowFrom(look, 'signal', 'raises it here', look.root)).toBe(true);
        expect(arrowFrom(look, 'signal', 'sends to the thread', look.thread('waiter'))).toBe(true);
        expect(arrowFrom(look, 'signal', 'ends the child', child)).toBe(true);
        expect(look.arrows('signal')).toHaveLength(4);
        expect(child.exit).toEqual({ code: null, signal: 'SIGTERM' });
      },
      'the handler ran twice in the main thread': ({ look }) => {
        expect(look.main.signals.map(({ signal, handler }) => [signal, handler?.function])).toEqual([['SIGUSR1', 'note'], ['SIGUSR1', 'note']]);
      },
      'the waiter waits for a signal': ({ look }) => {
        atLeast(lengthMs(waitAt(look, look.thread('waiter'), 'signal', 'waits for a signal')), 50);
      },
    },
  },
  {
    title: 'fork_with_threads.py',
    program: 'fork_with_threads.py',
    args: [],
    status: 0,
    drive: nothing,
    prints: 'child: got the lock 0, threads 1\nparent: lock held False\n',
    finds: ['fork-with-threads'],
    facts: {
      'the child has one thread, and waits in vain for a lock that nobody holds': ({ look }) => {
        const [child] = look.children as [ReportProcess];
        expect(child.threads).toHaveLength(1);
        expect(waitAt(look, mainThread(child), 'lock', 'waits in vain')).toMatchObject({ holder: null, endedBy: null });
      },
      'the finding names the thread that is gone, the forking line and the lock that it held': ({ look }) => {
        const [child] = look.children as [ReportProcess];
        const finding = look.finding('fork-with-threads');
        expect(finding.subjects).toEqual([look.root.id, child.id, look.thread('worker').id]);
        expect(look.line(finding.at)).toBe(look.marked('forks beside the worker'));
        expect(finding.detail).toContain(`made at ${look.marked('made here')}, held by worker`);
      },
    },
  },
];
