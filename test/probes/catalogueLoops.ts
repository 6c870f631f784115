/** Rows 8 to 11 and 15 of the catalogue: many clients on one thread, and a fixed number of threads. */

import { expect } from 'vitest';
import type { Case } from './catalogueCases';
import { modelFact } from './catalogueServerFacts';
import type { Running } from './support/running';
import { bothServed, Client, type Traffic } from './support/traffic';

const twoConnections = ['--connections', '2'];
const servedTwo = 'served 2 connections\n';

async function drive(server: Running): Promise<Traffic> {
  return bothServed(await server.port());
}

/** The first client's word blocks the loop; the second speaks meanwhile. */
async function oneBlocksTheOther(server: Running): Promise<Traffic> {
  const port = await server.port();
  const first = await Client.connect(port);
  await first.say('hello');
  const second = await Client.connect(port);
  await second.say('hello too');
  first.send('slow');
  second.send('anybody there?');
  await Promise.all([first.answered(), second.answered()]);
  await first.leave();
  await second.leave();
  return { clients: [first, second], heldMs: 300 };
}

const oneThread: Case['facts'] = {
  ...modelFact('event-loop', 2),
  'one thread owns every connection from its accept to its end': ({ look, traffic }) => {
    expect(look.threads).toHaveLength(1);
    for (const client of traffic.clients) {
      const connection = look.connection(client);
      expect(connection.owners.map((owner) => owner.thread)).toEqual([look.main.id]);
      expect(connection).toMatchObject({ bytesIn: client.sent, bytesOut: client.received, closedBy: 'peer' });
    }
  },
};

function selectorsCase(way: string): Case {
  return {
    title: `selectors_echo.py, ${way}`,
    program: 'selectors_echo.py',
    args: [...twoConnections, '--with', way],
    status: 0,
    drive,
    prints: servedTwo,
    finds: [],
    facts: {
      ...oneThread,
      'it waits in the loop, at its line': ({ look }) => {
        const wait = look.longestWait(look.main, 'poll');
        expect(look.line(wait.at)).toBe(look.marked('waits for everybody'));
        expect(look.main.waitNs.accept ?? 0).toBeLessThan(1e8);
      },
    },
  };
}

export const loopCases: readonly Case[] = [
  selectorsCase('select'),
  selectorsCase('poll'),
  selectorsCase('epoll'),
  {
    title: 'generator_scheduler.py',
    program: 'generator_scheduler.py',
    args: twoConnections,
    status: 0,
    drive,
    prints: servedTwo,
    finds: [],
    facts: {
      ...oneThread,
      'the scheduler waits for all of them': ({ look }) => {
        expect(look.line(look.longestWait(look.main, 'poll').at)).toBe(look.marked('waits for everybody'));
      },
    },
  },
  {
    title: 'asyncio_streams.py',
    program: 'asyncio_streams.py',
    args: twoConnections,
    status: 0,
    drive: oneBlocksTheOther,
    prints: servedTwo,
    finds: ['blocked-loop'],
    mayFind: ['starved-client'],
    facts: {
      ...oneThread,
      'a task for each connection, which says what it awaited': ({ look, traffic }) => {
        const ids = traffic.clients.map((client) => look.connection(client).owners[0]?.task);
        expect(new Set(ids).size).toBe(2);
        for (const id of ids) {
          const task = look.report.tasks.find((each) => each.id === id);
          expect(task).toMatchObject({ thread: look.main.id, parent: null, end: 'done', error: null });
          expect(task?.coroutine).toBe('serve');
          expect(task?.steps).toBeGreaterThan(1);
          for (const wait of task?.waits ?? []) expect(look.line(wait.at)).toBe(look.marked('awaits the client'));
        }
      },
      'the line of a connection is the program\'s': ({ look, traffic }) => {
        for (const client of traffic.clients) expect(look.connection(client).protocolAt?.file).toMatch(/asyncio_streams\.py$/);
      },
      'the program\'s main task waits for the end': ({ look }) => {
        const main = look.report.tasks.find((task) => task.coroutine === 'main');
        expect(main).toMatchObject({ end: 'done', parent: null });
        expect(main?.waits.map((wait) => look.line(wait.at))).toContain(look.marked('awaits the end'));
      },
      'the blocked loop is found, with its line, its task and who waited': ({ look, traffic }) => {
        const finding = look.finding('blocked-loop');
        const [blocker, waiter] = traffic.clients.map((client) => look.connection(client));
        expect(look.line(finding.at)).toBe(look.marked('blocks the loop'));
        expect(finding.subjects).toContain(waiter?.id);
        expect(finding.subjects).not.toContain(blocker?.id);
        expect(finding.subjects).toContain(blocker?.owners[0]?.task);
        expect((finding.toNs ?? 0) - finding.fromNs).toBeGreaterThan(270e6);
      },
    },
  },
  {
    title: 'nonblocking_busy.py',
    program: 'nonblocking_busy.py',
    args: twoConnections,
    status: 0,
    drive,
    prints: servedTwo,
    finds: ['busy-polling'],
    mayFind: ['starved-client'], // It never waits, so a busy machine lets others run first, and a client stands in the queue meanwhile.
    facts: {
      ...oneThread,
      'the finding has the rate and the line': ({ look }) => {
        const finding = look.finding('busy-polling');
        expect([look.marked('asks for bytes'), look.marked('asks for a client')]).toContain(look.line(finding.at));
        expect(finding.title).toMatch(/ \d{4,} times a second/);
        expect(finding.subjects).toEqual([look.main.id]);
      },
    },
  },
  {
    title: 'thread_pool_echo.py',
    program: 'thread_pool_echo.py',
    args: twoConnections,
    status: 0,
    drive,
    prints: servedTwo,
    finds: [],
    facts: {
      ...modelFact('thread-pool', 2),
      'the pool\'s workers serve what the main thread accepts': ({ look, traffic }) => {
        const workers = look.threads.filter((thread) => thread.name?.startsWith('worker_') === true);
        expect(workers).toHaveLength(2);
        for (const client of traffic.clients) {
          const [acceptor, worker] = look.connection(client).owners.map((owner) => owner.thread);
          expect(acceptor).toBe(look.main.id);
          expect(workers.map((thread) => thread.id)).toContain(worker);
        }
      },
    },
  },
];
