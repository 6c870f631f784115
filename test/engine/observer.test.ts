/** The kernel observer against real programs: what it says of them is what they do, and nothing of it stays behind. */
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { threadWaits } from '../../src/protocol/events';
import { findSymbol } from '../../src/engine/observerElf';
import { findPythons } from '../probes/support/pythons';
import { ownProgram } from './support/compared';
import { Observation, type ObservationOptions } from './support/observation';
import type { Observed } from './support/observed';

const pythons = findPythons();
const python = pythons.at(-1)?.path ?? 'python3';
const letter = ({ state }: Observed): string => String.fromCharCode(Number(state));

const started: Observation[] = [];
afterEach(() => {
  for (const observation of started.splice(0)) observation[Symbol.dispose]();
});

function observe(command: readonly string[], options?: ObservationOptions): Observation {
  const observation = new Observation(command, options);
  started.push(observation);
  return observation;
}

/** What is open under /proc in this process. */
function openInProc(): string[] {
  return readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${name}`);
      return target.startsWith('/proc/') && !target.endsWith('/fd') ? [target] : [];
    } catch {
      return [];
    }
  });
}

describe('threads', () => {
  it.each(pythons.map(({ version, path }) => [version, path] as const))('that compute, sleep and wait are told apart (%s)', async (_version, path) => {
    const program = observe([path, ownProgram('contends.py')]);
    const [locked = 0, asleep = 0, ...computing] = (await program.line()).split(' ').map(Number);
    const samples = (thread: number): Observed[] => program.seen('threadSample').filter((sample) => sample.thread === thread);
    for (const thread of computing) {
      await program.until('a computing thread runs', () => samples(thread).some((sample) => letter(sample) === 'R'));
      await program.until('a computing thread waits for the GIL', () =>
        samples(thread).some((sample) => letter(sample) === 'S' && sample.waitsFor === threadWaits.gil),
      );
    }
    for (const thread of [locked, asleep]) {
      // It has to get the GIL once more after its start; from then on it does nothing.
      const last = await program.until('a waiting thread is blocked', () => {
        const sample = samples(thread).at(-1);
        return sample !== undefined && letter(sample) === 'S' && sample.waitsFor === threadWaits.other && sample;
      });
      if (last === false) throw new Error('unreachable');
      expect(last.call).toBeGreaterThanOrEqual(0);
      expect(Number(last.run)).toBeGreaterThan(0);
    }
    const runs = samples(computing[0]!).map(({ run }) => Number(run));
    expect(runs).toEqual([...runs].sort((a, b) => a - b));
  });

  it('are stopped with their process, and go on', async () => {
    const program = observe([python, ownProgram('contends.py')]);
    const [, asleep = 0, computing = 0] = (await program.line()).split(' ').map(Number);
    const last = (thread: number): string | undefined => program.seen('threadSample').filter((sample) => sample.thread === thread).map(letter).at(-1);
    await program.until('it is seen', () => last(asleep) === 'S' && last(computing) !== undefined);
    process.kill(program.pid, 'SIGSTOP');
    await program.until('both are stopped', () => last(asleep) === 'T' && last(computing) === 'T');
    process.kill(program.pid, 'SIGCONT');
    await program.until('one sleeps, one computes', () => last(asleep) === 'S' && last(computing) !== 'T');
  });

  it('begin and end while their process lives', async () => {
    const code =
      'import sys,threading\nfor line in sys.stdin:\n ts=[threading.Thread(target=e.wait) for e in [threading.Event()] for _ in range(90)]\n e=ts[0]._target.__self__\n [t.start() for t in ts]\n print(*[t.native_id for t in ts],flush=True)\n sys.stdin.readline()\n e.set();[t.join() for t in ts];print("joined",flush=True)';
    const program = observe([python, '-c', code]);
    for (let round = 0; round < 2; round++) {
      program.tell('start');
      const ids = (await program.line()).split(' ').map(Number);
      const seen = (kind: 'threadSeen' | 'threadGone') => new Set(program.seen(kind).map(({ thread }) => thread));
      await program.until('all are seen', () => ids.every((id) => seen('threadSeen').has(id)));
      expect(ids.filter((id) => seen('threadGone').has(id))).toEqual([]);
      program.tell('end');
      expect(await program.line()).toBe('joined');
      await program.until('all are gone', () => ids.every((id) => seen('threadGone').has(id)));
    }
    expect(program.seen('threadSeen')).toHaveLength(181);
  });
});

describe('processes without a probe', () => {
  it('agree on birth, status and end', async () => {
    const program = observe([python, '-I', ownProgram('bears.py')]);
    const [isolated = 0, plain = 0, shell = 0, forked = 0] = (await program.line()).split(' ').map(Number);
    const born = (pid: number): Observed | undefined => program.seen('processSeen').filter((row) => row.process === pid).at(-1);
    for (const pid of [isolated, plain, shell, forked]) expect((await program.until('it is seen', () => born(pid)))?.parent).toBe(program.pid);
    await program.until('the commands are those after exec', () => born(plain)?.command === 'cat' && born(shell)?.command === 'sh\0-c\0cat; exit 5');
    expect(born(isolated)?.command).toContain('\0-I\0');
    program.tell('end');
    const status = (kind: 'zombieSeen' | 'processGone', pid: number): number | undefined => program.seen(kind).find((row) => row.process === pid)?.status as number | undefined;
    for (const [pid, code] of [[isolated, 3], [plain, 0], [shell, 5], [forked, 6]] as const) {
      expect(await program.until('it is a zombie', () => status('zombieSeen', pid) !== undefined && [status('zombieSeen', pid)])).toEqual([code << 8]);
      expect(status('processGone', pid)).toBeUndefined();
    }
    program.tell('reap');
    for (const pid of [isolated, plain, shell, forked]) await program.until('it is gone', () => status('processGone', pid) !== undefined);
    expect(program.observer.alive().map(({ pid }) => pid)).toEqual([program.pid]);
  });

  it('of multiprocessing are seen to their end, the resource tracker too', async () => {
    const code =
      'import multiprocessing as m\nif __name__=="__main__":\n c=m.get_context("spawn")\n p=c.Process(target=print);p.start();p.join()\n from multiprocessing import resource_tracker as r\n print(p.pid,r._resource_tracker._pid,flush=True);input()';
    const program = observe([python, '-c', code]);
    expect(await program.line()).toBe('');
    const [, tracker = 0] = (await program.line()).split(' ').map(Number);
    expect((await program.until('the tracker is seen', () => program.seen('processSeen').find((row) => row.process === tracker)))?.command).toContain('resource_tracker');
    program.tell('end');
    await program.ended();
    await program.until('the tracker has ended', () => program.seen('processGone').some((row) => row.process === tracker));
    expect(program.observer.alive()).toEqual([]);
  });

  it('that lose parent and environment are kept', async () => {
    const program = observe(['sh', '-c', '(env -i setsid sleep 30 & echo $!; read _); exit 0']);
    const daemon = Number(await program.line());
    await program.until('it is seen', () => program.seen('processSeen').some((row) => row.process === daemon));
    program.tell('leave');
    await program.ended();
    await program.until('it has another parent', () => program.seen('reparented').some((row) => row.process === daemon));
    expect(program.observer.alive().map(({ pid }) => pid)).toContain(daemon);
    process.kill(daemon, 'SIGKILL');
    await program.until('it is gone', () => program.seen('processGone', 'zombieSeen').some((row) => row.process === daemon));
  });
});

describe('accept queues', () => {
  it.each(['4', '6'])('have a length and clients with addresses (IPv%s)', async (family) => {
    const program = observe([python, ownProgram('lets_wait.py'), family]);
    const port = Number(await program.line());
    const host = family === '4' ? '127.0.0.1' : '::1';
    const lengths = (): unknown[] => program.seen('queueLength').filter((row) => row.port === port).map(({ length }) => length);
    await program.until('the listener is seen', () => lengths().length > 0);
    const sockets: Socket[] = [];
    try {
      for (let client = 0; client < 3; client++) {
        const socket = connect({ port, host }).on('error', () => undefined);
        sockets.push(socket);
        await once(socket, 'connect');
      }
      await program.until('three stand in the queue', () => lengths().at(-1) === 3);
      const ports = sockets.map((socket) => socket.localPort);
      const local = family === '4' ? '127.0.0.1' : '00000000000000000000000000000001';
      const queued = program.seen('queuedClient');
      expect(queued.map(({ peerPort }) => peerPort).sort()).toEqual([...ports].sort());
      for (const row of queued) expect(row).toMatchObject({ local, peer: local, localPort: port, family: family === '4' ? 2 : 10 });
      for (const row of queued) expect(Number(row.since) > 0 && Number(row.since) < row.time).toBe(true);
      for (let client = 0; client < 3; client++) {
        program.tell('accept');
        const accepted = Number(await program.line());
        expect(accepted).toBe(ports[client]);
        await program.until('it is gone from the queue', () => program.seen('queuedClientGone').some(({ peerPort }) => peerPort === accepted));
        await program.until('the queue is shorter', () => lengths().at(-1) === 2 - client);
      }
      expect(program.seen('queuedClient')).toHaveLength(3);
      expect(program.seen('queuedClientGone')).toHaveLength(3);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });

  it('are looked into soon after a client came, however seldom they are otherwise', async () => {
    // Each look seems to cost 3 ms of a core: braked as far as it goes, tables are read every 10 s.
    let spentMicroseconds = 0;
    vi.spyOn(process, 'cpuUsage').mockImplementation(() => ({ user: (spentMicroseconds += 3000), system: 0 }));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const sockets: Socket[] = [];
    try {
      const program = observe([python, ownProgram('lets_wait.py'), '4']);
      const said = once(program.child.stdout!, 'data');
      const port = Number(await said);
      await vi.advanceTimersByTimeAsync(30_000);
      expect(program.seen('queueLength').map((row) => row.port)).toEqual([port]);
      for (let client = 1; client <= 3; client++) {
        const socket = connect({ port, host: '127.0.0.1' }).on('error', () => undefined);
        sockets.push(socket);
        await once(socket, 'connect');
        await vi.advanceTimersByTimeAsync(2500);
        expect(program.seen('queuedClient')).toHaveLength(client);
      }
    } finally {
      vi.useRealTimers();
      vi.restoreAllMocks();
      for (const socket of sockets) socket.destroy();
    }
  });
});

describe('the observer', () => {
  it('follows 2,000 forks and keeps nothing open', async () => {
    const before = openInProc();
    const code =
      'import os,sys\nfor n in range(2000):\n p=os.fork()\n if p==0: os._exit(n%7)\n if n%100==99:\n  while True:\n   try: os.wait()\n   except ChildProcessError: break\nkeep=[]\nfor n in range(40):\n r,w=os.pipe();p=os.fork()\n if p==0: os.close(w);os.read(r,1);os._exit(2)\n os.close(r);keep.append((p,w))\nprint(*[p for p,_ in keep],flush=True)\nsys.stdin.readline()\nfor _,w in keep: os.close(w)\nfor _ in keep: os.wait()';
    const program = observe([python, '-I', '-c', code]);
    const kept = (await program.line()).split(' ').map(Number);
    await program.until('those that stay are seen', () => {
      const seen = new Set(program.seen('processSeen').map((row) => row.process));
      return kept.every((pid) => seen.has(pid));
    });
    program.tell('end');
    await program.ended();
    program.stop();
    const seen = program.seen('processSeen').map((row) => row.process);
    const gone = program.seen('processGone').map((row) => row.process);
    expect(gone.sort()).toEqual([...new Set(seen)].sort());
    expect(openInProc()).toEqual(before);
  });

  it('gets by without a descriptor to keep', async () => {
    const before = openInProc();
    const program = observe([python, ownProgram('contends.py')], { budget: { kept: 0, limit: 2 } });
    const computing = Number((await program.line()).split(' ')[2]);
    await program.until('it is sampled', () => program.seen('threadSample').filter((row) => row.thread === computing).length > 3);
    expect(openInProc().length - before.length).toBeLessThanOrEqual(2);
    process.kill(program.pid, 'SIGKILL');
    await program.ended();
    program.stop();
    expect(openInProc()).toEqual(before);
    expect(program.seen('threadGone')).toHaveLength(5);
  });

  it.runIf(process.getuid?.() === 0)('sees what another user runs', async () => {
    const program = observe(['sh', '-c', 'sleep 30 & echo $!; wait'], { user: 65534 });
    const sleeper = Number(await program.line());
    await program.until('it is seen', () => program.seen('threadSample').some((row) => row.process === sleeper));
    process.kill(sleeper, 'SIGKILL');
    await program.until('it is gone', () => program.seen('processGone').some((row) => row.process === sleeper));
  });

  it('finds a symbol in an ELF file, and survives a broken one', () => {
    const found = findSymbol(process.execPath, 'main');
    expect(found?.size).toBeGreaterThan(0);
    expect(found!.segments.some(({ address, size }) => found!.address >= address && found!.address < address + size)).toBe(true);
    expect(findSymbol(process.execPath, 'no such symbol')).toBeNull();
    for (const file of ['/etc/passwd', '/dev/null', '/no/such/file', '/']) expect(findSymbol(file, 'main')).toBeNull();
    const whole = readFileSync('/bin/true');
    const file = join(mkdtempSync(join(tmpdir(), 'forkscope-elf-')), 'broken');
    try {
      for (let round = 0; round < 200; round++) {
        const broken = Buffer.from(whole.subarray(0, round % 2 === 0 ? whole.length : (whole.length * round) / 200));
        // Of the header, which says where everything is, and of the tables behind it.
        for (let byte = 16 + (round % 8); byte < 64; byte += 8) broken[byte] = (broken[byte]! + round * 37) & 0xff;
        writeFileSync(file, broken);
        expect(findSymbol(file, '_PyRuntime')).toBeNull();
      }
    } finally {
      rmSync(dirname(file), { recursive: true });
    }
  });
});
