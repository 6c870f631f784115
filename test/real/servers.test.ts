/** Real web servers of Debian under the recorder: the same answers as without it, and the tree and the connections right. */
import { beforeAll, describe, expect, it } from 'vitest';
import { childrenOf, compareUnderLoad, expectConnections, rootOf } from './support/compared';
import { ensureServers, python } from './support/installed';

beforeAll(ensureServers, 600_000);

const gunicorn = (...options: string[]): string[] => [python, '-m', 'gunicorn', '-b', '127.0.0.1:0', ...options, 'wsgi_app:app'];
const listening = { port: /Listening at: http:\/\/127\.0\.0\.1:(\d+)/, ready: /Booting worker with pid/ };

/** What no hub and no arbiter may be accused of; that a client stands in a queue for long is true on a busy machine. */
const neverHere = new Set(['deadlock', 'blocked-loop', 'fork-with-threads', 'busy-polling', 'handler-failed', 'recorder-off']);

describe('gunicorn', () => {
  it.each([
    ['sync', ['-w', '2'], 2],
    ['gthread', ['-w', '2', '-k', 'gthread', '--threads', '4'], 2],
    ['gevent', ['-w', '2', '-k', 'gevent'], 2],
  ] as const)('%s: a master, its workers, and every connection with its worker', { timeout: 180_000 }, async (kind, options, workers) => {
    const seen = await compareUnderLoad(gunicorn(...options), { ...listening, workers });
    const master = rootOf(seen.report);
    const children = childrenOf(seen.report, master);
    expect(children).toHaveLength(workers);
    for (const worker of children) expect(worker).toMatchObject({ birth: 'fork', exit: { code: 0, signal: null }, reapedBy: master.id });
    expect(master.exit).toEqual({ code: 0, signal: null });
    expectConnections(seen, children);
    expect(seen.report.findings.map(({ rule }) => rule).filter((rule) => neverHere.has(rule))).toEqual([]);
    for (const worker of children) expect(worker.unseen.map(({ reason }) => reason)).toEqual(kind === 'gevent' ? ['gevent'] : []);
  });
});

describe('uvicorn', () => {
  const started = { port: /listening on 127\.0\.0\.1:(\d+)/, ready: /Started server process/, workers: 2 };
  const uvicorn = (loop: string): string[] => [python, 'uvicorn_server.py', loop];

  it('on asyncio: a parent, two spawned workers, and every connection with its worker', { timeout: 180_000 }, async () => {
    const seen = await compareUnderLoad(uvicorn('asyncio'), started);
    const parent = rootOf(seen.report);
    const workers = childrenOf(seen.report, parent).filter((process) => process.multiprocessing !== null);
    expect(workers).toHaveLength(2);
    for (const worker of workers) expect(worker).toMatchObject({ birth: 'spawn', coverage: expect.arrayContaining(['python']) as unknown });
    expectConnections(seen, workers);
  });

  it("on uvloop: the tree is right; its connections are libuv's, none is invented, and each worker says so", { timeout: 180_000 }, async () => {
    const seen = await compareUnderLoad(uvicorn('uvloop'), started);
    const workers = childrenOf(seen.report, rootOf(seen.report)).filter((process) => process.multiprocessing !== null);
    expect(workers).toHaveLength(2);
    for (const worker of workers) expect(worker).toMatchObject({ coverage: expect.arrayContaining(['python']) as unknown, unseen: [{ reason: 'uvloop', toNs: null }] });
    expect(seen.report.connections.filter((each) => each.role === 'server')).toEqual([]);
  });
});

describe('a server of one process', () => {
  it.each(['aiohttp_server.py', 'tornado_server.py', 'twisted_server.py'])('%s: every connection is its own', { timeout: 180_000 }, async (program) => {
    const seen = await compareUnderLoad([python, program], { port: /listening on 127\.0\.0\.1:(\d+)/ });
    const root = rootOf(seen.report);
    expect(root.exit).toEqual({ code: 0, signal: null });
    expectConnections(seen, [root]);
  });

  it.each(['gevent', 'eventlet'])('%s: every connection is its own, its greenlets are no threads, and what is not seen is said', { timeout: 180_000 }, async (library) => {
    const seen = await compareUnderLoad([python, `${library}_server.py`], { port: /listening on 127\.0\.0\.1:(\d+)/ });
    const root = rootOf(seen.report);
    expectConnections(seen, [root]);
    expect(root.unseen.map(({ reason }) => reason)).toEqual([library]);
    expect(root.threads.filter((thread) => thread.main)).toHaveLength(1);
    expect(seen.report.findings.map(({ rule }) => rule).filter((rule) => neverHere.has(rule))).toEqual([]);
  });
});
