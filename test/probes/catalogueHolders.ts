/** More of rows 29 and 31 of the catalogue: locks of libraries and of several processes, deadlocks of every shape, and what is none. */

import { expect } from 'vitest';
import type { ReportProcess, ReportThread, ReportWait, WaitReason } from '../../src/protocol/report';
import { atLeast, quiet, type Case } from './catalogueCases';
import { lengthMs, mainThread, type Lookup } from './support/lookup';

const nothing = (): Promise<typeof quiet> => Promise.resolve(quiet);
/** Ended by SIGALRM, as a shell says it. */
const alarmed = 142;

/** The thread's longest wait at a marked line. */
function waitAt(look: Lookup, thread: ReportThread, reason: WaitReason, marker: string): ReportWait {
  const [wait] = look
    .waits(thread, reason)
    .filter((each) => look.line(each.at) === look.marked(marker))
    .sort((a, b) => lengthMs(b) - lengthMs(a));
  if (wait === undefined) throw new Error(`no wait for ${reason} at "${marker}" in ${String(thread.name)}`);
  return wait;
}

interface Shape {
  readonly name: string;
  readonly title: RegExp;
  readonly subjects: (look: Lookup) => readonly { id: string }[];
  /** The lines that the finding names. */
  readonly lines: readonly string[];
}

const shapes: readonly Shape[] = [
  { name: 'self', title: /^A thread waits for a lock that it holds itself$/, subjects: ({ main }) => [main], lines: ['waits for itself'] },
  {
    name: 'three', title: /^3 threads wait for each other$/, lines: ['waits for the next one'],
    subjects: (look) => [0, 1, 2].map((seat) => look.thread(`philosopher ${String(seat)}`)),
  },
  {
    name: 'queue', title: /^No thread of deadlocks\.py \(\d+\) can go on$/, lines: ['waits for an item', 'waits for the consumer'],
    subjects: (look) => [look.main, look.thread('consumer'), look.thread('producer')],
  },
  {
    name: 'join', title: /^2 threads wait for each other$/, lines: ['waits for whoever joins it', 'waits for the worker'],
    subjects: (look) => [look.main, look.thread('worker')],
  },
  {
    name: 'processes', title: /^2 threads wait for each other$/, lines: ['waits for the other process'],
    subjects: (look) => [look.main, mainThread(look.worker('B to A'))],
  },
  {
    name: 'messages', title: /^2 threads wait for each other$/, lines: ['waits for a request', 'waits for an answer'],
    subjects: (look) => [look.main, mainThread(look.worker('server'))],
  },
];

function deadlockCase({ name, title, subjects, lines }: Shape, turn: number): Case {
  return {
    title: `deadlocks.py, ${name}`,
    program: 'deadlocks.py',
    args: ['--shape', name],
    status: alarmed,
    drive: nothing,
    prints: `waiting for ${name}\n`,
    finds: ['deadlock'],
    turn,
    facts: {
      'the finding names who waits, and the lines': ({ look }) => {
        const finding = look.finding('deadlock');
        expect(finding.title).toMatch(title);
        expect([...finding.subjects].sort()).toEqual(subjects(look).map(({ id }) => id).sort());
        for (const line of lines) expect(finding.detail).toContain(look.marked(line));
        expect(lines.map((line) => look.marked(line))).toContain(look.line(finding.at));
      },
    },
  };
}

function processLocks(method: 'fork' | 'spawn' | 'forkserver', turn: number): Case {
  /** Children by name: for what each waits, at which line, ended at which line. */
  const woken: readonly (readonly [name: string, reason: WaitReason, waits: string, wakes: string])[] = [
    ['semaphore', 'semaphore', 'waits for the permit', 'gives the permit'],
    ['event', 'event', 'waits for the event', 'sets the event'],
    ['condition', 'condition', 'waits for the condition', 'notifies'],
  ];
  return {
    title: `process_locks.py, ${method}`,
    program: 'process_locks.py',
    args: ['--start-method', method],
    status: 0,
    drive: nothing,
    prints: 'everybody went on\n',
    finds: [],
    mayFind: ['zombies', 'fork-with-threads'],
    turn,
    facts: {
      'the lock is held by the main process, which lets go of it': ({ look }) => {
        const child = mainThread(look.worker('lock'));
        expect(waitAt(look, child, 'lock', 'waits for the lock')).toMatchObject({ holder: look.main.id, endedBy: look.main.id });
        expect(look.hasArrow('unblock', look.main, child)).toBe(true);
      },
      'whatever else a child waits for, the main process ends it, at its line': ({ look }) => {
        for (const [name, reason, waits, wakes] of woken) {
          const child = mainThread(look.worker(name));
          expect(waitAt(look, child, reason, waits).endedBy, name).toBe(look.main.id);
          const arrows = look.arrows('unblock').filter(({ to, at }) => to === child.id && look.line(at) === look.marked(wakes));
          expect(arrows, name).not.toEqual([]);
        }
      },
      'what was put into the queue comes from the thread that feeds it': ({ look }) => {
        const feeder = look.root.threads.find(({ name }) => name === 'QueueFeederThread');
        expect(waitAt(look, mainThread(look.worker('queue')), 'queue', 'waits for the item').endedBy).toBe(feeder?.id);
      },
    },
  };
}

export const holderCases: readonly Case[] = [
  ...shapes.map(deadlockCase),
  processLocks('fork', 0),
  processLocks('spawn', 1),
  processLocks('forkserver', 2),
  {
    title: 'no_deadlocks.py',
    program: 'no_deadlocks.py',
    args: [],
    status: 0,
    drive: nothing,
    prints: 'everybody went on\n',
    finds: [],
    facts: {
      'two wait for each other for a while, and the holders are known': ({ look }) => {
        const [one, other] = [look.thread('gives up'), look.thread('gives up too')];
        expect(waitAt(look, one, 'lock', 'gives up').holder).toBe(other.id);
        expect(waitAt(look, other, 'lock', 'gives up').holder).toBe(one.id);
      },
      'a lock that is a signal is released by another thread than the one that has it': ({ look }) => {
        expect(waitAt(look, look.main, 'lock', 'waits for the signal')).toMatchObject({ holder: look.main.id, endedBy: look.thread('releaser').id });
      },
    },
  },
  {
    title: 'lock_uses.py',
    program: 'lock_uses.py',
    args: [],
    status: 0,
    drive: nothing,
    prints: 'in time: False\nset in time: False\nbroken\n',
    finds: [],
    facts: {
      'a lock is let go of by whoever releases it; a time limit ends a wait by nobody': ({ look }) => {
        expect(waitAt(look, look.main, 'lock', 'waits for the releaser')).toMatchObject({ holder: look.main.id, endedBy: look.thread('releaser').id });
        expect(waitAt(look, look.main, 'lock', 'waits in vain for itself')).toMatchObject({ holder: look.main.id, endedBy: null });
        expect(waitAt(look, look.main, 'event', 'waits in vain for the event')).toMatchObject({ endedBy: null });
      },
      'an RLock is free when its holder has let go of it twice': ({ look }) => {
        const holder = look.thread('holds it twice');
        const wait = waitAt(look, look.main, 'lock', 'waits for both');
        expect(wait).toMatchObject({ holder: holder.id, endedBy: holder.id });
        atLeast(lengthMs(wait), 60);
      },
      'whoever breaks a barrier ends the waits there': ({ look }) => {
        expect(waitAt(look, look.thread('barrier'), 'barrier', 'waits until it is broken').endedBy).toBe(look.main.id);
      },
      'wait_for waits until its question is answered, each time ended by a notify': ({ look }) => {
        const waits = look.waits(look.thread('condition'), 'condition').filter((wait) => lengthMs(wait) >= 1);
        expect(waits.map(({ endedBy }) => endedBy)).toEqual(waits.map(() => look.main.id));
        expect(look.arrows('unblock').filter(({ at }) => look.line(at) === look.marked('gives an answer')).length).toBe(waits.length);
      },
      'a permit comes from one of those that have them': ({ look }) => {
        const occupiers = look.threads.filter(({ name }) => name?.startsWith('occupier') === true).map(({ id }) => id);
        expect(occupiers).toContain(waitAt(look, look.main, 'semaphore', 'waits for a permit').endedBy);
      },
    },
  },
  {
    title: 'library_locks.py',
    program: 'library_locks.py',
    args: [],
    status: 0,
    drive: nothing,
    prints: 'taken: an item\nsquare: 36\nsquare: 49\n',
    finds: [],
    facts: {
      "a logging handler's lock is waited for at the line that logs, and its holder is known": ({ look }) => {
        const writer = look.thread('writes the log');
        expect(waitAt(look, look.main, 'lock', 'waits for the handler')).toMatchObject({ holder: writer.id, endedBy: writer.id });
      },
      'a wait in a SimpleQueue is ended by whoever puts something': ({ look }) => {
        const taker = look.thread('taker');
        expect(waitAt(look, taker, 'queue', 'waits for an item').endedBy).toBe(look.main.id);
        expect(look.arrows('unblock').some(({ to, at }) => to === taker.id && look.line(at) === look.marked('puts the item'))).toBe(true);
      },
      "an idle worker waits for its pool's queue, until there is something to do": ({ look }) => {
        const worker = look.thread('worker_0');
        const wait = look.longestWait(worker, 'queue');
        expect(wait.endedBy).toBe(look.main.id);
        atLeast(lengthMs(wait), 100);
      },
    },
  },
  {
    title: 'fork_and_hang.py',
    program: 'fork_and_hang.py',
    args: [],
    status: 0,
    drive: nothing,
    prints: 'the child ended by signal 9\n',
    finds: ['abandoned-lock', 'fork-with-threads'],
    facts: {
      'the child waits for a lock whose holder it does not have': ({ look }) => {
        const [child] = look.children as [ReportProcess];
        const finding = look.finding('abandoned-lock');
        expect(finding.subjects).toEqual([child.id, mainThread(child).id]);
        expect(look.line(finding.at)).toBe(look.marked('waits for nobody'));
        for (const part of [look.marked('made here'), look.marked('forks beside the worker'), 'worker of fork_and_hang.py']) {
          expect(finding.detail).toContain(part);
        }
      },
      'what logging makes anew in the child is not locked there': ({ look }) => {
        const { detail } = look.finding('fork-with-threads');
        expect(detail).toContain(`made at ${look.marked('made here')}, held by worker`);
        expect(detail).not.toContain('__init__.py');
      },
    },
  },
];
