/** Rows 1 to 4 of the catalogue: the servers. */

import { expect } from 'vitest';
import type { ReportProcess, ReportServerModel, ReportThread } from '../../src/protocol/report';
import { atLeast, toleranceMs, type Case, type Seen } from './catalogueCases';
import { lengthMs, mainThread, queuedMs, zombieMs, type Lookup } from './support/lookup';
import type { Running } from './support/running';
import {
  bothServed,
  endsThatDoNotCome,
  oneAfterTheOther,
  secondClientSpeaksAndWaits,
  secondClientWaits,
  type Client,
  type Traffic,
} from './support/traffic';

type Facts<T extends Traffic = Traffic> = Case<T>['facts'];

const twoConnections = ['--connections', '2'];
const servedTwo = 'served 2 connections\n';
const acceptLine = 'accepts';
const receiveLine = 'waits for the client';

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

function first(traffic: Traffic): Client {
  return client(traffic, 0);
}

function second(traffic: Traffic): Client {
  return client(traffic, 1);
}

function client(traffic: Traffic, index: number): Client {
  const found = traffic.clients[index];
  if (found === undefined) {
    throw new Error(`no client ${index}`);
  }
  return found;
}

/** The thread that served a client: the last owner of its connection. */
function handlerOf(look: Lookup, of: Client): ReportThread {
  return look.threadById(look.connection(of).owners.at(-1)?.thread ?? null);
}

function handlerProcessOf(look: Lookup, of: Client): ReportProcess {
  return look.process(look.connection(of).owners.at(-1)?.process ?? null);
}

/** What is true of every server here, whatever its model. */
function serverFacts(backlog: number, accepts = acceptLine): Facts {
  return {
    'one listener, with its address, backlog and count': ({ look, traffic }) => {
      expect(look.listener).toMatchObject({ protocol: 'tcp', backlog, accepted: traffic.clients.length });
      expect(look.listener.address).toMatch(/^127\.0\.0\.1:\d+$/);
      expect(look.listener.owners).toContain(look.root.id);
    },
    'a connection per client, with both addresses, and no other': ({ look, traffic }) => {
      expect(look.report.connections).toHaveLength(traffic.clients.length);
      for (const each of traffic.clients) {
        expect(look.connection(each)).toMatchObject({
          protocol: 'tcp',
          listener: look.listener.id,
          local: look.listener.address,
          otherEnd: null,
        });
      }
    },
    'every byte and every call is counted': ({ look, traffic }) => {
      for (const each of traffic.clients) {
        const { bytesIn, bytesOut, receives, sends } = look.connection(each);
        // The receive that returns nothing, for the client's end, is a call too.
        expect({ bytesIn, bytesOut, receives, sends }).toEqual({
          bytesIn: each.sent,
          bytesOut: each.received,
          receives: each.messages + 1,
          sends: each.messages,
        });
      }
    },
    'each is queued, accepted and closed, in this order, at the accepting line': ({ look, traffic }) => {
      for (const each of traffic.clients) {
        const { queuedNs, acceptedNs, closedNs, acceptedAt } = look.connection(each);
        expect(queuedNs).not.toBeNull();
        expect(acceptedNs).toBeGreaterThanOrEqual(queuedNs ?? Infinity);
        expect(closedNs).toBeGreaterThan(acceptedNs ?? Infinity);
        expect(look.line(acceptedAt)).toBe(look.marked(accepts));
      }
    },
    'the clients, who left first, closed them': ({ look, traffic }) => {
      expect(traffic.clients.map((each) => look.connection(each).closedBy)).toEqual(traffic.clients.map(() => 'peer'));
    },
  };
}

function modelFact(kind: ReportServerModel['kind'], maxConcurrent: number): Facts {
  return {
    [`the model is ${kind}, ${maxConcurrent} at a time`]: ({ look }) => {
      expect(look.report.serverModels).toHaveLength(1);
      expect(look.report.serverModels[0]).toMatchObject({ listener: look.listener.id, kind, maxConcurrent });
      expect(look.report.serverModels[0]?.because).not.toBe('');
    },
  };
}

const nobodyStarves: Facts = {
  'nobody starves': ({ look, traffic }) => {
    expect(look.findings('starved-client')).toEqual([]);
    for (const each of traffic.clients) {
      expect(queuedMs(look.connection(each))).toBeLessThan(traffic.heldMs - toleranceMs);
    }
  },
};

/** The main thread's idle time before the first client, as the program spends it. */
function idleFact(reason: 'accept' | 'poll', accepts = acceptLine): Facts {
  return {
    [`idle, the main thread waits in ${reason} at its line`]: ({ look }) => {
      const wait = look.longestWait(look.main, reason);
      expect(look.line(wait.at)).toBe(look.marked(accepts));
      if (reason === 'accept') {
        expect(wait.on).toBe(`listener:${look.listener.id}`);
      }
      atLeast((look.main.waitNs[reason] ?? 0) / 1e6, 40);
    },
  };
}

/** The handler's wait for the client that is silent on purpose. */
function silenceFact(of: (traffic: Traffic) => Client, handler: (seen: Seen) => ReportThread): Facts {
  return {
    'the silent client is the one its handler waits for, at its line': ({ look, traffic, python }) => {
      const wait = look.longestWait(handler({ look, traffic, python }), 'receive');
      expect(wait.on).toBe(`connection:${look.connection(of(traffic)).id}`);
      expect(look.line(wait.at)).toBe(look.marked(receiveLine));
      atLeast(lengthMs(wait), traffic.heldMs);
    },
  };
}

const iterative: Facts = {
  ...serverFacts(5),
  ...modelFact('iterative', 1),
  'one process, one thread': ({ look }) => {
    expect(look.report.processes).toHaveLength(1);
    expect(look.threads).toHaveLength(1);
  },
  'the main thread owns both connections, one after the other': ({ look, traffic }) => {
    const owners = traffic.clients.map((each) => look.connection(each).owners);
    expect(owners.map((of) => of.map((owner) => owner.thread))).toEqual([[look.main.id], [look.main.id]]);
    expect(owners[1]?.[0]?.fromNs).toBeGreaterThanOrEqual(owners[0]?.[0]?.toNs ?? Infinity);
    expect(look.arrows('handover')).toEqual([]);
  },
  'the first client is not kept waiting, the second as long as it really was': ({ look, traffic }) => {
    expect(queuedMs(look.connection(first(traffic)))).toBeLessThan(traffic.heldMs - toleranceMs);
    atLeast(queuedMs(look.connection(second(traffic))), traffic.heldMs);
    expect(look.listener.maxQueue).toBeGreaterThanOrEqual(1);
  },
  'the finding names the waiting client, the one in service and the line that waits for it': ({ look, traffic }) => {
    const finding = look.finding('starved-client');
    expect(look.line(finding.at)).toBe(look.marked(receiveLine));
    expect(finding.subjects).toEqual(expect.arrayContaining(traffic.clients.map((each) => look.connection(each).id)));
    expect(finding.severity).not.toBe('info');
    atLeast(((finding.toNs ?? Infinity) - finding.fromNs) / 1e6, traffic.heldMs);
  },
  ...silenceFact(first, ({ look }) => look.main),
};

/** Row 2: `names` are those of the handlers, in the order of their clients. */
function threaded(target: string, names: (minor: number) => string[], backlog = 5): Facts {
  return {
    ...serverFacts(backlog),
    ...modelFact('thread-per-connection', 2),
    ...nobodyStarves,
    ...silenceFact(first, ({ look, traffic }) => handlerOf(look, first(traffic))),
    'one process; a thread per connection beside the main thread': ({ look, traffic }) => {
      expect(look.report.processes).toHaveLength(1);
      expect(look.root.threads).toHaveLength(1 + traffic.clients.length);
    },
    'each handler has its name and function, and is started by the accepting thread': ({ look, traffic, python }) => {
      const handlers = traffic.clients.map((each) => handlerOf(look, each));
      expect(handlers.map((handler) => handler.name)).toEqual(names(python.minor));
      for (const handler of handlers) {
        expect(handler).toMatchObject({ main: false, daemon: false, target, startedBy: look.main.id });
        expect(look.hasArrow('thread', look.main, handler)).toBe(true);
      }
    },
    'each connection goes from the accepting thread to its handler': ({ look, traffic }) => {
      for (const each of traffic.clients) {
        const handler = handlerOf(look, each);
        expect(look.connection(each).owners.map((owner) => owner.thread)).toEqual([look.main.id, handler.id]);
        expect(look.hasArrow('handover', look.main, handler)).toBe(true);
      }
    },
    'every handler ends, and the main thread joins it': ({ look, traffic }) => {
      for (const each of traffic.clients) {
        const handler = handlerOf(look, each);
        expect(handler.endNs).not.toBeNull();
        expect(handler.joinedBy).toBe(look.main.id);
        expect(look.hasArrow('join', handler, look.main)).toBe(true);
      }
    },
    'the join that has to wait says for whom': ({ look, traffic }) => {
      const handlers = traffic.clients.map((each) => `thread:${handlerOf(look, each).id}`);
      for (const join of look.waits(look.main, 'join')) {
        expect(handlers).toContain(join.on);
      }
    },
  };
}

function socketserverNames(minor: number): string[] {
  return [1, 2].map((number) => (minor >= 10 ? `Thread-${number} (process_request_thread)` : `Thread-${number}`));
}

/** Row 3: `forks` marks the line that makes the child. */
function forked(forks: string, accepts = acceptLine): Facts {
  return {
    ...serverFacts(5, accepts),
    'a process per connection, forked at its line by the accepting process': ({ look, traffic }) => {
      expect(look.children).toHaveLength(traffic.clients.length);
      for (const child of look.children) {
        expect(child).toMatchObject({ parent: look.root.id, birth: 'fork', multiprocessing: null });
        expect(look.line(child.bornAt)).toBe(look.marked(forks));
        expect(look.hasArrow('fork', look.main, child)).toBe(true);
      }
    },
    'each connection goes from the accepting process to its child': ({ look, traffic }) => {
      const handlers = traffic.clients.map((each) => handlerProcessOf(look, each));
      expect(new Set(handlers.map((handler) => handler.id)).size).toBe(traffic.clients.length);
      for (const [index, each] of traffic.clients.entries()) {
        const child = handlers[index];
        expect(child?.birth).toBe('fork');
        expect(look.connection(each).owners[0]).toMatchObject({ process: look.root.id, thread: look.main.id });
        expect(child !== undefined && look.hasArrow('handover', look.main, child)).toBe(true);
      }
    },
    'every child has one thread, ends by itself and loses nothing': ({ look }) => {
      for (const child of look.children) {
        expect(child.threads).toHaveLength(1);
        expect(child.exit?.signal).toBeNull();
        expect(child.endNs).not.toBeNull();
        expect(child.coverage).toContain('python');
      }
    },
  };
}

const collected: Facts = {
  'the parent collects every child': ({ look }) => {
    for (const child of look.children) {
      expect(child.reapedBy).toBe(look.root.id);
      expect(child.zombieNs).toBeGreaterThanOrEqual(0);
      expect(look.hasArrow('reap', child, look.main)).toBe(true);
    }
  },
};

const parentCloses: Facts = {
  'the parent keeps no copy of a connection': ({ look }) => {
    expect(look.findings('socket-kept-by-parent')).toEqual([]);
  },
};

function exitCodes(look: Lookup): (number | null | undefined)[] {
  return look.children.map((child) => child.exit?.code);
}

const allLeaveWithZero: Facts = {
  'every child leaves with 0': ({ look }) => {
    expect(exitCodes(look)).toEqual(look.children.map(() => 0));
  },
};

function multiprocessingChat(method: 'fork' | 'spawn' | 'forkserver'): Case {
  const birth = method === 'spawn' ? 'spawn' : 'fork';
  return {
    title: `multiprocessing_chat.py, ${method}`,
    program: 'multiprocessing_chat.py',
    args: [...twoConnections, '--start-method', method],
    status: 0,
    drive: drivenBy(bothServed),
    prints: 'chat-1 ended with 0\nchat-2 ended with 0\n',
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

export const serverCases: readonly Case[] = [
  {
    title: 'iterative_echo.py',
    program: 'iterative_echo.py',
    args: twoConnections,
    status: 0,
    drive: drivenBy(secondClientWaits),
    prints: servedTwo,
    facts: { ...iterative, ...idleFact('accept') },
  },
  {
    title: 'socketserver_tcp.py, the waiting client speaks',
    program: 'socketserver_tcp.py',
    args: twoConnections,
    status: 0,
    drive: drivenBy(secondClientSpeaksAndWaits),
    prints: servedTwo,
    facts: { ...iterative, ...idleFact('poll') },
  },
  {
    title: 'threading_echo.py',
    program: 'threading_echo.py',
    args: twoConnections,
    status: 0,
    drive: drivenBy(bothServed),
    prints: servedTwo,
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
    facts: {
      ...threaded('serve_client', () => ['client-1', 'client-2']),
      ...idleFact('accept'),
      'joining the list, the main thread waits for the first handler, which its client keeps': ({ look }) => {
        const wait = look.longestWait(look.main, 'join');
        expect(wait.on).toBe(`thread:${look.thread('client-1').id}`);
        expect(look.line(wait.at)).toBe(look.marked('waits for the handler'));
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
        for (const wait of look.waits(look.main, 'waitpid')) {
          expect(wait.on).toBe(`process:${handlerProcessOf(look, second(traffic)).id}`);
          expect(look.line(wait.at)).toBe(look.marked('waits for the child'));
        }
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
