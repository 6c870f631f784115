/** The probe and a debugger in one process: neither shows in the other. Real debugpy, driven as an editor drives it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { lineOf, makeRunFolder, probe, program, readLines, type Line } from './python/trace';
import { connectTo, type Body, type DapSession, type DebugAdapter, type StackFrame } from './support/dap';
import { findDebugpys, startAdapter, type Debugpy } from './support/debugpy';
import { within } from './support/deadline';
import { readReport } from './support/record';
import { Running } from './support/running';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const timeout = 180_000;
const scratch = mkdtempSync(join(tmpdir(), 'forkscope-debugged-'));
const debugpys = findDebugpys();
const both = debugpys.flatMap((debugpy) => [true, false].map((justMyCode) => [`${debugpy.version} on ${debugpy.python.version}`, justMyCode, debugpy] as const));

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function configuration({ python, path }: Debugpy, name: string, more: Record<string, unknown>, run: string | undefined): Record<string, unknown> {
  const traced = run === undefined ? {} : { FORKSCOPE_RUN: run, PYTHONPATH: [probe, path].filter((part) => part !== undefined).join(':') };
  return {
    name, type: 'debugpy', request: 'launch', program: program(name), console: 'internalConsole', python: [python.path], cwd: scratch,
    env: { ...traced, PYDEVD_DISABLE_FILE_VALIDATION: '1' }, ...more,
  };
}

/** Sends a word to the server that the session runs, once it listens. */
async function ask(session: DapSession, word: string): Promise<string> {
  let port: number | undefined;
  while ((port = Number(/listening on 127\.0\.0\.1:(\d+)/.exec(session.stdout)?.[1] ?? '0')) === 0) await session.next('output');
  const socket = createConnection(port, '127.0.0.1');
  return within(60_000, 'the answer of the debugged server', new Promise((resolve, reject) => {
    let heard = '';
    socket.once('error', reject).on('data', (data) => (heard += String(data))).once('close', () => resolve(heard));
    socket.write(word);
  }));
}

const ours = (frames: readonly StackFrame[]): string[] =>
  frames.filter((frame) => frame.source?.path?.includes('forkscope_probe')).map((frame) => `${frame.name} ${frame.source?.path}:${frame.line}`);

/** Only the program's own is unmarked, and where its thread was held is told once for each stop, in place of what it did meanwhile. */
function checkRecords(lines: readonly Line[], name: string, stops: readonly number[]): void {
  expect(lines.filter((line) => line.kind === 'fault')).toEqual([]);
  const own = lines.filter((line) => !line.debugger);
  const begins = lines.filter((line) => line.kind === 'threadBegin');
  expect(begins.filter((line) => !line.debugger).map((line) => line.fields.target)).toEqual(['ThreadingMixIn.process_request_thread']);
  expect(begins.filter((line) => line.debugger).map((line) => line.fields.name)).toEqual(expect.arrayContaining(['pydevd.Writer', 'pydevd.Reader']));
  for (const kind of ['connect', 'spawn', 'channel', 'lock', 'wake']) expect(own.filter((line) => line.kind === kind), kind).toEqual([]);
  const handler = begins.find((line) => !line.debugger)!.thread;
  const site = (line: number): string => `${name}:${line}:Handler.handle`;
  // The thread that accepts may be stopped along, where it runs meanwhile.
  const held = own.filter((line) => line.kind === 'suspended' && line.thread === handler);
  expect(held.map((line) => [line.thread, line.begin, line.fields.site])).toEqual(stops.flatMap((line) => [[handler, true, site(line)], [handler, false, site(line)]]));
  for (const [at, line] of held.entries()) if (!line.begin) expect(line).toMatchObject({ time: held[at - 1]!.time });
  // Each call once, between the stops; of how it is held nothing.
  const calls = lines.filter((line) => line.thread === handler && ['sleep', 'send', 'receive'].includes(line.kind) && !line.begin);
  expect(calls.map((line) => line.kind)).toEqual(['send', 'receive', 'sleep', 'receive', 'send']);
  for (const call of calls) for (const stop of held) if (!stop.begin) expect(Number(call.fields.end) <= stop.time || call.time >= Number(stop.fields.end)).toBe(true);
  const [image] = lines.filter((line) => line.kind === 'image');
  expect(String(image!.fields.command).replaceAll('\0', ' ')).toMatch(/ --adapter-access-token … .*debugged\.py$/);
}

describe.each(debugpys.map((debugpy) => [`${debugpy.version} on ${debugpy.python.version}`, debugpy] as const))('debugpy %s', (_, debugpy) => {
  test('children that it follows print, end and are recorded as they would', { timeout: 300_000 }, async () => {
    const name = 'debugged_family.py';
    const stop = lineOf(name, 'stops in the leaf');
    const debug = async (run: string | undefined): Promise<{ stdout: string; exit: unknown; followed: number; stacks: string[][] }> => {
      // As where the editor itself was started by a traced program: its adapter and launcher are not recorded.
      const adapter = startAdapter(debugpy, run === undefined ? {} : { FORKSCOPE_RUN: run, PYTHONPATH: probe });
      const { session } = adapter;
      const children: Promise<void>[] = [];
      /** Of each stop in a child the frames of ours. */
      const stacks: string[][] = [];
      session.heard = (event, body) => {
        if (event === 'debugpyAttach') children.push(child(adapter, body));
      };
      const child = async (of: DebugAdapter, body: Body): Promise<void> => {
        const followed = await of.child(body, { [program(name)]: [stop] });
        const letGo = async (): Promise<void> => {
          const { threadId, frames } = await followed.stopped();
          stacks.push(ours(frames));
          await followed.request('continue', { threadId });
        };
        letGo().catch(() => undefined); // Of five (multiprocessing's resource tracker is one) only one is stopped.
      };
      try {
        await session.begin('launch', configuration(debugpy, name, { subProcess: true }, run), {});
        const { exitCode } = await session.next('exited');
        await session.next('terminated');
        await Promise.all(children);
        return { stdout: session.stdout, exit: exitCode, followed: children.length, stacks };
      } finally {
        await adapter.end();
      }
    };
    const expected = await debug(undefined);
    expect(expected).toMatchObject({ exit: 5, followed: 5, stacks: [[]] });
    const run = makeRunFolder(scratch);
    expect(await debug(run)).toEqual(expected);

    const lines = await readLines(debugpy.python, run);
    expect(lines.filter((line) => line.kind === 'fault')).toEqual([]);
    const commands = lines.filter((line) => line.kind === 'image' || line.kind === 'spawn').map((line) => String(line.fields.command));
    for (const command of commands) expect(command).not.toMatch(/token['"]?[=:\0] *'?[0-9a-f]{8}/);
    expect(commands.filter((command) => command.includes('client-access-token')).length).toBeGreaterThan(0);
    const images = lines.filter((line) => line.kind === 'image').map((line) => String(line.fields.command));
    expect(images.filter((command) => command.includes('resource_tracker'))).toEqual([]);
    expect(images).toHaveLength(4);
    const [fork] = lines.filter((line) => line.kind === 'fork');
    expect(fork).toMatchObject({ debugger: false, fields: { site: `${name}:${lineOf(name, 'forks')}:main` } });
    const held = lines.filter((line) => line.kind === 'suspended' && String(line.fields.site).includes(`:${stop}:`));
    expect(held.map((line) => [line.begin, line.fields.site])).toEqual([[true, `${name}:${stop}:<module>`], [false, `${name}:${stop}:<module>`]]);
  });
});

test('of a program that lets a debugger in, the report shows only what is its own', { timeout }, async () => {
  const name = 'listening.py';
  const debugpy = debugpys[0]!;
  const file = join(scratch, 'listening.forkscope');
  const running = new Running([process.execPath, cli, 'record', '-o', file, '--', debugpy.python.path, program(name)], scratch);
  try {
    const session = connectTo(await running.port());
    await session.begin('attach', { name, type: 'debugpy', request: 'attach', subProcess: false }, { [program(name)]: [lineOf(name, 'stops at work')] });
    const { threadId, frames } = await session.stopped();
    expect(ours(frames)).toEqual([]);
    await session.request('continue', { threadId });
    await session.next('terminated');
    session.close();
    expect(await running.ended()).toMatchObject({ status: 0, stdout: expect.stringMatching(/works\ncollected 3\n$/) as string });
  } finally {
    running.stop();
  }
  const report = await readReport(file, '--all-waits');
  expect(report.processes.map((process) => [process.name, process.birth, process.exit?.code, ...process.threads.map((thread) => thread.name)])).toEqual([
    [name, 'root', 0, 'MainThread', 'mine'],
    [name, 'fork', 3, 'MainThread'],
  ]);
  expect([report.listeners, report.connections, report.channels, report.findings]).toEqual([[], [], [], []]);
  const waits = report.processes[0]!.threads.map(({ waits }) => waits.map(({ reason, at }) => `${reason} ${at?.file.split('/').at(-1)}`));
  expect(waits).toEqual([[`join ${name}`, `waitpid ${name}`], []]);
});

describe.each(both)('debugpy %s, justMyCode %s', (_, justMyCode, debugpy) => {
  test('shows no frame of the probe, and steps into none', { timeout }, async () => {
    const name = 'debugged.py';
    const [into, over] = [lineOf(name, 'steps into'), lineOf(name, 'steps over')];
    const run = makeRunFolder(scratch);
    const adapter = startAdapter(debugpy);
    const { session } = adapter;
    try {
      await session.begin('launch', configuration(debugpy, name, { justMyCode }, run), { [program(name)]: [into] });
      const answer = ask(session, 'word');
      let at = await session.stopped();
      expect(at.frames[0]).toMatchObject({ name: expect.stringContaining('handle') as string, line: into });
      expect(ours(at.frames), 'frames of ours at the breakpoint').toEqual([]);

      // Into send, which has no line of Python's to step into: so it goes on to the next line.
      await session.request('stepIn', { threadId: at.threadId });
      at = await session.stopped();
      expect(ours(at.frames), 'where a step into send leads').toEqual([]);
      expect(at.frames[0]).toMatchObject({ source: { path: program(name) }, line: over });
      await session.request('next', { threadId: at.threadId });
      at = await session.stopped();
      expect(ours(at.frames), 'where a step over recv leads').toEqual([]);
      expect(at.frames[0]).toMatchObject({ source: { path: program(name) }, line: over + 1 });
      await session.request('stepIn', { threadId: at.threadId });
      at = await session.stopped();
      expect(ours(at.frames), 'where a step into sleep leads').toEqual([]);
      expect(at.frames[0]).toMatchObject({ source: { path: program(name) }, line: over + 2 });
      await session.request('continue', { threadId: at.threadId });
      expect(await answer).toBe('WORD');
      expect(await session.next('exited')).toMatchObject({ exitCode: 0 });
      await session.next('terminated');
    } finally {
      await adapter.end();
    }
    checkRecords(await readLines(debugpy.python, run), name, [into, over, over + 1, over + 2]);
  });
});
