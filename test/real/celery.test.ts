/** Celery's prefork pool on Redis under the recorder: the same results, the tree of master and workers, a warm shutdown. */
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { childrenOf, plain, programs, rootOf, traced } from './support/compared';
import { ensureServers, python } from './support/installed';
import { Server } from './support/server';

const tasks = '60';
let redis: Server | undefined;
let broker = '';

beforeAll(async () => {
  ensureServers();
  const port = await freePort();
  redis = new Server(['redis-server', '--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--daemonize', 'no'], '/tmp');
  await redis.said(/Ready to accept connections/);
  broker = `redis://127.0.0.1:${port}/0`;
}, 600_000);
afterAll(async () => {
  await redis?.end();
});

it('celery prefork: the same results, two workers of one master, and a clean stop', { timeout: 240_000 }, async () => {
  const env = { TASKS_BROKER: broker };
  const command = [python, '-m', 'celery', '-A', 'tasks', 'worker', '-P', 'prefork', '-c', '2', '--without-gossip', '--without-mingle', '--without-heartbeat', '-l', 'INFO'];
  const ask = async (worker: Server): Promise<string> => {
    await worker.said(/ready\./);
    const client = new Server([python, 'tasks.py', tasks], programs, env);
    try {
      expect(await client.ended(), client.words).toBe(0);
    } finally {
      client.stop();
    }
    await worker.end();
    return client.words;
  };
  const untraced = await plain(command, ask, env);
  const { driven, status, report } = await traced(command, ask, env);
  expect(driven).toBe(untraced.driven);
  expect(driven).toContain('ValueError on purpose');
  expect(status).toBe(untraced.status);
  expect(report.recording).toMatchObject({ complete: true, lostEvents: 0, exit: { code: 0, signal: null } });

  const master = rootOf(report);
  const workers = childrenOf(report, master).filter((process) => process.birth === 'fork');
  expect(workers).toHaveLength(2);
  for (const worker of workers) expect(worker).toMatchObject({ exit: { code: 0, signal: null }, reapedBy: master.id });
  // Every process that speaks with Redis: the master for the tasks, the workers for their results.
  const speakers = new Set(report.connections.filter((each) => each.role === 'client' && broker.includes(String(each.peer)) && each.bytesOut > 0).map((each) => each.owners[0]?.process));
  expect([...speakers].sort()).toEqual([master, ...workers].map((process) => process.id).sort());
});

/** Redis can't be told to take any port. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
