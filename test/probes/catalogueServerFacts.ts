/** The facts that servers of one kind have in common: iterative, a thread per connection, a process per connection. */

import { expect } from 'vitest';
import type { ReportProcess, ReportServerModel, ReportThread } from '../../src/protocol/report';
import { atLeast, type Case, type Seen } from './catalogueCases';
import { lengthMs, queuedMs, type Lookup } from './support/lookup';
import type { Client, Traffic } from './support/traffic';

export type Facts = Case['facts'];

const acceptLine = 'accepts';
const receiveLine = 'waits for the client';

export function first(traffic: Traffic): Client {
  return client(traffic, 0);
}

export function second(traffic: Traffic): Client {
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
export function handlerOf(look: Lookup, of: Client): ReportThread {
  return look.threadById(look.connection(of).owners.at(-1)?.thread ?? null);
}

export function handlerProcessOf(look: Lookup, of: Client): ReportProcess {
  return look.process(look.connection(of).owners.at(-1)?.process ?? null);
}

/** What is true of every server here, whatever its model. */
export function serverFacts(backlog: number, accepts = acceptLine): Facts {
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

export function modelFact(kind: ReportServerModel['kind'], maxConcurrent: number): Facts {
  return {
    [`the model is ${kind}, ${maxConcurrent} at a time`]: ({ look }) => {
      expect(look.report.serverModels).toHaveLength(1);
      expect(look.report.serverModels[0]).toMatchObject({ listener: look.listener.id, kind, maxConcurrent });
      expect(look.report.serverModels[0]?.because).not.toBe('');
    },
  };
}

export const nobodyStarves: Facts = {
  'nobody starves': ({ look }) => {
    expect(look.findings('starved-client')).toEqual([]);
  },
};

/** The main thread's idle time before the first client, as the program spends it. */
export function idleFact(reason: 'accept' | 'poll', accepts = acceptLine): Facts {
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
export function silenceFact(of: (traffic: Traffic) => Client, handler: (seen: Seen) => ReportThread): Facts {
  return {
    'the silent client is the one its handler waits for, at its line': ({ look, traffic, python }) => {
      const wait = look.longestWait(handler({ look, traffic, python }), 'receive');
      expect(wait.on).toBe(`connection:${look.connection(of(traffic)).id}`);
      expect(look.line(wait.at)).toBe(look.marked(receiveLine));
      atLeast(lengthMs(wait), traffic.heldMs);
    },
  };
}

export const iterative: Facts = {
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
    const waited = queuedMs(look.connection(second(traffic)));
    atLeast(waited, traffic.heldMs);
    expect(queuedMs(look.connection(first(traffic)))).toBeLessThan(waited / 2);
    // Two where the observer looked before the first was accepted.
    expect([1, 2]).toContain(look.listener.maxQueue);
  },
  'how exactly the second one’s wait is known stands beside it, and is less than the wait': ({ look, traffic }) => {
    const connection = look.connection(second(traffic));
    expect(connection.queuedWithinNs).toBeGreaterThanOrEqual(0);
    expect(connection.queuedWithinNs ?? Infinity).toBeLessThan((queuedMs(connection) / 2) * 1e6);
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
export function threaded(target: string, names: (minor: number) => string[], backlog = 5): Facts {
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
    'each handler owns its connection from its own start to the connection\'s end': ({ look, traffic }) => {
      for (const each of traffic.clients) {
        const connection = look.connection(each);
        const [acceptor, handler] = connection.owners;
        expect(acceptor?.fromNs).toBe(connection.acceptedNs);
        expect(acceptor?.toNs).toBe(handler?.fromNs);
        expect(handler?.fromNs).toBe(handlerOf(look, each).startNs);
        expect(handler?.toNs).toBe(connection.closedNs);
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

export function socketserverNames(minor: number): string[] {
  return [1, 2].map((number) => (minor >= 10 ? `Thread-${number} (process_request_thread)` : `Thread-${number}`));
}

/** Row 3: `forks` marks the line that makes the child. */
export function forked(forks: string, accepts = acceptLine): Facts {
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

export const collected: Facts = {
  'the parent collects every child': ({ look }) => {
    for (const child of look.children) {
      expect(child.reapedBy).toBe(look.root.id);
      expect(child.zombieNs).toBeGreaterThanOrEqual(0);
      expect(look.hasArrow('reap', child, look.main)).toBe(true);
    }
  },
};

export const parentCloses: Facts = {
  'the parent keeps no copy of a connection': ({ look }) => {
    expect(look.findings('socket-kept-by-parent')).toEqual([]);
  },
};

function exitCodes(look: Lookup): (number | null | undefined)[] {
  return look.children.map((child) => child.exit?.code);
}

export const allLeaveWithZero: Facts = {
  'every child leaves with 0': ({ look }) => {
    expect(exitCodes(look)).toEqual(look.children.map(() => 0));
  },
};
