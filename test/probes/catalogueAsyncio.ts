/** Row 9 of the catalogue: what asyncio's loop runs beside the tasks of its streams. */

import { expect } from 'vitest';
import type { ReportTask, ReportWait, WaitReason } from '../../src/protocol/report';
import { quiet, type Case, type Seen } from './catalogueCases';
import { modelFact } from './catalogueServerFacts';
import type { Running } from './support/running';
import { Client, type Traffic } from './support/traffic';

/** The first client is answered, then its callback computes; the second speaks meanwhile. */
async function oneComputes(server: Running): Promise<Traffic> {
  const port = await server.port();
  const first = await Client.connect(port);
  await first.say('hello');
  const second = await Client.connect(port);
  await second.say('hello too');
  await first.say('slow');
  await second.say('anybody there?');
  await first.leave();
  await second.leave();
  return { clients: [first, second], heldMs: 300 };
}

function protocolCase(kind: string, args: readonly string[], method: string, marker: string): Case {
  return {
    title: `asyncio_protocols.py, ${kind}`,
    program: 'asyncio_protocols.py',
    args: ['--connections', '2', ...args],
    status: 0,
    drive: oneComputes,
    prints: 'served 2 connections\n',
    finds: ['blocked-loop'],
    mayFind: ['starved-client'],
    facts: {
      ...modelFact('event-loop', 2),
      'the loop\'s thread owns every connection, with its bytes, and no task does': ({ look, traffic }) => {
        expect(look.threads).toHaveLength(1);
        for (const client of traffic.clients) {
          const connection = look.connection(client);
          expect(connection.owners).toMatchObject([{ thread: look.main.id, task: null }]);
          expect(connection).toMatchObject({ bytesIn: client.sent, bytesOut: client.received, closedBy: 'peer' });
        }
        const own = look.report.tasks.filter((task) => task.createdAt?.file.endsWith(look.program) === true);
        expect(own.map((task) => task.coroutine)).toContain('main');
        expect(own.map((task) => task.coroutine)).not.toContain('serve');
      },
      'a connection names the callback that serves it, with its line': ({ look, traffic }) => {
        for (const client of traffic.clients) {
          const { protocolAt } = look.connection(client);
          expect(protocolAt?.function).toBe(method);
          expect(look.line(protocolAt)).toBe(look.marked(marker));
        }
      },
      'the blocked loop is found, with the callback, its client and who waited': ({ look, traffic }) => {
        // Where the machine is busy, making a connection may take long too.
        const [finding] = look.findings('blocked-loop').sort((a, b) => (b.toNs ?? 0) - b.fromNs - ((a.toNs ?? 0) - a.fromNs));
        if (finding === undefined) throw new Error('no finding');
        const [blocker, waiter] = traffic.clients.map((client) => look.connection(client));
        expect(look.line(finding.at)).toBe(look.marked(marker));
        expect(finding.detail).toContain(`the callback ${method} for ${blocker?.peer}`);
        expect(finding.subjects).toEqual([look.main.id, waiter?.id]);
        expect((finding.toNs ?? 0) - finding.fromNs).toBeGreaterThan(270e6);
      },
    },
  };
}

/** The program's own tasks of this coroutine. */
function tasksOf({ look }: Seen, coroutine: string): ReportTask[] {
  return look.report.tasks.filter((task) => task.coroutine === coroutine);
}

function only({ look }: Seen, key: 'name' | 'coroutine', value: string): ReportTask {
  const [task, ...more] = look.report.tasks.filter((each) => each[key] === value);
  if (task === undefined || more.length > 0) throw new Error(`not one task ${value}: ${look.report.tasks.map((each) => each[key]).join(', ')}`);
  return task;
}

/** The task's one wait at the marked line. */
function waitAt({ look }: Seen, task: ReportTask, marker: string): ReportWait {
  const [wait, ...more] = task.waits.filter(({ at }) => look.line(at) === look.marked(marker));
  if (wait === undefined || more.length > 0) throw new Error(`${more.length + 1} waits at ${marker}; there are: ${task.waits.map(({ at, reason }) => `${reason} ${look.line(at)}`).join(', ')}`);
  return wait;
}

const tasksCase: Case = {
  title: 'asyncio_tasks.py',
  program: 'asyncio_tasks.py',
  args: [],
  status: 0,
  drive: () => Promise.resolve(quiet),
  prints: 'all tasks but this one are over: True\n',
  finds: [],
  facts: {
    'each task has who made it, and the line, however it was made': (seen) => {
      const { look, python } = seen;
      const main = only(seen, 'coroutine', 'main');
      const workers = tasksOf(seen, 'worker');
      const made = workers.map((task) => look.line(task.createdAt));
      for (const marker of ['makes it with the loop', 'awaits them all', 'awaits the set']) expect(made).toContain(look.marked(marker));
      // asyncio.Task() itself says nothing of who called it.
      expect(workers.filter((task) => task.parent === null)).toHaveLength(1);
      expect(new Set(workers.map((task) => task.parent))).toEqual(new Set([main.id, null]));
      expect(made.filter((line) => line === look.marked('awaits them all'))).toHaveLength(2);
      if (python.minor < 12) expect(made).toContain(look.marked('awaits it for so long'));
      for (const task of workers) expect(task).toMatchObject({ end: 'done', error: null, steps: 2 });
    },
    'they end done, cancelled, or with their exception, asked for or not': (seen) => {
      const cancelled = tasksOf(seen, 'endless').map((task) => task.end);
      expect(new Set(cancelled)).toEqual(new Set(['cancelled']));
      expect(only(seen, 'coroutine', 'stubborn')).toMatchObject({ end: 'done' });
      expect(only(seen, 'coroutine', 'fails')).toMatchObject({ end: 'raised', error: 'ValueError' });
    },
    'who awaits a task waits for that one, also when it is over': (seen) => {
      const main = only(seen, 'coroutine', 'main');
      const awaited = tasksOf(seen, 'worker').find((task) => seen.look.line(task.createdAt) === seen.look.marked('makes it with the loop'));
      expect(waitAt(seen, main, 'awaits a task')).toMatchObject({ reason: 'join', on: `task:${awaited?.id}` });
      for (const marker of ['awaits them all', 'awaits the set']) expect(waitAt(seen, main, marker).reason).toBe('join');
    },
    'a thread of an executor, and a program': (seen) => {
      const main = only(seen, 'coroutine', 'main');
      const markers = ['awaits a thread', 'awaits a thread of its own', ...(seen.python.minor >= 9 ? ['awaits to_thread'] : [])];
      for (const marker of markers) expect(waitAt(seen, main, marker).reason).toBe('executor');
      const [program] = seen.look.children;
      expect(waitAt(seen, main, 'awaits a program')).toMatchObject({ reason: 'waitpid', on: `process:${program?.id}` });
      expect(program).toMatchObject({ birth: 'spawn', exit: { code: 0, signal: null }, reapedBy: seen.look.root.id });
      for (const thread of seen.look.threads.filter((each) => each.waitNs.sleep !== undefined && !each.main)) expect(thread.startedBy).toBe(seen.look.main.id);
    },
    'a group: its members, and one that fails and takes its sibling with it': (seen) => {
      if (seen.python.minor < 11) return;
      const main = only(seen, 'coroutine', 'main');
      expect(only(seen, 'name', 'member 1')).toMatchObject({ parent: main.id, end: 'done' });
      expect(seen.look.line(only(seen, 'name', 'member 1').createdAt)).toBe(seen.look.marked('makes a member'));
      expect(only(seen, 'name', 'sibling')).toMatchObject({ end: 'cancelled' });
      expect(only(seen, 'name', 'culprit')).toMatchObject({ end: 'raised', error: 'KeyError' });
      expect(waitAt(seen, main, 'awaits its group').reason).toBe('join');
    },
    'eager tasks: one that is over at once, one that begins at once': (seen) => {
      if (seen.python.minor < 12) return;
      const main = only(seen, 'coroutine', 'main');
      const over = only(seen, 'coroutine', 'at_once');
      expect(over).toMatchObject({ parent: main.id, end: 'done', steps: 1 });
      expect(seen.look.line(over.createdAt)).toBe(seen.look.marked('makes one that is over at once'));
      const begun = tasksOf(seen, 'worker').find((task) => seen.look.line(task.createdAt) === seen.look.marked('makes one that begins at once'));
      expect(begun).toMatchObject({ parent: main.id, end: 'done', steps: 2 });
      expect(waitAt(seen, main, 'makes one that begins at once')).toMatchObject({ reason: 'join', on: `task:${begun?.id}` });
    },
  },
};

const awaited: readonly (readonly [name: string, reason: WaitReason, marker: string])[] = [
  ['lock', 'lock', 'waits for the lock'],
  ['semaphore', 'semaphore', 'waits for the semaphore'],
  ['event', 'event', 'waits for the event'],
  ['condition', 'condition', 'waits for the condition'],
  ['item', 'queue', 'waits for an item'],
  ['room', 'queue', 'waits for room'],
  ['all done', 'queue', 'waits for all to be done'],
  ['future', 'future', 'waits for a future'],
  ['barrier', 'barrier', 'waits at the barrier'],
];

const waitsCase: Case = {
  title: 'asyncio_waits.py',
  program: 'asyncio_waits.py',
  args: [],
  status: 0,
  drive: () => Promise.resolve(quiet),
  prints: 'everybody went on\n',
  finds: [],
  facts: {
    'each task says what it waited for, at its line': (seen) => {
      for (const [name, reason, marker] of awaited) {
        if (name === 'barrier' && seen.python.minor < 11) continue;
        const task = only(seen, 'name', name);
        expect(task).toMatchObject({ end: 'done', steps: 2 });
        expect(waitAt(seen, task, marker).reason, name).toBe(reason);
      }
    },
    'meanwhile their thread waits in its poll, for none of their locks': ({ look }) => {
      expect(look.threads).toHaveLength(1);
      expect(Object.keys(look.main.waitNs).filter((reason) => reason !== 'gil')).toEqual(['poll']);
    },
  },
};

export const asyncioCases: readonly Case[] = [
  tasksCase,
  waitsCase,
  protocolCase('Protocol', [], 'Echo.data_received', 'serves the client'),
  protocolCase('BufferedProtocol', ['--buffered'], 'BufferedEcho.buffer_updated', 'serves the client from its buffer'),
];
