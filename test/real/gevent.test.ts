/** gevent's patches and the recorder's in one process, whichever came first. */
import { beforeAll, expect, it } from 'vitest';
import { plain, rootOf, traced } from './support/compared';
import { ensureServers, python } from './support/installed';
import type { Server } from './support/server';

beforeAll(ensureServers, 600_000);

it.each(['first', 'last'])('gevent %s: the same answers, every connection with every byte, no thread that is a greenlet', { timeout: 120_000 }, async (order) => {
  const command = [python, 'gevent_coexistence.py', order];
  const words = async (program: Server): Promise<string> => {
    await program.ended();
    return program.words.replace(/:\d+\n/, ':PORT\n').replace(/^forkscope: .*\n/m, '');
  };
  const untraced = await plain(command, words);
  const { driven, status, report } = await traced(command, words);
  expect(driven).toBe(untraced.driven);
  expect(status).toBe(0);
  for (const role of ['server', 'client'] as const) {
    const ends = report.connections.filter((each) => each.role === role);
    expect(ends.map(({ bytesIn, bytesOut }) => [bytesIn, bytesOut])).toEqual([0, 1, 2, 3].map(() => [45, 45]));
    expect(ends.filter((each) => each.closedNs === null || each.otherEnd === null)).toEqual([]);
  }
  const { threads } = rootOf(report);
  expect(threads.filter((thread) => thread.name?.startsWith('Thread-'))).toEqual([]);
  expect(threads.filter((thread) => thread.main)).toMatchObject([{ name: 'MainThread' }]);
});
