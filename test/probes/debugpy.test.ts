/** The probe and a debugger in one process: neither shows in the other. Real debugpy, driven as an editor drives it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { lineOf, makeRunFolder, probe, program } from './python/trace';
import type { DapSession, StackFrame } from './support/dap';
import { findDebugpys, startAdapter, type Debugpy } from './support/debugpy';
import { within } from './support/deadline';

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
  });
});
