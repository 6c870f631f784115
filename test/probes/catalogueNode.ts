/** Programs on Node: an event loop and what blocks it, processes that hand connections on, children. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Case } from './catalogueCases';
import { within } from './support/deadline';
import { lengthMs } from './support/lookup';
import type { Running } from './support/running';
import { bothServed, Client, type Traffic } from './support/traffic';

/** Such a program may be kept from its processor for so long that a loop, a child or a client seems to wait. */
const busyMachine = ['blocked-loop', 'zombies', 'starved-client', 'creation-cost'];

/** The first client's word blocks the loop; the second speaks meanwhile. */
async function oneBlocksTheOther(server: Running): Promise<Traffic> {
  const port = await server.port();
  const first = await Client.connect(port);
  await first.say('hello');
  const second = await Client.connect(port);
  await second.say('hello too');
  first.send('slow');
  await sleep(60); // Else the loop may find both words at once, and take the second's first.
  second.send('anybody there?');
  await Promise.all([first.answered(), second.answered()]);
  await first.leave();
  await second.leave();
  return { clients: [first, second], heldMs: 300 };
}

/** A word to each of two clients, who stay until both were answered. */
async function inTurn(server: Running): Promise<Traffic> {
  const port = await server.port();
  const first = await Client.connect(port);
  await first.say('hello');
  const second = await Client.connect(port);
  await second.say('hi');
  await first.leave();
  await second.leave();
  return { clients: [first, second], heldMs: 0 };
}

interface Answers extends Traffic {
  readonly answers: readonly string[];
}

/** Three requests, each on a connection of its own that is accepted before; the last two come while the loop is blocked by the first. */
async function threeRequests(server: Running): Promise<Answers> {
  const port = await server.port();
  const sockets = await Promise.all(['/slow', '/quick', '/later'].map(async (path) => ({ path, socket: await connected(port) })));
  const all: Promise<string>[] = [];
  for (const { path, socket } of sockets) {
    all.push(answer(socket, path));
    if (path === '/slow') await sleep(60);
  }
  return { clients: [], heldMs: 300, answers: await Promise.all(all) };
}

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await within(10_000, 'a connection', once(socket, 'connect'));
  await sleep(60); // Until the server has it.
  return socket;
}

function answer(socket: Socket, path: string): Promise<string> {
  const all = new Promise<string>((resolve, reject) => {
    let text = '';
    socket.setEncoding('latin1').on('data', (part: string) => (text += part));
    socket.once('close', () => resolve(text.replace(/^Date: .*\r\n/m, '')));
    socket.once('error', reject);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  });
  return within(15_000, `the answer to ${path}`, all);
}

const nothing = (): Promise<Traffic> => Promise.resolve({ clients: [], heldMs: 0 });

/** The connections are the one thread's, with all their bytes. */
const oneLoop: Case['facts'] = {
  'one thread owns every connection from its accept to its end': ({ look, traffic }) => {
    for (const client of traffic.clients) {
      const connection = look.connection(client);
      expect(connection.owners.map((owner) => owner.thread)).toEqual([look.main.id]);
      expect(connection).toMatchObject({ bytesIn: client.sent, bytesOut: client.received, closedBy: 'peer' });
    }
  },
  'Node is recorded whole': ({ look }) => {
    expect(look.root.coverage).toContain('node');
    expect(look.root.unseen).toEqual([]);
  },
};

const servedTwo = 'served 2 connections\n';

export const nodeCases: readonly Case[] = [
  {
    title: 'node_echo.js',
    program: 'node_echo.js',
    args: [],
    status: 0,
    drive: async (server) => bothServed(await server.port()),
    prints: servedTwo,
    finds: [],
    mayFind: busyMachine,
    facts: {
      ...oneLoop,
      'while nobody speaks the loop sleeps in its poll': ({ look, traffic }) => {
        expect(lengthMs(look.longestWait(look.main, 'poll'))).toBeGreaterThan(traffic.heldMs / 4);
      },
    },
  },
  {
    title: 'node_echo.js, one client blocks the other',
    program: 'node_echo.js',
    args: [],
    status: 0,
    drive: oneBlocksTheOther,
    prints: servedTwo,
    finds: ['blocked-loop'],
    mayFind: busyMachine.filter((rule) => rule !== 'blocked-loop'),
    facts: {
      ...oneLoop,
      'the callback that computes is told, and for whom': ({ look, traffic }) => {
        const found = look.findings('blocked-loop').find((finding) => finding.detail.includes('the callback onData'));
        expect(found?.detail).toContain(`127.0.0.1:${String(traffic.clients[0]!.port)}`);
        expect(found?.subjects).toContain(look.connection(traffic.clients[1]!).id);
        expect((found?.toNs ?? 0) - (found?.fromNs ?? 0)).toBeGreaterThan(280e6);
      },
    },
  },
  {
    title: 'node_http.js',
    program: 'node_http.js',
    args: [],
    status: 0,
    drive: threeRequests,
    prints: 'answered 3 requests\n',
    finds: ['blocked-loop'],
    mayFind: busyMachine.filter((rule) => rule !== 'blocked-loop'),
    facts: {
      'http is seen by the sockets below it': ({ look, traffic }) => {
        expect(look.report.connections.map(({ bytesOut }) => bytesOut)).not.toContain(0);
        expect(look.report.connections).toHaveLength((traffic as Answers).answers.length);
      },
      'the handler that computes is told': ({ look }) => {
        const found = look.findings('blocked-loop').find((finding) => finding.detail.includes('the callback answer'));
        expect((found?.toNs ?? 0) - (found?.fromNs ?? 0)).toBeGreaterThan(280e6);
      },
    },
  },
  {
    title: 'node_cluster.js',
    program: 'node_cluster.js',
    args: [],
    status: 0,
    drive: inTurn,
    prints: '2 workers have ended\n',
    finds: [],
    mayFind: busyMachine,
    facts: {
      'both workers are born at their line': ({ look }) => {
        expect(look.children.map((child) => look.line(child.bornAt))).toEqual([look.marked('starts a worker'), look.marked('starts a worker')]);
      },
      'each client is handed to another worker, which serves and closes it': ({ look, traffic }) => {
        const servedBy = traffic.clients.map((client) => {
          const connection = look.connection(client);
          expect(connection).toMatchObject({ listener: look.listener.id, bytesIn: client.sent, bytesOut: client.received });
          expect(connection.owners.map((owner) => owner.process)).toEqual([look.root.id, expect.not.stringMatching(look.root.id)]);
          return connection.owners[1]!.process;
        });
        expect(new Set(servedBy).size).toBe(2);
      },
    },
  },
  {
    title: 'node_children.js',
    program: 'node_children.js',
    args: [],
    status: 0,
    drive: nothing,
    prints: 'spawn 3\nhello from the child\nfork 0\nexec 0\nkill SIGTERM\nworker 0\n',
    finds: [],
    mayFind: busyMachine,
    facts: {
      'each child is born at its line and ends as it did': ({ look }) => {
        const own = look.children.filter((child) => child.parent === look.root.id);
        expect(own.map((child) => look.line(child.bornAt))).toEqual(['sh', 'another Node', 'a shell', 'what will be ended'].map((what) => look.marked(`starts ${what}`)));
        expect(own.map((child) => child.exit)).toEqual([{ code: 3, signal: null }, { code: 0, signal: null }, { code: 0, signal: null }, { code: null, signal: 'SIGTERM' }]);
      },
      'the Node among them is recorded too': ({ look }) => {
        expect(look.children.map((child) => child.coverage.includes('node')).filter(Boolean)).toHaveLength(1);
      },
      // Node 18 has no channel that tells of workers.
      'the worker is a thread, started by the main thread': ({ look, python }) => {
        const worker = look.thread('worker 1');
        expect(look.root.threads).toContain(worker);
        expect(worker.startedBy).toBe(python.version.startsWith('18.') ? null : look.main.id);
        expect(worker.endNs).not.toBeNull();
      },
    },
  },
];
