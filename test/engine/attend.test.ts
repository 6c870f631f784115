/** `forkscope attend`: a run that a debugger starts is recorded whole, whatever happens to the editor, the program or the attendant. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packRecording } from '../../src/engine/files';
import { Observer } from '../../src/engine/observer';
import { attend } from '../../src/launch/attendant';
import { breakpointPhases, continueWays, debugThreadPhases, sessionPhases } from '../../src/protocol/events';
import { kinds, offsets } from '../../src/protocol/layout';
import { parseManifest } from '../../src/recording/manifest';
import { programPath } from '../probes/support/programs';
import { CliBundle, eventually, isRunning } from './cliBundle';
import { Attended, now, python } from './support/attended';
import { eachRecord } from './support/records';

let bundle: CliBundle;
beforeAll(() => {
  bundle = new CliBundle();
});
afterAll(() => bundle.dispose());

const server = [python, programPath('threading_echo.py')];
const started = { kind: 'session', session: 1, parent: null, phase: 'started', type: 'debugpy', name: 'Server', process: null } as const;

describe('a run that a debugger starts', { timeout: 120_000 }, () => {
  it('has the program, its end and what the editor says, but not the lines that are none', async () => {
    const run = await new Attended(bundle, 'whole.forkscope').ready();
    const launched = run.launch(...server, '--connections', '2');
    const process = await launched.pid();
    run.say({ ...started, at: now() }, { ...started, at: now(), phase: 'process', process }, { kind: 'root', process });
    await launched.echo(10);
    const at = now();
    run.child.stdin!.write('{"kind":"stop","at":"12"\n[1]\n\nnull\n{"kind":"pause"}\n{"kind":"root","process":-1}\n{"kind":"root","process":1}\n');
    run.child.stdin!.write(`${JSON.stringify({ kind: 'session', at, session: 1, parent: null, phase: 'started', type: 'x'.repeat(1 << 20), name: '', process: null })}\n`);
    run.say({ kind: 'breakpoint', at, session: 1, file: '/x/server.py', line: 7, phase: 'set' });
    run.say({ kind: 'stop', at, session: 1, process, thread: process, debugThread: null, reason: 'breakpoint', file: '/x/server.py', line: 7, all: true });
    run.say({ kind: 'thread', at, session: 1, process, debugThread: 3, thread: null, name: 'Thread-1', phase: 'started' });
    run.say({ kind: 'continue', at, session: 1, process, debugThread: 3, all: true, how: 'response' });
    await launched.echo(20);
    const code = await launched.code();
    run.say({ kind: 'exit', at: now(), session: 1, process, code }, { ...started, at: now(), phase: 'ended' }, { kind: 'end' });
    const { stdout, stderr, code: status } = await run.ended;
    expect([status, stdout]).toEqual([0, 'ready\n']);
    expect(stderr.match(/line \d+ of what the editor says is passed over: [^\n]*/g)?.map((line) => line.replace(/^line (\d+) of what the editor says is passed over: /, '$1 '))).toEqual([
      '4 it is not JSON', '5 it is no object', '7 it is no object', '8 its kind is unknown', '9 its process is not a whole number from 0 to 4294967295',
      "10 process 1 is none of the run's", '11 it is longer than a megabyte',
    ]);
    expect(stderr).toContain(`recording saved to ${run.file}\n`);
    expect(existsSync(run.folder)).toBe(false);

    const report = await bundle.report('whole.forkscope');
    expect(report.recording).toMatchObject({ complete: true, lostEvents: 0, exit: { code: 0, signal: null }, command: [...server, '--connections', '2'] });
    expect(report.processes).toMatchObject([{ pid: process, parent: null, birth: 'root', exit: { code: 0, signal: null }, coverage: expect.arrayContaining(['kernel', 'python']) as string[] }]);
    expect(report.connections.map(({ bytesIn, bytesOut }) => [bytesIn, bytesOut])).toEqual([[10, 10], [20, 20]]);

    const seen: unknown[] = [];
    await eachRecord(run.file, (batch, record) => {
      const kind = batch.kind(record);
      if (kind < 90 || kind > 95) return;
      const number = (field: number): number => batch.u32(record, field);
      const short = (field: number): number => batch.u16(record, field);
      const when = BigInt(number(offsets.debugStop.at)) + (BigInt(number(offsets.debugStop.at + 4)) << 32n);
      expect(when).toBeLessThanOrEqual(BigInt(number(0)) + (BigInt(number(4)) << 32n));
      if (kind === kinds.debugSession) seen.push(['session', number(offsets.debugSession.session), number(offsets.debugSession.parent), number(offsets.debugSession.process), short(offsets.debugSession.phase)]);
      const { debugStop, debugContinue, debugThread, debugBreakpoint, debugExit } = offsets;
      if (kind === kinds.debugStop) seen.push(['stop', String(when), number(debugStop.process), number(debugStop.thread), number(debugStop.debugThread), number(debugStop.line), short(debugStop.all)]);
      if (kind === kinds.debugContinue) seen.push(['continue', number(debugContinue.debugThread), short(debugContinue.all), short(debugContinue.how)]);
      if (kind === kinds.debugThread) seen.push(['thread', number(debugThread.debugThread), number(debugThread.thread), short(debugThread.phase)]);
      if (kind === kinds.debugBreakpoint) seen.push(['breakpoint', number(debugBreakpoint.line), short(debugBreakpoint.phase)]);
      if (kind === kinds.debugExit) seen.push(['exit', number(debugExit.process), number(debugExit.code)]);
    });
    expect(seen).toEqual([
      ['session', 1, 0, 0, sessionPhases.started],
      ['session', 1, 0, process, sessionPhases.process],
      ['breakpoint', 7, breakpointPhases.set],
      ['stop', at, process, process, 0xffffffff, 7, 1],
      ['thread', 3, 0, debugThreadPhases.started],
      ['continue', 3, 1, continueWays.response],
      ['exit', process, 0],
      ['session', 1, 0, 0, sessionPhases.ended],
    ]);
  });

  it('goes on when the editor is gone in the middle of a word, and its terminal too, until the program ends', async () => {
    const run = await new Attended(bundle, 'alone.forkscope').ready();
    const launched = run.launch(...server, '--connections', '1');
    const process = await launched.pid();
    run.say({ ...started, at: now() }, { kind: 'root', process });
    run.child.stdin!.end('{"kind":"st');
    run.child.kill('SIGHUP');
    await launched.echo(5);
    expect(await launched.code()).toBe(0);
    const { code, stderr } = await run.ended;
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^forkscope: line 3 [^\n]*not JSON\nforkscope: recording saved to [^\n]*\n$/) as string]);
    const report = await bundle.report('alone.forkscope');
    // The program's own last words; nobody told what its parent was told.
    expect(report.recording).toMatchObject({ complete: true, exit: report.processes[0]!.exit });
    expect(report.processes).toMatchObject([{ pid: process, parent: null, endNs: expect.any(Number) as number }]);
    expect(report.connections).toHaveLength(1);
  });

  it('does not say how a program ended that was killed, where the adapter’s code may mean either', async () => {
    const run = await new Attended(bundle, 'killed.forkscope').ready();
    const launched = run.launch(...server);
    const pid = await launched.pid();
    run.say({ ...started, at: now() }, { kind: 'root', process: pid });
    await launched.echo(5);
    process.kill(pid, 'SIGKILL');
    const code = await launched.code();
    expect(code).toBe(247);
    run.say({ kind: 'exit', at: now(), session: 1, process: pid, code }, { kind: 'end' });
    await run.ended;
    const { recording, processes } = await bundle.report('killed.forkscope');
    expect(recording).toMatchObject({ complete: true });
    // Null, unless the observer met the zombie.
    expect([null, { code: null, signal: 'SIGKILL' }]).toContainEqual(recording.exit);
    expect(processes).toMatchObject([{ pid, exit: recording.exit, endNs: expect.any(Number) as number }]);
  });

  it('may have two programs, one after the other, as a session has that is restarted', async () => {
    const run = await new Attended(bundle, 'twice.forkscope').ready();
    const pids: number[] = [];
    for (const wanted of [3, 4]) {
      const launched = run.launch(python, '-c', `import sys, threading; print("up", flush=True); sys.stdin.read(); t = threading.Thread(target=print, args=("down",)); t.start(); t.join(); import os; os._exit(${String(wanted)})`);
      const process = await launched.pid();
      pids.push(process);
      run.say({ ...started, at: now(), phase: pids.length === 1 ? 'started' : 'restarted' }, { kind: 'root', process }, { kind: 'root', process });
      expect(await launched.code()).toBe(wanted);
      // Whether the observer or the adapter is first to tell of the end.
      if (wanted === 4) await eventually('the observer has seen the end', () => !existsSync(`/proc/${String(process)}`));
      run.say({ kind: 'exit', at: now(), session: 1, process: null, code: 99 }, { kind: 'exit', at: now(), session: 1, process, code: wanted });
    }
    run.say({ ...started, at: now(), phase: 'ended' }, { kind: 'end' });
    await run.ended;
    const { recording, processes } = await bundle.report('twice.forkscope');
    expect(recording).toMatchObject({ complete: true, exit: { code: 4, signal: null } });
    expect(processes.map(({ pid, birth, parent, exit }) => [pid, birth, parent, exit?.code])).toEqual([[pids[0], 'root', null, 3], [pids[1], 'root', null, 4]]);
  });

  it('is a cut run where the attendant is killed, and can be packed later', async () => {
    const run = await new Attended(bundle, 'cut.forkscope').ready();
    const launched = run.launch(...server, '--connections', '2');
    run.say({ ...started, at: now() }, { kind: 'root', process: await launched.pid() });
    await launched.echo(5);
    await eventually('the root is told', () => readFileSync(join(run.folder, 'run.json'), 'utf8').includes(`"pid": ${/pid (\d+)/.exec(launched.output)![1]!}`));
    run.child.kill('SIGKILL');
    await run.ended;
    await launched.echo(6);
    expect(await launched.code()).toBe(0);
    const open = await bundle.report(run.folder);
    expect(open.recording).toMatchObject({ complete: false, exit: open.processes[0]!.exit });
    expect(open.connections.map(({ bytesIn }) => bytesIn)).toContain(5);
    const manifest = parseManifest(readFileSync(join(run.folder, 'run.json'), 'utf8'), run.folder);
    await packRecording({ kind: 'folder', path: run.folder }, run.file, manifest);
    expect((await bundle.report('cut.forkscope')).connections).toEqual(open.connections);
  });

  it('is saved at SIGTERM, which the program never gets', async () => {
    const run = await new Attended(bundle, 'term.forkscope').ready();
    const launched = run.launch(...server, '--connections', '2');
    const pid = await launched.pid();
    run.say({ ...started, at: now() }, { kind: 'root', process: pid });
    await launched.echo(5);
    run.child.kill('SIGTERM');
    const { code, stderr } = await run.ended;
    expect([code, stderr]).toEqual([0, `forkscope: recording stopped; still running without it: process ${String(pid)}\nforkscope: recording saved to ${run.file}\n`]);
    expect(isRunning(pid)).toBe(true);
    await launched.echo(6);
    expect(await launched.code()).toBe(0);
  });

  it('leaves nothing behind where the program was never started', async () => {
    const cancelled = await new Attended(bundle, 'cancelled.forkscope').ready();
    cancelled.say({ kind: 'cancel' });
    const gone = await new Attended(bundle, 'gone.forkscope').ready();
    gone.child.stdin!.end();
    expect(await Promise.all([cancelled.ended, gone.ended])).toEqual(Array(2).fill({ code: 0, signal: null, stdout: 'ready\n', stderr: '' }));
    expect(readdirSync(bundle.folder).filter((name) => /cancelled|gone/.test(name))).toEqual([]);
  });

  it('is given up where nobody comes, but not while a session is at work', async () => {
    const said: string[] = [];
    const lines = new PassThrough();
    const folder = bundle.path('nobody.run');
    const over = attend({
      folder, target: bundle.path('nobody.forkscope'), directory: '/', version: '0', lines, patienceMs: 100,
      observe: (path, startedNs) => new Observer(path, startedNs),
      bound: () => ({ stop: () => Promise.resolve() }),
      pack: () => Promise.reject(new Error('there is nothing to pack')),
      say: (line) => said.push(line),
      ready: () => lines.write(`${JSON.stringify({ ...started, at: now() })}\n`),
    });
    // Three times its patience.
    expect(await Promise.race([over.then(() => 'over'), new Promise((resolve) => setTimeout(() => resolve('waits'), 300))])).toBe('waits');
    expect(existsSync(join(folder, 'lease'))).toBe(true);
    lines.write(`${JSON.stringify({ ...started, at: now(), phase: 'ended' })}\n`);
    await over;
    expect([existsSync(folder), said]).toEqual([false, ['no program was started: nothing was recorded']]);
  });

  it('has neither a debugger’s helpers nor the words that let it in', async () => {
    const [watchdog, adapter, program] = ['ms-vscode.js-debug/src/watchdog.js', 'debugpy/adapter', 'debugpy/program.sh'].map((path) => bundle.path(path)) as [string, string, string];
    for (const folder of ['ms-vscode.js-debug/src', 'debugpy/adapter']) mkdirSync(bundle.path(folder), { recursive: true });
    const wait = 'require("node:fs").readSync(0, Buffer.alloc(1))';
    writeFileSync(watchdog, wait);
    writeFileSync(join(adapter, '__main__.py'), 'import sys; sys.stdin.read()');
    // Helpers that live as long as the program, and a child of its own; two looks of the observer's at least, which the child's end waits for.
    writeFileSync(program, `exec 3<&0; mkfifo "$0.fifo"; ${process.execPath} ${watchdog} <"$0.fifo" & ${python} ${adapter} <"$0.fifo" & sleep 1 & exec 4>"$0.fifo"; wait $!; exec 4>&-; wait\n`);
    const run = await new Attended(bundle, 'helpers.forkscope').ready();
    const launched = run.launch('/bin/sh', program, '--adapter-access-token', 'SECRET1', '--client-access-token=SECRET2', 'argument');
    const pid = await launched.pid();
    run.say({ ...started, at: now() }, { kind: 'root', process: pid });
    expect(await launched.code()).toBe(0);
    run.say({ kind: 'end' });
    await run.ended;
    const report = await bundle.report('helpers.forkscope');
    expect(report.recording.command).toEqual(['/bin/sh', program, '--adapter-access-token', '…', '--client-access-token=…', 'argument']);
    expect(JSON.stringify(report)).not.toContain('SECRET');
    expect(report.processes.map(({ name }) => name).filter((name) => !name.includes('sleep'))).toHaveLength(1);
    expect(readFileSync(run.file).includes('SECRET')).toBe(false);
  });
});

const mounts = process.getuid?.() === 0 && spawnSync('sh', ['-c', 'd=$(mktemp -d) && mount -t tmpfs none $d && umount $d && rmdir $d']).status === 0;

describe.runIf(mounts)('a disk that fills', { timeout: 120_000 }, () => {
  it('ends neither the program nor the attendant, and what is recorded is not called whole', async () => {
    const disk = bundle.path('disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'none', disk]);
    try {
      const run = await new Attended(bundle, 'disk/full.forkscope').ready();
      const launched = run.launch(...server, '--connections', '2');
      const pid = await launched.pid();
      run.say({ ...started, at: now() }, { kind: 'root', process: pid });
      await launched.echo(5);
      copyFileSync('/dev/null', join(disk, 'fill'));
      spawnSync('sh', ['-c', `cat /dev/zero >'${join(disk, 'fill')}' 2>/dev/null`]);
      for (let number = 0; number < 3000; number++) {
        run.say({ kind: 'stop', at: now(), session: 1, process: pid, thread: null, debugThread: number, reason: `reason ${String(number)}`, file: null, line: null, all: false });
      }
      await launched.echo(6);
      expect(await launched.code()).toBe(0);
      run.say({ kind: 'exit', at: now(), session: 1, process: pid, code: 0 }, { kind: 'end' });
      const { code, stderr } = await run.ended;
      expect(code).toBe(0);
      // A recording that packs into what its lease has left free is saved; but it is not called whole.
      expect(stderr).toMatch(/^forkscope: (the recording stays in .*full\.forkscope\.run: The disk is full.*|recording saved to .*full\.forkscope)\n$/m);
      rmSync(join(disk, 'fill'));
      const { recording, connections } = await bundle.report(existsSync(run.file) ? run.file : run.folder);
      expect(recording.complete).toBe(false);
      expect(connections.map(({ bytesIn }) => bytesIn)).toContain(5);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});
