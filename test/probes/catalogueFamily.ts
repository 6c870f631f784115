/** Rows 11, 17 to 19, 22 to 24 and 32 of the catalogue: how processes begin and end, and what they talk through. */

import { expect } from 'vitest';
import type { ReportChannel, ReportProcess } from '../../src/protocol/report';
import { quiet, type Case, type Seen } from './catalogueCases';
import type { Lookup } from './support/lookup';
import { Client, type Traffic } from './support/traffic';
import type { Running } from './support/running';

type Facts = Case['facts'];

const nothing = (): Promise<typeof quiet> => Promise.resolve(quiet);

/** The one process that the marked line made. */
function bornAt(look: Lookup, marker: string): ReportProcess {
  const found = look.children.filter((child) => look.line(child.bornAt) === look.marked(marker));
  expect(found.map((child) => child.name), `born at the line "${marker}"`).toHaveLength(1);
  return found[0]!;
}

function commands(process: ReportProcess): string[] {
  return process.images.map(({ command }) => command.join(' '));
}

/** A child by the fork, with its exit. */
function forkedFact(marker: string, code: number, fact: string): Facts {
  return {
    [fact]: ({ look }) => {
      expect(bornAt(look, marker)).toMatchObject({ parent: look.root.id, birth: 'fork', exit: { code, signal: null }, reapedBy: look.root.id });
    },
  };
}

/** A program without a probe, with the exit that its parent was told. */
function startedFact(marker: string, name: string, code: number): Facts {
  return {
    [`${name}, from the line that ${marker}`]: ({ look }) => {
      const child = bornAt(look, marker);
      expect(child).toMatchObject({
        parent: look.root.id, birth: 'spawn', name, exit: { code, signal: null }, reapedBy: look.root.id,
      });
      expect(child.coverage).not.toContain('python');
    },
  };
}

const begins: Case = {
  title: 'process_begins.py',
  program: 'process_begins.py',
  args: [],
  status: 0,
  drive: nothing,
  prints: [
    'fork: 11', 'forkpty: 12', 'fork and exec: 0', 'subprocess: 0', 'subprocess with a preexec_fn: 0', 'posix_spawn: 0', 'os.spawnvp: 0',
    'os.system: 3', 'os.popen: from the shell', 'a pipeline: 4', 'isolated: 0', 'daemonised: the daemon lives on', '',
  ].join('\n'),
  finds: [],
  mayFind: ['zombies', 'fork-with-threads'],
  facts: {
    ...forkedFact('forks', 11, 'a fork, from its line'),
    ...forkedFact('forks with a terminal', 12, 'forkpty, from its line'),
    'a fork that execs is a spawn with both programs, the second tried in vain and then found': ({ look }) => {
      const child = bornAt(look, 'forks, to exec');
      expect(child).toMatchObject({ birth: 'spawn', exit: { code: 0, signal: null } });
      expect(commands(child)).toEqual([look.root.images[0]?.command.join(' '), 'sleep 0.12']);
    },
    'a Python program is one that the probe reports from': ({ look }) => {
      const child = bornAt(look, 'starts a program');
      expect(child).toMatchObject({ parent: look.root.id, birth: 'spawn', name: 'python -c', exit: { code: 0, signal: null } });
      expect(child.coverage).toContain('python');
    },
    'os.spawnvp forks and execs': ({ look }) => {
      expect(bornAt(look, 'spawns the old way')).toMatchObject({ birth: 'spawn', name: 'sleep', parent: look.root.id });
    },
    'with a preexec_fn the program is the child of a fork of ours': ({ look }) => {
      expect(bornAt(look, 'starts it by fork')).toMatchObject({ parent: look.root.id, birth: 'spawn', name: 'sleep', exit: { code: 0, signal: null } });
    },
    ...startedFact('spawns', 'sleep', 0),
    'the shell of os.system, where the observer saw it, from the line that asked it': ({ look }) => {
      for (const shell of look.children.filter((each) => commands(each)[0]?.endsWith('; exit 3'))) {
        expect(shell).toMatchObject({ parent: look.root.id, birth: 'spawn', name: 'sh', coverage: ['kernel'], exit: { code: 3, signal: null }, reapedBy: look.root.id });
        expect(look.line(shell.bornAt)).toBe(look.marked('asks a shell'));
      }
    },
    'os.system is waited for at its line': ({ look }) => {
      expect(look.waits(look.main, 'waitpid').map((wait) => look.line(wait.at))).toContain(look.marked('asks a shell'));
    },
    ...startedFact('reads from a shell', 'sh', 0),
    ...startedFact('runs a pipeline', 'sh', 4),
    ...startedFact('starts without the probe', 'python -c', 0),
    'the children of what has no probe stand under it, as far as the observer saw them': ({ look }) => {
      // On a busy machine it looks less often than these live.
      const makers = new Set(look.children.filter(({ coverage }) => !coverage.includes('python')).map(({ id }) => id));
      for (const each of look.children.filter(({ bornAt: line }) => line === null)) {
        expect(makers.has(each.parent ?? ''), `${each.name} under ${each.parent}`).toBe(true);
        expect(each.coverage).toEqual(['kernel']);
      }
    },
    'the daemon is a grandchild, and an orphan when its parent ends': ({ look }) => {
      const middle = bornAt(look, 'forks the middle');
      const daemon = bornAt(look, 'forks the daemon');
      expect(middle).toMatchObject({ parent: look.root.id, exit: { code: 0, signal: null }, orphanedAtNs: null });
      expect(daemon).toMatchObject({ parent: middle.id, birth: 'fork', exit: { code: 13, signal: null }, ending: 'error', reapedBy: null });
      expect(daemon.orphanedAtNs).toBeGreaterThanOrEqual(daemon.startNs);
      expect(daemon.orphanedAtNs).toBeLessThan(daemon.endNs ?? 0);
    },
  },
};

const endings: readonly [ending: ReportProcess['ending'], code: number | null, signal: string | null][] = [
  ['normal', 0, null],
  ['normal', 0, null],
  ['error', 3, null],
  ['error', 1, null],
  ['error', 1, null],
  ['error', 5, null],
  ['fatal', null, 'SIGABRT'],
  ['fatal', null, 'SIGSEGV'],
  ['killed', null, 'SIGKILL'],
  ['killed', null, 'SIGTERM'],
];

const ends: Case = {
  title: 'process_ends.py',
  program: 'process_ends.py',
  args: [],
  status: 0,
  drive: nothing,
  prints: 'works_for_ever: signal 9\na daemon process, and the program ends: daemon True, alive True\n',
  finds: [],
  mayFind: ['zombies'],
  facts: {
    'each end is told apart, in its exit and in a word': ({ look }) => {
      const seen = look.children.map(({ ending, exit }) => [ending, exit?.code ?? null, exit?.signal ?? null]);
      expect(seen).toEqual(endings);
    },
    'who was killed names the killer; who failed by itself has none': ({ look }) => {
      const killers = look.children.map(({ killedBy }) => killedBy);
      expect(killers).toEqual([...new Array<null>(8).fill(null), look.main.id, look.main.id]);
      for (const victim of look.children.slice(8)) expect(look.hasArrow('signal', look.main, victim)).toBe(true);
    },
    'the daemon process is ended because the program is done': ({ look }) => {
      const daemon = look.worker('daemon');
      expect(daemon).toMatchObject({ multiprocessing: { name: 'daemon', daemon: true }, reapedBy: look.root.id, logicalParent: look.root.id });
      expect(look.line(daemon.bornAt)).toBe(look.marked('starts the daemon'));
    },
  },
};

/** The channel of these processes, of this kind, that moved so many bytes from the first to the second. */
function carries(look: Lookup, kind: ReportChannel['kind'], from: ReportProcess, to: ReportProcess, bytes: number): boolean {
  return look.report.channels.some((channel) => {
    const source = channel.ends.find((end) => end.process === from.id);
    const target = channel.ends.find((end) => end.process === to.id);
    return channel.kind === kind && source?.bytesOut === bytes && target?.bytesIn === bytes;
  });
}

function child(look: Lookup, index: number): ReportProcess {
  return look.children[index]!;
}

const pipes: Case = {
  title: 'pipes.py',
  program: 'pipes.py',
  args: [],
  status: 0,
  drive: nothing,
  prints: [
    "a pipe: (b'twelve bytes', b'')", "a pair: b'SHOUT'", "multiprocessing: ('first', 42)", "standard input: b'reward'", '',
  ].join('\n'),
  finds: [],
  mayFind: ['zombies'],
  facts: {
    'a pipe carries the child’s bytes to its parent': ({ look }) => {
      expect(carries(look, 'pipe', child(look, 0), look.root, 12)).toBe(true);
    },
    'the parent waits for the pipe at its line, on the channel, until the child writes': ({ look }) => {
      const wait = look.longestWait(look.main, 'pipe');
      expect(look.line(wait.at)).toBe(look.marked('waits for the pipe'));
      expect(wait.on).toMatch(/^channel:h\d+$/);
      expect(look.hasArrow('unblock', child(look, 0), look.root)).toBe(true);
    },
    'a pair of sockets carries both ways': ({ look }) => {
      expect(carries(look, 'socketpair', child(look, 1), look.root, 5)).toBe(true);
      expect(carries(look, 'socketpair', look.root, child(look, 1), 5)).toBe(true);
    },
    'a queue is a pipe that the worker’s feeder thread writes, and a get waits for it': ({ look }) => {
      const worker = look.worker('worker');
      const wait = look.longestWait(look.main, 'queue');
      expect(look.line(wait.at)).toBe(look.marked('waits for the queue'));
      const channel = look.report.channels.find(({ id }) => wait.on === `channel:${id}`);
      expect(channel?.kind).toBe('pipe');
      expect(channel?.ends.map((end) => end.process).sort()).toEqual([look.root.id, worker.id].sort());
      expect(worker.threads.map((thread) => thread.name)).toContain('QueueFeederThread');
    },
    'a program that was started has its input and output as channels with its parent': ({ look }) => {
      const program = child(look, 3);
      expect(carries(look, 'pipe', look.root, program, 6)).toBe(true);
      expect(carries(look, 'pipe', program, look.root, 6) || unseenBy(look, program, look.root)).toBe(true);
    },
  },
};

/** subprocess may read the output through a file object, where nobody sees how much. */
function unseenBy(look: Lookup, from: ReportProcess, to: ReportProcess): boolean {
  return look.report.channels.some(
    ({ ends: both }) => both.some((end) => end.process === from.id && end.bytesOut === 6) && both.some((end) => end.process === to.id && end.bytesIn === null),
  );
}

function poolCase(method: 'fork' | 'spawn' | 'forkserver'): Case {
  const prefix = { fork: 'Fork', spawn: 'Spawn', forkserver: 'ForkServer' }[method];
  const server = ({ look }: Seen): ReportProcess[] => look.children.filter(({ name, multiprocessing }) => name === 'multiprocessing forkserver' && multiprocessing === null);
  return {
    title: `process_pool.py, ${method}`,
    program: 'process_pool.py',
    args: ['--start-method', method],
    status: 0,
    drive: nothing,
    prints: 'map: [0, 1, 4, 9, 16, 25]\napply_async: 81\n',
    finds: [],
    mayFind: ['zombies', 'fork-with-threads'],
    facts: {
      'two workers that bear the pool’s names': ({ look }) => {
        const names = look.children.flatMap(({ multiprocessing }) => multiprocessing?.name ?? []);
        expect(names).toEqual(expect.arrayContaining([`${prefix}PoolWorker-1`, `${prefix}PoolWorker-2`]));
      },
      'they are the program’s, whoever forked them': (seen) => {
        const [forkserver] = server(seen);
        for (const number of [1, 2]) {
          const worker = seen.look.worker(`${prefix}PoolWorker-${number}`);
          expect(worker.logicalParent).toBe(seen.look.root.id);
          expect(worker.parent).toBe(method === 'forkserver' ? forkserver?.id : seen.look.root.id);
        }
      },
      'a forkserver is there where it is asked for, and is called so': (seen) => {
        expect(server(seen)).toHaveLength(method === 'forkserver' ? 1 : 0);
        for (const each of server(seen)) expect(each).toMatchObject({ parent: seen.look.root.id });
      },
      'the tasks travel through a channel between the program and its workers': ({ look }) => {
        const workers = [1, 2].map((number) => look.worker(`${prefix}PoolWorker-${number}`).id);
        const shared = look.report.channels.filter(({ ends: all }) => {
          const who = all.map((end) => end.process);
          return who.includes(look.root.id) && workers.some((worker) => who.includes(worker));
        });
        expect(shared.length).toBeGreaterThanOrEqual(2);
      },
    },
  };
}

/** Three clients at two workers: the third stands in the queue until one of them is done. */
async function threeAtTwoWorkers(server: Running): Promise<Traffic> {
  const port = await server.port();
  const first = await Client.connect(port);
  await first.say('the first');
  const second = await Client.connect(port);
  await second.say('the second');
  const third = await Client.connect(port);
  third.send('the third');
  await first.say('first again');
  await first.leave();
  await third.answered();
  const fourth = await Client.connect(port);
  fourth.send('the fourth');
  await second.leave();
  await fourth.answered();
  await third.leave();
  await fourth.leave();
  return { clients: [first, second, third, fourth], heldMs: 0 };
}

const prefork: Case = {
  title: 'prefork_echo.py',
  program: 'prefork_echo.py',
  args: ['--turns', '2'],
  status: 0,
  drive: threeAtTwoWorkers,
  prints: '2 workers have served 2 clients each\n',
  finds: [],
  mayFind: ['starved-client', 'zombies'],
  facts: {
    'the model is prefork, with who won how many and how fair that was': ({ look }) => {
      expect(look.report.serverModels).toMatchObject([{ listener: look.listener.id, kind: 'prefork', maxConcurrent: 2 }]);
      expect(look.report.serverModels[0]?.because).toBe(
        '2 processes accept on the same listener, and each serves what it accepts: 2, 2 (fairness 1.00).',
      );
    },
    'each client belongs to the worker that accepted it, from the accept on': ({ look, traffic }) => {
      const workers = new Set(look.children.map(({ id }) => id));
      const owners = traffic.clients.map((client) => look.connection(client).owners);
      expect(owners.map((spans) => spans.length)).toEqual([1, 1, 1, 1]);
      expect(owners.every(([span]) => workers.has(span?.process ?? ''))).toBe(true);
      const [first, second, third, fourth] = owners.map(([span]) => span?.process);
      expect(first).not.toBe(second);
      expect([third, fourth]).toEqual([first, second]);
      for (const client of traffic.clients) expect(look.line(look.connection(client).acceptedAt)).toBe(look.marked('accepts'));
    },
    'a client that finds all workers busy stands in the queue until one is done': ({ look, traffic }) => {
      const [first, , third] = traffic.clients.map((client) => look.connection(client));
      expect(third?.acceptedNs).toBeGreaterThanOrEqual(first?.owners[0]?.toNs ?? Infinity);
      expect(third?.queuedNs).toBeLessThanOrEqual(third?.acceptedNs ?? 0);
    },
  },
};

export const familyCases: readonly Case[] = [begins, ends, pipes, poolCase('fork'), poolCase('spawn'), poolCase('forkserver'), prefork];
