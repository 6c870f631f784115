/** Row 9 of the catalogue: what asyncio's loop runs beside the tasks of its streams. */

import { expect } from 'vitest';
import type { Case } from './catalogueCases';
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
        const finding = look.finding('blocked-loop');
        const [blocker, waiter] = traffic.clients.map((client) => look.connection(client));
        expect(look.line(finding.at)).toBe(look.marked(marker));
        expect(finding.detail).toContain(`the callback ${method} for ${blocker?.peer}`);
        expect(finding.subjects).toEqual([look.main.id, waiter?.id]);
        expect((finding.toNs ?? 0) - finding.fromNs).toBeGreaterThan(270e6);
      },
    },
  };
}

export const asyncioCases: readonly Case[] = [
  protocolCase('Protocol', [], 'Echo.data_received', 'serves the client'),
  protocolCase('BufferedProtocol', ['--buffered'], 'BufferedEcho.buffer_updated', 'serves the client from its buffer'),
];
