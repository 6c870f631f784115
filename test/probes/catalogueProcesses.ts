/** Rows 16, 17, 20 and 21 of the catalogue: processes and threads. */

import { expect } from 'vitest';
import { atLeast, quiet, type Case } from './catalogueCases';
import { lengthMs, mainThread, zombieMs } from './support/lookup';

type Facts = Case['facts'];

const nothing = (): Promise<typeof quiet> => Promise.resolve(quiet);

const noServer: Facts = {
  'no listener, no connection, no server model': ({ look }) => {
    expect([...look.report.listeners, ...look.report.connections, ...look.report.serverModels]).toEqual([]);
  },
};

function joinCase(method: 'fork' | 'spawn'): Case {
  const unnamed = method === 'fork' ? 'ForkProcess-3' : 'SpawnProcess-3';
  const names = ['slow', 'quick', unnamed];
  return {
    title: `processes_join.py, ${method}`,
    program: 'processes_join.py',
    args: ['--start-method', method],
    status: 0,
    drive: nothing,
    prints: [
      'before start: None False',
      'after start: [True, True, True]',
      'own pids: 4',
      'slow: daemon False, exit code 0',
      'quick: daemon False, exit code 0',
      `${unnamed}: daemon True, exit code 0`,
      'after join: [False, False, False]',
      '',
    ].join('\n'),
    finds: ['zombies'],
    facts: {
      ...noServer,
      'three workers with their names, given or not, and daemon flags': ({ look }) => {
        expect(look.children.flatMap((child) => child.multiprocessing ?? [])).toEqual([
          { name: 'slow', daemon: false },
          { name: 'quick', daemon: false },
          { name: unnamed, daemon: true },
        ]);
      },
      'each is born at start(), of the main process': ({ look }) => {
        for (const name of names) {
          expect(look.worker(name)).toMatchObject({ parent: look.root.id, birth: method });
          expect(look.line(look.worker(name).bornAt)).toBe(look.marked('starts the process'));
          expect(look.hasArrow('fork', look.main, look.worker(name))).toBe(true);
        }
      },
      'each leaves with 0, collected by the main process': ({ look }) => {
        for (const name of names) {
          const worker = look.worker(name);
          expect(worker).toMatchObject({ exit: { code: 0, signal: null }, reapedBy: look.root.id });
          expect(look.hasArrow('join', worker, look.main) || look.hasArrow('reap', worker, look.main)).toBe(true);
        }
      },
      'the slow one sleeps at its line': ({ look }) => {
        const wait = look.longestWait(mainThread(look.worker('slow')), 'sleep');
        expect(look.line(wait.at)).toBe(look.marked('works'));
        atLeast(lengthMs(wait), 200);
      },
      'the first join waits for the slow one, as long as it works': ({ look }) => {
        const wait = look.longestWait(look.main, 'join', 'waitpid');
        expect(wait.on).toBe(`process:${look.worker('slow').id}`);
        expect(look.line(wait.at)).toBe(look.marked('waits for the process'));
        atLeast(lengthMs(wait), 170);
      },
      'the quick one has ended long before it is joined': ({ look }) => {
        const quick = look.worker('quick');
        expect(quick.endNs).toBeLessThan(look.worker('slow').endNs ?? 0);
        atLeast(zombieMs(quick), 40);
      },
    },
  };
}

/** A worker of processes_signals.py, and the line that ended it. */
interface Ended {
  readonly name: string;
  readonly code: number | null;
  readonly signal: string | null;
  readonly signalled: boolean;
}

const ended: readonly Ended[] = [
  { name: 'terminated', code: null, signal: 'SIGTERM', signalled: true },
  { name: 'killed', code: null, signal: 'SIGKILL', signalled: true },
  { name: 'signalled', code: null, signal: 'SIGUSR1', signalled: true },
  { name: 'polite', code: 5, signal: null, signalled: true },
  { name: 'failed', code: 1, signal: null, signalled: false },
];

function threadNames(minor: number): string[] {
  return [minor >= 10 ? 'Thread-1 (add)' : 'Thread-1', 'named', 'subclass', 'failing'];
}

export const processCases: readonly Case[] = [
  {
    title: 'os_fork.py',
    program: 'os_fork.py',
    args: [],
    status: 0,
    drive: nothing,
    prints: [
      'parent: forking',
      'child: forking',
      'grandchild: leaving with 7',
      'child: the grandchild left with 7',
      'child: leaving with 3',
      'parent: the child left with 3',
      'parent: still the parent',
      '',
    ].join('\n'),
    finds: [],
    facts: {
      ...noServer,
      'three generations, each with its own pid and its forking line': ({ look }) => {
        const [child, grandchild] = look.children;
        expect(look.children).toHaveLength(2);
        expect(child).toMatchObject({ parent: look.root.id, birth: 'fork', multiprocessing: null });
        expect(grandchild).toMatchObject({ parent: child?.id, birth: 'fork', multiprocessing: null });
        expect(look.line(child?.bornAt ?? null)).toBe(look.marked('forks the child'));
        expect(look.line(grandchild?.bornAt ?? null)).toBe(look.marked('forks the grandchild'));
        expect([child?.bornAt?.function, grandchild?.bornAt?.function]).toEqual(['main', 'main']);
        expect(new Set(look.report.processes.map((process) => process.pid)).size).toBe(3);
      },
      'arrows from who forked to whom': ({ look }) => {
        const [child, grandchild] = look.children;
        expect(look.arrows('fork')).toHaveLength(2);
        expect(child && look.hasArrow('fork', look.main, child)).toBe(true);
        expect(child && grandchild && look.hasArrow('fork', mainThread(child), grandchild)).toBe(true);
      },
      'each leaves with its own code': ({ look }) => {
        expect(look.report.processes.map((process) => process.exit)).toEqual([
          { code: 0, signal: null },
          { code: 3, signal: null },
          { code: 7, signal: null },
        ]);
      },
      'each is collected by the one who forked it': ({ look }) => {
        for (const child of look.children) {
          expect(child.reapedBy).toBe(child.parent);
          expect(child.zombieNs).toBeGreaterThanOrEqual(0);
          expect(look.hasArrow('reap', child, look.process(child.parent))).toBe(true);
        }
      },
      'a parent that waits says for whom, at its line': ({ look }) => {
        for (const [index, child] of look.children.entries()) {
          const waiter = mainThread(look.process(child.parent));
          expect(waiter.waitNs.waitpid, `generation ${index}`).toBeGreaterThan(0);
          for (const wait of look.waits(waiter, 'waitpid')) {
            expect(wait.on).toBe(`process:${child.id}`);
            expect(look.line(wait.at)).toBe(look.marked('waits for the process'));
          }
        }
      },
      'one thread in each': ({ look }) => {
        expect(look.report.processes.map((process) => process.threads.length)).toEqual([1, 1, 1]);
      },
    },
  },
  joinCase('fork'),
  joinCase('spawn'),
  {
    title: 'processes_subclass.py',
    program: 'processes_subclass.py',
    args: [],
    status: 0,
    drive: nothing,
    prints: [
      'Summer-1: total here None, exit code 0',
      'Summer-2: total here None, exit code 0',
      'Summer-3: total here None, exit code 0',
      'totals from the queue: [45, 4950, 499500]',
      '',
    ].join('\n'),
    finds: [],
    mayFind: ['zombies'], // As long as the main process waits for one of the others.
    facts: {
      ...noServer,
      'three processes named after their class, born at start()': ({ look }) => {
        expect(look.children.map((child) => child.multiprocessing)).toEqual(
          [1, 2, 3].map((number) => ({ name: `Summer-${number}`, daemon: false })),
        );
        for (const child of look.children) {
          expect(child).toMatchObject({ parent: look.root.id, birth: 'fork', exit: { code: 0, signal: null } });
          expect(look.line(child.bornAt)).toBe(look.marked('starts the process'));
        }
      },
      'each is joined by the main process': ({ look }) => {
        for (const child of look.children) {
          expect(child.reapedBy).toBe(look.root.id);
        }
      },
    },
  },
  {
    title: 'processes_signals.py',
    program: 'processes_signals.py',
    args: [],
    status: 0,
    drive: nothing,
    prints: [
      'terminated: exit code -15, alive False',
      'killed: exit code -9, alive False',
      'signalled: exit code -10, alive False',
      'polite: right after terminate() alive True',
      'polite: exit code 5, alive False',
      'failed: exit code 1, alive False',
      '',
    ].join('\n'),
    finds: [],
    facts: {
      ...noServer,
      'the ends are told apart: by signal, by an exit of its own, by an error': ({ look }) => {
        expect(look.children.map((child) => ({ name: child.multiprocessing?.name, ...child.exit }))).toEqual(
          ended.map(({ name, code, signal }) => ({ name, code, signal })),
        );
      },
      'an arrow from the sender to everybody who was sent a signal, and to nobody else': ({ look }) => {
        const targets = ended.filter((each) => each.signalled).map((each) => look.worker(each.name));
        for (const target of targets) {
          expect(look.hasArrow('signal', look.main, target), String(target.multiprocessing?.name)).toBe(true);
        }
        expect(look.arrows('signal')).toHaveLength(targets.length);
      },
      'a signal comes before the end it causes': ({ look }) => {
        for (const { name } of ended.filter((each) => each.signalled)) {
          const { id, threads, endNs } = look.worker(name);
          const arrow = look.arrows('signal').find(({ to }) => to === id || threads.some((thread) => thread.id === to));
          expect(arrow?.atNs).toBeLessThanOrEqual(endNs ?? 0);
        }
      },
      'each is collected by the main process': ({ look }) => {
        for (const child of look.children) {
          expect(child.reapedBy).toBe(look.root.id);
        }
      },
    },
  },
  {
    title: 'threads.py',
    program: 'threads.py',
    args: [],
    status: 0,
    drive: nothing,
    prints: '', // The unnamed thread's name depends on the version: see below.
    finds: [],
    facts: {
      ...noServer,
      'one process with five threads by name': ({ look, python }) => {
        expect(look.report.processes).toHaveLength(1);
        expect(look.threads.map((thread) => thread.name)).toEqual(['MainThread', ...threadNames(python.minor)]);
        expect(look.threads.map((thread) => thread.main)).toEqual([true, false, false, false, false]);
      },
      'each with the function it runs': ({ look }) => {
        expect(look.threads.slice(1).map((thread) => thread.target)).toEqual(['add', 'add', 'Adder.run', 'fail']);
        expect(look.main.target).toBeNull();
      },
      'no daemon, each with a kernel id of its own': ({ look }) => {
        expect(look.threads.map((thread) => thread.daemon)).toEqual(look.threads.map(() => false));
        expect(new Set(look.threads.map((thread) => thread.tid)).size).toBe(5);
        expect(look.main.tid).toBe(look.root.pid);
      },
      'started and joined by the main thread': ({ look }) => {
        for (const thread of look.threads.slice(1)) {
          expect(thread).toMatchObject({ startedBy: look.main.id, joinedBy: look.main.id });
          expect(thread.endNs).toBeGreaterThan(thread.startNs);
          expect(look.hasArrow('thread', look.main, thread)).toBe(true);
          expect(look.hasArrow('join', thread, look.main)).toBe(true);
        }
      },
    },
  },
  {
    title: 'threads_daemon.py',
    program: 'threads_daemon.py',
    args: [],
    status: 0,
    drive: nothing,
    prints: 'joined: finished\ncut off: still alive True, daemon True\nmain: leaving\nordinary: finished\n',
    finds: [],
    facts: {
      ...noServer,
      'daemon or not': ({ look }) => {
        const daemons = ['MainThread', 'cut off', 'joined', 'ordinary'].map((name) => look.thread(name).daemon);
        expect(daemons).toEqual([false, true, true, false]);
      },
      'the daemon nobody waits for is cut off: it has no end of its own': ({ look }) => {
        const cutOff = look.thread('cut off');
        expect(cutOff.joinedBy).toBeNull();
        expect([null, look.root.endNs]).toContain(cutOff.endNs);
      },
      'the joined daemon ends, and the main thread has waited for it': ({ look }) => {
        const joined = look.thread('joined');
        expect(joined.joinedBy).toBe(look.main.id);
        expect(joined.endNs).toBeLessThan(look.thread('ordinary').endNs ?? 0);
        expect(look.hasArrow('join', joined, look.main)).toBe(true);
      },
      'the process waits for the ordinary one': ({ look }) => {
        expect(look.root.endNs).toBeGreaterThanOrEqual(look.thread('ordinary').endNs ?? Infinity);
        atLeast(((look.root.endNs ?? 0) - look.root.startNs) / 1e6, 100);
      },
      'the timer is a thread too, started by the main thread': ({ look }) => {
        const timer = look.threads.find((thread) => thread.target === 'Timer.run');
        expect(timer?.startedBy).toBe(look.main.id);
      },
    },
  },
];
