/** Rows 5, 6, 7 and 14 of the catalogue: datagrams, Unix sockets, request handlers, every socket call, descriptors on the move. */

import { createSocket } from 'node:dgram';
import { expect } from 'vitest';
import { quiet, type Case, type Seen } from './catalogueCases';
import { within } from './support/deadline';
import type { Running } from './support/running';
import { Client, type Traffic } from './support/traffic';
import type { ReportConnection, ReportDatagrams } from '../../src/protocol/report';

const nothing = (): Promise<typeof quiet> => Promise.resolve(quiet);
const questions = ['a question', 'another question'];

/** Two clients that ask a datagram each and hear it in capitals, one after the other. */
async function askDatagrams(server: Running): Promise<Traffic> {
  const port = await server.port();
  for (const question of questions) {
    const socket = createSocket('udp4');
    try {
      const answer = new Promise<string>((resolve, reject) => {
        socket.once('message', (data) => resolve(data.toString('latin1')));
        socket.once('error', reject);
      });
      socket.send(question, port, '127.0.0.1');
      expect(await within(10_000, 'the answer to a datagram', answer)).toBe(question.toUpperCase());
    } finally {
      socket.close();
    }
  }
  return quiet;
}

/** `helper`: what each request gets for itself. */
function udpCase(kind: 'iterative' | 'threading' | 'forking', helper: 'none' | 'thread' | 'process'): Case {
  return {
    title: `udp_server.py, ${kind}`,
    program: 'udp_server.py',
    args: ['--kind', kind, '--requests', '2'],
    status: 0,
    drive: askDatagrams,
    prints: 'served 2 requests\n',
    finds: [],
    mayFind: ['zombies'], // The first child is collected when the second request comes.
    facts: {
      'one bound socket, of the model datagram': ({ look }) => {
        expect(look.listener).toMatchObject({ protocol: 'udp', backlog: null, accepted: 0 });
        expect(look.report.connections).toEqual([]);
        expect(look.report.serverModels).toMatchObject([{ listener: look.listener.id, kind: 'datagram', maxConcurrent: 1 }]);
      },
      'each client\'s datagrams and bytes, both ways': ({ look }) => {
        expect(look.report.datagrams.map(({ received, sent, bytesIn, bytesOut }) => ({ received, sent, bytesIn, bytesOut }))).toEqual(
          questions.map(({ length }) => ({ received: 1, sent: 1, bytesIn: length, bytesOut: length })),
        );
      },
      'who received it and who answered it': ({ look }) => {
        for (const peer of look.report.datagrams) {
          expect(peer.threads[0]).toBe(look.main.id);
          expect(peer.threads).toHaveLength(helper === 'none' ? 1 : 2);
          if (helper === 'none') continue;
          const other = look.threadById(peer.threads[1] ?? null);
          const process = look.report.processes.find(({ threads }) => threads.includes(other));
          expect(process === look.root).toBe(helper === 'thread');
          expect(other.main).toBe(helper === 'process');
        }
        const helpers = new Set(look.report.datagrams.map((peer) => peer.threads[1]));
        expect(helpers.size).toBe(helper === 'none' ? 1 : 2);
      },
    },
  };
}

/** Client's ends in the order of their connects, each with the server's end that it is joined to. */
function ends({ look }: Seen): { client: ReportConnection; server: ReportConnection }[] {
  const pairs = look.report.connections.filter(({ role, peer }) => role === 'client' && peer !== null);
  return pairs.map((client) => {
    const server = look.report.connections.find(({ id }) => id === client.otherEnd);
    if (server === undefined) throw new Error(`${client.id} to ${client.peer} has no other end`);
    expect(server.otherEnd).toBe(client.id);
    return { client, server };
  });
}

function bytes({ bytesIn, bytesOut }: ReportConnection): [number, number] {
  return [bytesIn, bytesOut];
}

const unixCase: Case = {
  title: 'unix_sockets.py',
  program: 'unix_sockets.py',
  args: [],
  status: 0,
  drive: nothing,
  prints: "b'by datagram'\n",
  finds: [],
  mayFind: ['starved-client'],
  facts: {
    'streams and datagrams have their paths as addresses': ({ look }) => {
      const named = look.report.listeners.map(({ protocol, address, accepted }) => ({ protocol, address: address.replace(/\d+$/, 'PID'), accepted }));
      expect(named).toEqual(expect.arrayContaining([
        { protocol: 'unix', address: 'stream.sock', accepted: 2 },
        { protocol: 'unix', address: 'datagram.sock', accepted: 0 },
        { protocol: 'unix', address: 'client.sock', accepted: 0 },
        { protocol: 'unix', address: '@forkscope-sample-PID', accepted: 1 },
      ]));
    },
    'both ends of each connection are joined, although one has no address': (seen) => {
      const joined = ends(seen);
      expect(joined.map(({ client }) => client.peer?.replace(/\d+$/, 'PID'))).toEqual(['stream.sock', 'stream.sock', '@forkscope-sample-PID']);
      for (const { client, server } of joined) {
        expect(server).toMatchObject({ role: 'server', protocol: 'unix', local: client.peer, peer: null });
        expect([bytes(client), bytes(server)]).toEqual([[10, 10], [10, 10]]);
        expect(server.handler?.phases.map(({ name }) => name)).toEqual(['setup', 'handle', 'finish']);
      }
      expect(new Set(joined.map(({ server }) => server.id)).size).toBe(3);
    },
    'datagrams by their sender\'s path, also of one without a path': ({ look }) => {
      const server = look.report.listeners.find(({ address }) => address === 'datagram.sock');
      const of = (peer: string): ReportDatagrams | undefined => look.report.datagrams.find((each) => each.listener === server?.id && each.peer === peer);
      expect(of('')).toMatchObject({ received: 1, sent: 0, bytesIn: 11, bytesOut: 0 });
      expect(of('client.sock')).toMatchObject({ received: 1, sent: 1, bytesIn: 11, bytesOut: 11 });
      expect(look.report.serverModels.filter(({ kind }) => kind === 'datagram')).toMatchObject([{ listener: server?.id }]);
    },
    'whoever takes in a datagram or a connection is the thread that serves': ({ look }) => {
      const serving = look.thread('stream');
      expect(look.report.connections.filter(({ local }) => local === 'stream.sock').map(({ owners }) => owners.map(({ thread }) => thread))).toEqual([[serving.id], [serving.id]]);
    },
  },
};

const handlerCase: Case = {
  title: 'request_handler.py',
  program: 'request_handler.py',
  args: ['--connections', '3'],
  status: 0,
  drive: async (server) => {
    const port = await server.port();
    const clients: Client[] = [];
    for (const command of ['hello', 'divide', 'refuse']) {
      const client = await Client.connect(port);
      client.send(command);
      await client.gone();
      clients.push(client);
    }
    return { clients, heldMs: 0 };
  },
  prints: 'served 3 connections\n',
  finds: ['handler-failed'],
  mayFind: ['starved-client'],
  facts: {
    'setup, handle and finish follow one another inside the connection': ({ look, traffic }) => {
      const { acceptedNs, closedNs, handler } = look.connection(traffic.clients[0]!);
      expect(handler?.phases.map(({ name, error, thread }) => ({ name, error, thread }))).toEqual(
        ['setup', 'handle', 'finish'].map((name) => ({ name, error: null, thread: look.main.id })),
      );
      let at = acceptedNs ?? Infinity;
      for (const { beginNs, endNs } of handler?.phases ?? []) {
        expect(beginNs).toBeGreaterThanOrEqual(at);
        at = endNs ?? Infinity;
        expect(at).toBeGreaterThanOrEqual(beginNs);
      }
      expect(closedNs).toBeGreaterThanOrEqual(at);
    },
    'where handle fails, finish still runs; where setup fails, nothing does': ({ look, traffic }) => {
      const phases = traffic.clients.slice(1).map((client) =>
        look.connection(client).handler?.phases.map(({ name, error }) => [name, error?.type ?? null, error === null ? null : look.line(error.at)]),
      );
      expect(phases).toEqual([
        [['setup', null, null], ['handle', 'ZeroDivisionError', look.marked('fails in handle')], ['finish', null, null]],
        [['setup', 'PermissionError', look.marked('fails in setup')]],
      ]);
    },
    'each exception is a finding, with its connection and line': ({ look, traffic }) => {
      const found = look.findings('handler-failed').map(({ severity, at, subjects }) => ({ severity, line: look.line(at), subjects }));
      expect(found).toEqual([
        { severity: 'warning', line: look.marked('fails in handle'), subjects: [look.connection(traffic.clients[1]!).id, look.main.id] },
        { severity: 'warning', line: look.marked('fails in setup'), subjects: [look.connection(traffic.clients[2]!).id, look.main.id] },
      ]);
    },
  },
};

const callsCase: Case = {
  title: 'socket_calls.py',
  program: 'socket_calls.py',
  args: [],
  status: 0,
  drive: nothing,
  prints: 'reset: ECONNRESET\n',
  finds: [],
  facts: {
    'every byte of every connection, on both ends': (seen) => {
      const [both, partial, failures, half, number] = ends(seen);
      expect(bytes(both!.client)).toEqual([23, 15]); // Received: abcd, the file, LINE; sent: the digits and line.
      expect(bytes(both!.server)).toEqual([15, 23]); // The three bytes that it only looked at are not in it.
      expect(partial!.server.bytesIn).toBe(partial!.client.bytesOut);
      expect(partial!.client.bytesOut).toBeGreaterThan(0);
      expect(partial!.client.bytesOut).toBeLessThan(50_000_000);
      expect(bytes(failures!.server)).toEqual([0, 0]);
      expect(bytes(half!.client)).toEqual([11, 0]);
      expect(bytes(number!.client)).toEqual([20, 0]);
      expect(bytes(number!.server)).toEqual([0, 20]);
    },
    'who ended each connection, and how': (seen) => {
      const [both, partial, failures, half, number] = ends(seen);
      expect(both).toMatchObject({ client: { closedBy: 'peer' }, server: { closedBy: 'local' } });
      expect(partial).toMatchObject({ client: { closedBy: 'local' }, server: { closedBy: 'peer' } });
      expect(failures).toMatchObject({ client: { closedBy: 'local' }, server: { closedBy: 'reset' } });
      expect(half).toMatchObject({ client: { closedBy: 'local' }, server: { closedBy: 'peer' } });
      expect(number).toMatchObject({ client: { closedBy: 'peer' }, server: { closedBy: 'local' } });
    },
    'failed calls are named by their errno, at their lines': ({ look }) => {
      const failed = look.main.waits.filter(({ error }) => error !== null && error !== 'EAGAIN');
      expect(failed.map(({ reason, error, at }) => [reason, error, look.line(at)])).toEqual([
        ['receive', 'ETIMEDOUT', look.marked('times out')],
        ['receive', 'ECONNRESET', look.marked('is reset')],
        ['connect', 'ECONNREFUSED', look.marked('is refused')],
      ]);
    },
    'a connected datagram socket is no connection, and an empty datagram is one': ({ look }) => {
      expect(look.report.datagrams.map(({ received, sent, bytesIn, bytesOut }) => ({ received, sent, bytesIn, bytesOut }))).toEqual(
        expect.arrayContaining([{ received: 2, sent: 1, bytesIn: 8, bytesOut: 8 }, { received: 1, sent: 2, bytesIn: 8, bytesOut: 8 }]),
      );
      expect(look.report.listeners.filter(({ protocol }) => protocol === 'udp')).toHaveLength(2);
    },
    'IPv4 over an IPv6 listener is one connection with two ends': (seen) => {
      const six = ends(seen).find(({ server }) => server.protocol === 'tcp6');
      // Not every machine has IPv6.
      if (seen.look.report.listeners.some(({ protocol }) => protocol === 'tcp6')) expect(six?.client.protocol).toBe('tcp');
    },
    'the ends of a pair are joined': ({ look }) => {
      const [left, right] = look.report.connections.filter(({ protocol }) => protocol === 'unix');
      expect(left).toMatchObject({ otherEnd: right?.id, bytesOut: 6, bytesIn: 0 });
      expect(right).toMatchObject({ otherEnd: left?.id, bytesOut: 0, bytesIn: 6 });
    },
  },
};

const passingCase: Case = {
  title: 'fd_passing.py',
  program: 'fd_passing.py',
  args: [],
  status: 0,
  drive: nothing,
  prints: "sent (b'QUESTION', b'')\n",
  finds: [],
  mayFind: ['zombies'],
  facts: {
    'each stays one connection, with all its bytes': (seen) => {
      const joined = ends(seen);
      expect(joined.map(({ client, server }) => [bytes(client), bytes(server)])).toEqual([1, 2, 3, 4].map(() => [[8, 8], [8, 8]]));
      expect(seen.look.listener.accepted).toBe(4);
    },
    'it is owned by the process that serves it': (seen) => {
      const [copied, ...elsewhere] = ends(seen);
      expect(copied!.server.owners.map(({ process }) => process)).toEqual([seen.look.root.id]);
      const servers = elsewhere.map(({ server }) => server.owners.at(-1)?.process);
      expect(servers).toEqual(seen.look.children.map(({ id }) => id));
    },
    'it is closed by its last descriptor, and so its client sees the end': (seen) => {
      for (const { client, server } of ends(seen)) {
        expect(client.closedBy).toBe('peer');
        expect(server.closedBy).toBe('local');
        expect(server.closedNs).toBeLessThanOrEqual(client.closedNs ?? 0);
        expect(server.closedNs).toBeGreaterThanOrEqual(server.owners.at(-1)?.fromNs ?? Infinity);
      }
    },
  },
};

export const socketCases: readonly Case[] = [
  udpCase('iterative', 'none'),
  udpCase('threading', 'thread'),
  udpCase('forking', 'process'),
  unixCase,
  handlerCase,
  callsCase,
  passingCase,
];
