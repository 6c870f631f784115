/**
 * A real incident: gunicorn with one sync worker, and a client that connects and says nothing. The worker waits for it, everybody
 * else waits in the queue, until the master gives the worker up and starts another one.
 */
import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { childrenOf, rootOf, traced } from './support/compared';
import { ensureServers, python } from './support/installed';
import type { Server } from './support/server';

const workerTimeoutSeconds = 3;
beforeAll(ensureServers, 600_000);

interface Seen {
  silent: number;
  queued: number;
  answered: number;
}

it('shows who is silent, who waits in the queue for it, and the worker that is given up', { timeout: 180_000 }, async () => {
  const command = [python, '-m', 'gunicorn', '-b', '127.0.0.1:0', '-w', '1', '--timeout', String(workerTimeoutSeconds), 'wsgi_app:app'];
  const { report, driven, status } = await traced(command, oneIsSilent);
  expect(status).toBe(0);
  expect(driven.answered).toBe(200);

  const master = rootOf(report);
  const workers = childrenOf(report, master);
  expect(workers).toHaveLength(2);
  const [first, second] = workers as [(typeof workers)[0], (typeof workers)[0]];
  const connectionOf = (port: number): (typeof report.connections)[0] => {
    const found = report.connections.filter((each) => each.peer === `127.0.0.1:${port}`);
    expect(found).toHaveLength(1);
    return found[0]!;
  };
  const silent = connectionOf(driven.silent);
  const queued = connectionOf(driven.queued);

  // The worker stands in its receive for the silent client until the master ends it.
  const waits = first.threads.flatMap((thread) => thread.waits).filter((wait) => wait.reason === 'receive' && wait.on === `connection:${silent.id}`);
  const longest = Math.max(...waits.map((wait) => (wait.endNs ?? first.endNs ?? 0) - wait.beginNs));
  expect(longest / 1e9).toBeGreaterThan(workerTimeoutSeconds / 2);
  expect(silent).toMatchObject({ bytesIn: 0, owners: [{ process: first.id }] });
  expect(first.exit).not.toEqual({ code: 0, signal: null });
  expect(report.arrows.some((arrow) => arrow.kind === 'signal' && [first.id, ...first.threads.map((thread) => thread.id)].includes(arrow.to))).toBe(true);

  // The other client is accepted by the next worker only; it stood in the queue all the while.
  expect(queued.owners[0]?.process).toBe(second.id);
  expect(((queued.acceptedNs ?? 0) - (queued.queuedNs ?? 0)) / 1e9).toBeGreaterThan(workerTimeoutSeconds / 2);
  const finding = report.findings.find((each) => each.rule === 'starved-client' && each.subjects.includes(queued.id));
  expect(finding, 'the finding about the queued client').toBeDefined();
});

async function oneIsSilent(server: Server): Promise<Seen> {
  const port = Number(await server.said(/Listening at: http:\/\/127\.0\.0\.1:(\d+)/));
  await server.said(/Booting worker with pid/);
  const silent = connect(port, '127.0.0.1');
  await new Promise((resolve, reject) => silent.once('connect', resolve).once('error', reject));
  const silentPort = silent.localPort ?? 0;
  silent.on('error', () => undefined); // The given-up worker's end resets it.
  await delay(100); // So that the worker accepts it first; the order is what the incident was.
  const seen = await new Promise<Seen>((resolve, reject) => {
    let from = 0;
    const asked = request({ host: '127.0.0.1', port, path: '/queued', agent: false }, (response) => {
      response.resume().on('end', () => resolve({ silent: silentPort, queued: from, answered: response.statusCode ?? 0 }));
    });
    asked.on('socket', (socket) => socket.once('connect', () => (from = socket.localPort ?? 0)));
    asked.on('error', reject).end();
  });
  silent.destroy();
  await server.end();
  return seen;
}
