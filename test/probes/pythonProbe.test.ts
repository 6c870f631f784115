/** What the Python probe writes for each kind of call, on every CPython of the machine. */

import { describe, expect, test } from 'vitest';
import { Pool } from './support/deadline';
import { findPythons } from './support/pythons';
import { lineOf, program, traced, type Line } from './python/trace';

const pythons = findPythons();
const pool = new Pool(2);
const timeout = 120_000;

test('there is a CPython 3.8 or newer', () => {
  expect(pythons, 'no CPython ≥ 3.8 found on the PATH, in pyenv or in /usr/bin: install python3').not.toEqual([]);
});

describe.each(pythons.map((python) => [python.version, python] as const))('CPython %s', (_, python) => {
  const traceOf = (name: string) => pool.run(() => traced(python, [program(name)]));

  test.concurrent('processes', { timeout }, async () => {
    const { lines, status } = await traceOf('processes.py');
    expect(status).toBe(9);
    expect(faults(lines)).toEqual([]);
    const site = (marker: string, name: string): string => `processes.py:${lineOf('processes.py', marker)}:${name}`;

    const root = complete(lines, 'image')[0]!.process;
    const [outer] = complete(lines, 'fork').filter((line) => line.fields.site === site('forks', 'nested_fork'));
    const [inner] = complete(lines, 'fork').filter((line) => line.fields.site === site('forks again', 'nested_fork'));
    expect(outer).toMatchObject({ process: root });
    expect(inner).toMatchObject({ process: outer!.fields.result });
    expect(of(lines, inner!.fields.result, 'forked')).toMatchObject([{ fields: { parent: inner!.process, parentBirth: inner!.birth } }]);
    expect(of(lines, inner!.fields.result, 'exit')).toMatchObject([{ fields: { status: 7, how: 2 } }]);
    expect(of(lines, inner!.process, 'waitProcess', true)).toMatchObject([{ fields: { target: -1 } }]);
    expect(of(lines, inner!.process, 'waitProcess')).toMatchObject([{ fields: { result: inner!.fields.result, status: 7 << 8 } }]);

    const [inThread] = complete(lines, 'fork').filter((line) => line.fields.site === site('forks in a thread', 'fork_in_thread'));
    expect(inThread!.thread).not.toBe(root);
    expect(of(lines, inThread!.fields.result, 'forked')).toMatchObject([{ fields: { parentThread: inThread!.thread } }]);

    const [exec] = complete(lines, 'exec');
    expect(exec).toMatchObject({ fields: { site: site('executes', 'fork_and_exec') } });
    const images = of(lines, exec!.process, 'image');
    expect(images).toHaveLength(1);
    expect(images[0]!.birth).not.toBe(exec!.birth);

    const commands = complete(lines, 'spawn').map((line) => line.fields.command);
    expect(commands).toContain('true\0argument');
    expect(complete(lines, 'system')).toMatchObject([{ process: root, fields: { command: 'sh\0-c\0exit 6', result: 6 << 8 } }]);
    expect(complete(lines, 'kill')).toMatchObject([{ process: root, fields: { signal: 15, site: site('signals', 'main') } }]);
    const statuses = of(lines, root, 'waitProcess').map((line) => line.fields.status);
    expect(statuses).toEqual(expect.arrayContaining([5 << 8, 3 << 8, 4 << 8, 0, 15]));

    const described = complete(lines, 'multiprocessing').map((line) => line.fields);
    expect(described).toHaveLength(4);
    for (const startMethod of ['fork', 'spawn', 'forkserver']) {
      expect(described).toContainEqual({ name: `by-${startMethod}`, target: 'work', logicalParent: root, startMethod, daemon: 1 });
    }
    expect(described).toContainEqual(expect.objectContaining({ name: 'worker', target: 'Worker.run', daemon: 0 }));
    const trackers = complete(lines, 'image').filter((line) => String(line.fields.command).includes('resource_tracker'));
    expect(trackers).toEqual([]);
  });

  test.concurrent('threads', { timeout }, async () => {
    const { lines, status } = await traceOf('threads.py');
    expect(status).toBe(0);
    expect(faults(lines)).toEqual([]);
    const at = (marker: string, name: string): string => `threads.py:${lineOf('threads.py', marker)}:${name}`;

    const begins = complete(lines, 'threadBegin');
    const waiter = begins.find((line) => line.fields.name === 'waiter')!;
    const root = waiter.process;
    expect(waiter.fields).toMatchObject({ target: 'wait_for_all', startedBy: root, site: at('starts', 'main'), daemon: 0 });
    expect(begins.map((line) => line.fields.target)).toEqual(expect.arrayContaining(['Walker.run', 'print', 'Event.wait', 'Timer.run']));
    expect(begins.find((line) => line.fields.target === 'print')).toMatchObject({ fields: { daemon: 1 } });
    expect(complete(lines, 'threadEnd')).toHaveLength(begins.length);
    expect(complete(lines, 'threadStart').map((line) => line.fields.thread).sort()).toEqual(begins.map((line) => line.thread).sort());

    const waits = lines.filter((line) => line.kind === 'lock' && line.thread === waiter.thread);
    const [inQueue, forEvent, atSemaphore, forCondition, atBarrier] = [6, 5, 4, 3, 7];
    const expected = ([
      [inQueue, 'waits in a queue'], [forEvent, 'waits for an event'], [atSemaphore, 'waits at a semaphore'],
      [forCondition, 'waits for a condition'], [atBarrier, 'waits at a barrier'],
    ] as const).flatMap(([how, marker]) => [true, false].map((begin) => ({ begin, fields: { how, site: at(marker, 'wait_for_all') } })));
    expect(waits).toMatchObject(expected);

    const joins = complete(lines, 'joinThread');
    expect(joins[0]).toMatchObject({ thread: root, fields: { thread: waiter.thread, result: 1, site: at('joins', 'main') } });
    // The interpreter's own wait for the threads that are left.
    expect(joins.at(-1)).toMatchObject({ thread: root, fields: { thread: 0 } });
  });

  test.concurrent('sockets', { timeout }, async () => {
    const { lines, status } = await traceOf('sockets.py');
    expect(status).toBe(0);
    expect(faults(lines)).toEqual([]);
    const at = (marker: string, name = 'tcp'): string => `sockets.py:${lineOf('sockets.py', marker)}:${name}`;
    const main = lines.filter((line) => line.thread === line.process);

    const [listen] = complete(main, 'listen');
    expect(listen).toMatchObject({ fields: { address: '127.0.0.1', site: at('listens') } });
    const [connect] = complete(main, 'connect');
    expect(connect).toMatchObject({ fields: { result: 0, port: listen!.fields.port, site: at('connects') } });
    const [accept] = complete(main, 'accept');
    expect(accept).toMatchObject({ fields: { descriptor: listen!.fields.descriptor, site: at('accepts') } });
    const [client, server] = [connect!.fields.descriptor, accept!.fields.result];
    const ends = complete(main, 'endpoints');
    expect(ends[0]).toMatchObject({ fields: { descriptor: client, peerPort: listen!.fields.port } });
    expect(ends[1]).toMatchObject({ fields: { descriptor: server, localPort: listen!.fields.port, peerPort: ends[0]!.fields.localPort } });

    const tcp = main.slice(0, main.findIndex((line) => line.kind === 'close' && line.fields.descriptor === client));
    const bytes = (kind: string, descriptor: unknown): number =>
      complete(tcp, kind).filter((line) => line.fields.descriptor === descriptor && Number(line.fields.result) > 0)
        .reduce((sum, line) => sum + Number(line.fields.result), 0);
    expect(bytes('send', client)).toBe(1000 + 5);
    expect(bytes('receive', server)).toBe(1000 + 5);
    expect(bytes('send', server)).toBe(4 + 5 + 4 + 7 + 5000);
    expect(bytes('receive', client)).toBe(4 + 5 + 4 + 7 + 5000);
    const sites = new Set(complete(tcp, 'receive').map((line) => line.fields.site));
    expect(sites).toContain(at('receives'));
    expect(sites).toContain(at('reads a line'));
    expect(complete(tcp, 'send').map((line) => line.fields.site)).toContain(at('sends a file'));
    const failures = complete(tcp, 'receive').map((line) => line.fields.result).filter((result) => Number(result) < 0);
    expect(failures).toEqual([-110, -11]);
    // The frequent calls are one record each, completed in place; recvfrom and recvmsg write two.
    expect(tcp.filter((line) => line.kind === 'receive' && line.begin)).toHaveLength(2);
    expect(complete(tcp, 'receive').find((line) => line.fields.site === at('sees the end'))).toMatchObject({ fields: { result: 0 } });

    const [copied, detached] = complete(main, 'duplicate');
    expect(copied).toMatchObject({ fields: { from: server } });
    expect(detached).toMatchObject({ fields: { from: copied!.fields.to, to: copied!.fields.to } });
    const closed = complete(main, 'close').map((line) => line.fields.descriptor);
    expect(closed.slice(0, 3)).toEqual([server, copied!.fields.to, client]);
    expect(complete(main, 'close').map((line) => line.fields.site)).toContain(at('drops'));

    const sixes = complete(main, 'endpoints').filter((line) => line.fields.family === 10);
    expect(sixes.map((line) => line.fields.peer)).toEqual(['0'.repeat(31) + '1', '0'.repeat(31) + '1']);
    expect(complete(main, 'connect').map((line) => line.fields.result)).toEqual(expect.arrayContaining([-111, -115]));

    expect(complete(main, 'sendTo').map((line) => line.fields.result)).toEqual([8, 16]);
    expect(complete(main, 'receiveFrom').map((line) => line.fields.result)).toEqual([8, 16]);
    expect(complete(main, 'receiveFrom')[0]!.fields.port).toBe(complete(main, 'sendTo')[1]!.fields.port);
    const unix = complete(main, 'listen').find((line) => line.fields.family === 1);
    expect(unix!.fields.path).toMatch(/listener$/);
    expect(complete(main, 'endpoints').filter((line) => line.fields.path === unix!.fields.path)).toHaveLength(2);

    const polls = complete(main, 'poll').filter((line) => line.fields.site === at('polls', 'polls'));
    expect(polls.map((line) => [line.fields.how, line.fields.registered, line.fields.result])).toEqual([[1, 1, 1], [2, 1, 1], [3, 1, 1]]);
  });

  test.concurrent('names of methods', { timeout }, async () => {
    const code = 'import os\nclass A:\n class B:\n  def fork(self):\n   if os.fork(): os.wait()\n   else: os._exit(0)\nA.B().fork()';
    const { lines } = await pool.run(() => traced(python, ['-c', code]));
    expect(complete(lines, 'fork')).toMatchObject([{ fields: { site: '<string>:5:A.B.fork' } }]);
  });
});

function complete(lines: Line[], kind: string): Line[] {
  return lines.filter((line) => line.kind === kind && !line.begin);
}

function of(lines: Line[], process: unknown, kind: string, begin = false): Line[] {
  return lines.filter((line) => line.process === process && line.kind === kind && line.begin === begin);
}

function faults(lines: Line[]): unknown[] {
  return lines.filter((line) => line.kind === 'fault' || line.kind === 'lost').map((line) => line.fields);
}
