/** Rows 1 to 4 of the catalogue: the servers. */

import { expect } from 'vitest';
import { atLeast, type Case } from './catalogueCases';
import {
  allLeaveWithZero,
  collected,
  first,
  forked,
  handlerOf,
  handlerProcessOf,
  idleFact,
  iterative,
  modelFact,
  nobodyStarves,
  parentCloses,
  second,
  serverFacts,
  silenceFact,
  socketserverNames,
  threaded,
  type Facts,
} from './catalogueServerFacts';
import { lengthMs, mainThread, zombieMs } from './support/lookup';
import type { Running } from './support/running';
import {
  bothServed,
  endsThatDoNotCome,
  oneAfterTheOther,
  secondClientSpeaksAndWaits,
  secondClientWaits,
  type Traffic,
} from './support/traffic';

const twoConnections = ['--connections', '2'];
const servedTwo = 'served 2 connections\n';

function drivenBy<T extends Traffic>(traffic: (port: number) => Promise<T>): (server: Running) => Promise<T> {
  return async (server) => traffic(await server.port());
}

/** Serves for ever: a signal ends it when the traffic is over. */
function thenStopped<T extends Traffic>(traffic: (port: number) => Promise<T>, signal: NodeJS.Signals): (server: Running) => Promise<T> {
  return async (server) => {
    const seen = await traffic(await server.port());
    server.signal(signal);
    return seen;
  };
}

export const serverCases: readonly Case[] = [
  {
    title: 'iterative_echo.py',
    program: 'iterative_echo.py',
    args: twoConnections,
    status: 0,
    drive: drivenBy(secondClientWaits),
    prints: servedTwo,
    finds: ['starved-client'],
    facts: { ...iterative, ...idleFact('accept') },
  },
  {
    title: 'socketserver_tcp.py, the waiting client speaks',
    program: 'socketserver_tcp.py',
    args: twoConnections,
    status: 0,
    drive: drivenBy(secondClientSpeaksAndWaits),
    prints: servedTwo,
    finds: ['starved-client'],
    facts: { ...iterative, ...idleFact('poll') },
  },
  {
    title: 'threading_echo.py',
    program: 'threading_echo.py',
    args: twoConnections,
    status: 0,
    drive: drivenBy(bothServed),
    prints: servedTwo,
    finds: [],
    facts: {
      ...threaded('ThreadingMixIn.process_request_thread', socketserverNames),
      ...idleFact('poll'),
    },
  },
  {
    title: 'threading_echo.py, until it is stopped',
    program: 'threading_echo.py',
    args: [],
    status: 128 + 15,
    drive: thenStopped(bothServed, 'SIGTERM'),
    prints: '',
    finds: [],
    facts: {
      ...serverFacts(5, 'serves until it is stopped'),
      ...modelFact('thread-per-connection', 2),
      ...nobodyStarves,
      'the signal is its end': ({ look }) => {
        expect(look.root.exit).toEqual({ code: null, signal: 'SIGTERM' });
      },
      'it waits for clients to the end': ({ look }) => {
        const last = look.waits(look.main, 'poll').at(-1);
        expect(look.line(last?.at ?? null)).toBe(look.marked('serves until it is stopped'));
      },
      'each connection goes from the accepting thread to a thread of its own': ({ look, traffic }) => {
        for (const each of traffic.clients) {
          expect(handlerOf(look, each).startedBy).toBe(look.main.id);
          expect(look.hasArrow('handover', look.main, handlerOf(look, each))).toBe(true);
        }
      },
    },
  },
  {
    title: 'threading_mixin.py',
    program: 'threading_mixin.py',
    args: twoConnections,
    status: 0,
    drive: drivenBy(bothServed),
    prints: servedTwo,
    finds: [],
    facts: {
      ...threaded('ThreadingMixIn.process_request_thread', socketserverNames, 16),
      ...idleFact('poll'),
    },
  },
  {
    title: 'thread_per_connection.py',
    program: 'thread_per_connection.py',
    args: twoConnections,
    status: 0,
    drive: drivenBy(bothServed),
    prints: servedTwo,
    finds: [],
    facts: {
      ...threaded('serve_client', () => ['client-1', 'client-2']),
      ...idleFact('accept'),
      'joining the list, the main thread waits for the first handler, which its client keeps': ({ look }) => {
        const wait = look.longestWait(look.main, 'join');
        expect(wait.on).toBe(`thread:${look.thread('client-1').id}`);
        expect(look.line(wait.at)).toBe(look.marked('waits for the handler'));
        expect(wait.endedBy).toBe(look.thread('client-1').id);
        atLeast(lengthMs(wait), 200);
      },
    },
  },
  {
    title: 'forking_echo.py',
    program: 'forking_echo.py',
    args: twoConnections,
    status: 0,
    drive: drivenBy(bothServed),
    prints: servedTwo,
    finds: [],
    mayFind: ['zombies'], // As long as the parent waits for the other child.
    facts: {
      ...forked('accepts and forks', 'accepts and forks'),
      ...modelFact('process-per-connection', 2),
      ...nobodyStarves,
      ...collected,
      ...parentCloses,
      ...allLeaveWithZero,
      ...idleFact('poll', 'accepts and forks'),
      ...silenceFact(first, ({ look, traffic }) => handlerOf(look, first(traffic))),
      'closing the server waits for the children': ({ look }) => {
        const wait = look.longestWait(look.main, 'waitpid');
        expect(look.line(wait.at)).toBe(look.marked('waits for the children'));
        expect(look.children.map((child) => `process:${child.id}`)).toContain(wait.on);
      },
    },
  },
  {
    title: 'fork_per_connection.py',
    program: 'fork_per_connection.py',
    args: twoConnections,
    status: 0,
    drive: drivenBy(oneAfterTheOther),
    prints: servedTwo,
    finds: ['zombies'],
    facts: {
      ...forked('forks'),
      ...modelFact('process-per-connection', 1),
      ...nobodyStarves,
      ...collected,
      ...parentCloses,
      ...allLeaveWithZero,
      ...idleFact('accept'),
      'the first child is a zombie until the next client wakes the parent': ({ look, traffic }) => {
        atLeast(zombieMs(handlerProcessOf(look, first(traffic))), traffic.heldMs);
      },
      'the parent waits at the end for the child of the client that is still there': ({ look, traffic }) => {
        // A look with WNOHANG can take a millisecond too, where another process has the core meanwhile.
        const waits = look.waits(look.main, 'waitpid').filter(({ at }) => look.line(at) === look.marked('waits for the child'));
        for (const wait of waits) expect(wait.on).toBe(`process:${handlerProcessOf(look, second(traffic)).id}`);
      },
    },
  },
  keepsSocket(),
  {
    title: 'fork_zombies.py',
    program: 'fork_zombies.py',
    args: twoConnections,
    status: 0,
    drive: drivenBy(oneAfterTheOther),
    prints: 'served 2 connections, exit codes [1, 2]\n',
    finds: ['zombies'],
    facts: {
      ...forked('forks'),
      ...modelFact('process-per-connection', 1),
      ...nobodyStarves,
      ...collected,
      ...parentCloses,
      ...idleFact('accept'),
      'each child leaves with its number': ({ look, traffic }) => {
        expect(traffic.clients.map((each) => handlerProcessOf(look, each).exit?.code)).toEqual([1, 2]);
      },
      'the first child is a zombie until everybody is served': ({ look, traffic }) => {
        const zombie = handlerProcessOf(look, first(traffic));
        atLeast(zombieMs(zombie), traffic.heldMs);
        expect(look.hasArrow('reap', zombie, look.main)).toBe(true);
        expect(look.finding('zombies').subjects).toEqual(expect.arrayContaining([look.root.id, zombie.id]));
      },
    },
  },
  multiprocessingChat('fork'),
  multiprocessingChat('spawn'),
];

function keepsSocket(): Case {
  return {
    title: 'fork_keeps_socket.py',
    program: 'fork_keeps_socket.py',
    args: twoConnections,
    status: 0,
    drive: async (server) => {
      const traffic = await endsThatDoNotCome(await server.port());
      // The program must show what it is there for: the client really sees no end.
      expect(traffic.endedEarly).toBe(false);
      return traffic;
    },
    prints: servedTwo,
    finds: ['socket-kept-by-parent', 'zombies'],
    facts: {
      ...forked('forks'),
      ...collected,
      ...allLeaveWithZero,
      ...idleFact('accept'),
      'the finding names the connection, the process that kept it and the forking line': ({ look, traffic }) => {
        const findings = look.findings('socket-kept-by-parent');
        const kept = look.connection(first(traffic)).id;
        const finding = findings.find((each) => each.subjects.includes(kept));
        expect(finding, `finding about ${kept}`).toBeDefined();
        expect(finding?.subjects).toContain(look.root.id);
        expect(look.line(finding?.at ?? null)).toBe(look.marked('forks'));
      },
    },
  };
}

function multiprocessingChat(method: 'fork' | 'spawn' | 'forkserver'): Case {
  const birth = method === 'spawn' ? 'spawn' : 'fork';
  return {
    title: `multiprocessing_chat.py, ${method}`,
    program: 'multiprocessing_chat.py',
    args: [...twoConnections, '--start-method', method],
    status: 0,
    drive: drivenBy(bothServed),
    prints: 'chat-1 ended with 0\nchat-2 ended with 0\n',
    finds: [],
    mayFind: ['zombies'], // chat-2 ends first and is joined second.
    facts: {
      ...serverFacts(5),
      ...modelFact('process-per-connection', 2),
      ...nobodyStarvesUnderLoad(method),
      ...parentCloses,
      ...silenceFact(first, ({ look }) => mainThread(look.worker('chat-1'))),
      'a daemon process per connection, by name': ({ look }) => {
        const names = look.children.flatMap((child) => child.multiprocessing ?? []);
        expect(names).toEqual([
          { name: 'chat-1', daemon: true },
          { name: 'chat-2', daemon: true },
        ]);
      },
      'each is born at start(), leaves with 0 and is collected by the main process': ({ look }) => {
        for (const name of ['chat-1', 'chat-2']) {
          const chat = look.worker(name);
          expect(chat).toMatchObject({ parent: look.root.id, birth, exit: { code: 0, signal: null }, reapedBy: look.root.id });
          expect(look.line(chat.bornAt)).toBe(look.marked('starts the process'));
          expect(look.hasArrow('fork', look.main, chat)).toBe(true);
        }
      },
      'each connection goes to the process that serves it': ({ look, traffic }) => {
        for (const [each, name] of [[first(traffic), 'chat-1'], [second(traffic), 'chat-2']] as const) {
          const chat = look.worker(name);
          expect(look.connection(each).owners[0]?.process).toBe(look.root.id);
          expect(handlerProcessOf(look, each).id).toBe(chat.id);
          expect(look.hasArrow('handover', look.main, chat)).toBe(true);
        }
      },
      'the main process waits for chat-1, which its client keeps, at the join': ({ look }) => {
        const wait = look.longestWait(look.main, 'join', 'waitpid');
        expect(wait.on).toBe(`process:${look.worker('chat-1').id}`);
        expect(look.line(wait.at)).toBe(look.marked('waits for the process'));
      },
      'what else runs is no worker of the program': ({ look }) => {
        const others = look.children.filter((child) => child.multiprocessing === null);
        expect(others).toHaveLength(method === 'fork' ? 0 : 1); // The resource tracker of the other start methods.
      },
    },
  };
}

/** A spawned interpreter takes its time, but its client is accepted at once. */
function nobodyStarvesUnderLoad(method: string): Facts {
  return method === 'fork' ? nobodyStarves : {};
}
