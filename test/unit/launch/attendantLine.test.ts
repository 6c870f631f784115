/** What the attendant believes of a line, how lines come out of bytes, and what of a command is a debugger's. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDebuggedTracker, isDebuggersOwn, isSearchForInterpreter, withoutAccessTokens } from '../../../src/engine/observerDebugger';
import { Lines } from '../../../src/launch/lines';
import { parseAttendantLine } from '../../../src/protocol/attendantLine';
import type { AttendantLine } from '../../../src/protocol/marks';

const number = fc.nat(2 ** 32 - 1);
const at = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map(String);
const text = fc.string();
const lines: fc.Arbitrary<AttendantLine> = fc.oneof(
  fc.record({ kind: fc.constant('session' as const), at, session: number, parent: fc.option(number), phase: fc.constantFrom('started', 'process', 'restarted', 'ended'), type: text, name: text, process: fc.option(number) }),
  fc.record({
    kind: fc.constant('stop' as const), at, session: number, process: fc.option(number), thread: fc.option(number), debugThread: fc.option(number), reason: text,
    file: fc.option(text), line: fc.option(number), all: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('continue' as const), at, session: number, process: fc.option(number), debugThread: fc.option(number), all: fc.boolean(), how: fc.constantFrom('continued', 'response', 'stoppedAgain', 'exited', 'ended') }),
  fc.record({ kind: fc.constant('thread' as const), at, session: number, process: fc.option(number), debugThread: number, thread: fc.option(number), name: fc.option(text), phase: fc.constantFrom('started', 'exited', 'named') }),
  fc.record({ kind: fc.constant('breakpoint' as const), at, session: number, file: text, line: number, phase: fc.constantFrom('set', 'removed') }),
  fc.record({ kind: fc.constant('exit' as const), at, session: number, process: fc.option(number), code: number }),
  fc.record({ kind: fc.constant('root' as const), process: number }),
  fc.constantFrom<AttendantLine>({ kind: 'end' }, { kind: 'cancel' }),
);

describe('a line of the editor’s', () => {
  it('is read as it was written, whatever stands in it beside', () => {
    fc.assert(
      fc.property(lines, (line) => {
        expect(parseAttendantLine(JSON.stringify({ ...line, more: [1] }))).toEqual({ said: line });
        const given = Object.fromEntries(Object.entries(line).filter(([, value]) => value !== null));
        expect(parseAttendantLine(JSON.stringify(given))).toEqual({ said: line });
      }),
    );
  });

  it('with a field of another type is not believed, and no text is anything but believed or refused', () => {
    fc.assert(
      fc.property(lines, fc.nat(), fc.constantFrom<unknown>([], {}, 1.5, -1, 2 ** 32), (line, which, wrong) => {
        const names = Object.keys(line).filter((name) => name !== 'kind');
        const name = names[which % names.length];
        if (name !== undefined) expect(parseAttendantLine(JSON.stringify({ ...line, [name]: wrong }))).toEqual({ problem: expect.stringContaining(`its ${name} is not`) as string });
        expect(parseAttendantLine(JSON.stringify({ ...line, kind: wrong }))).toEqual({ problem: 'its kind is unknown' });
      }),
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(Object.keys(parseAttendantLine(text))).toHaveLength(1);
      }),
    );
    for (const kind of ['constructor', 'toString', '__proto__', '']) expect(parseAttendantLine(JSON.stringify({ kind }))).toEqual({ problem: 'its kind is unknown' });
    expect(parseAttendantLine(`{"kind":"exit","at":"${String(1n << 64n)}","session":1,"code":0}`)).toEqual({ problem: 'its at is not nanoseconds as decimal text' });
  });
});

describe('lines', () => {
  it('are the same however their bytes are cut, but for those that are too long', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll('\n', ''))), fc.array(fc.nat(9)), fc.string({ maxLength: 5 }), (texts, cuts, rest) => {
        const heard: string[] = [];
        const splitter = new Lines(8, {
          line: (text, at) => heard.push(`${String(at)} ${text}`),
          rest: (text, at) => heard.push(`${String(at)} rest ${text}`),
          tooLong: (at) => heard.push(`${String(at)} too long`),
        });
        const end = rest.replaceAll('\n', '');
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join('') + end);
        let from = 0;
        for (const cut of cuts) {
          splitter.push(bytes.subarray(from, from + cut));
          from = Math.min(bytes.length, from + cut);
        }
        splitter.push(bytes.subarray(from));
        splitter.end();
        const long = (text: string): boolean => Buffer.byteLength(text) > 8;
        const expected = texts.map((text, index) => (long(text) ? `${String(index + 1)} too long` : `${String(index + 1)} ${text}`));
        if (end !== '') expected.push(long(end) ? `${String(texts.length + 1)} too long` : `${String(texts.length + 1)} rest ${end}`);
        expect(heard).toEqual(expected);
      }),
    );
  });
});

describe('a command', () => {
  const of = (...words: string[]): string => words.join('\0');

  it('is a helper of a debugger’s, or a program', () => {
    for (const own of [
      of('/usr/bin/node', '/code/extensions/ms-vscode.js-debug/src/watchdog.js'),
      of('/usr/bin/node', '-e', 'require("net").createServer().on("listening",()=>process.exit(0)).on("error",()=>process.exit(1)).listen(+process.env.PORT)'),
      of('/usr/bin/node', '-e', 'const c=require("net").createConnection(process.env.NODE_INSPECTOR_IPC);c.on("error",()=>process.exit(1));'),
      of('python3', '-X', 'frozen_modules=off', '/lib/debugpy/adapter', '--for-server', '5'),
      of('python3', '-m', 'debugpy.adapter'), of('python3', '/lib/debugpy/launcher/', '1', '--', 'a.py'), of('python3', '-S', '/lib/debugpy/adapter/__main__.py'),
    ]) expect([own, isDebuggersOwn(own)]).toEqual([own, true]);
    for (const program of [
      '', of('python3'), of('python3', '/lib/debugpy/launcher/../../debugpy', '--connect', '127.0.0.1:1', 'a.py'), of('python3', 'a.py', '/lib/debugpy/adapter'),
      of('python3', '-c', 'import debugpy/adapter', '/lib/debugpy/adapter'), of('node', 'a.js', '/js-debug/src/watchdog.js'), of('python3', '-m', 'debugpy', '--listen', '5', 'a.py'), of('node', 'src/watchdog.js'),
      of('node', '-e', 'require("net").createServer().on("listening", () => 1).listen(0)'), of('sh', 'a', '-e', 'createConnection(process.env.NODE_INSPECTOR_IPC)'),
    ]) expect([program, isDebuggersOwn(program)]).toEqual([program, false]);
  });

  it('is multiprocessing’s own helper with a debugger in it', () => {
    const tracker = 'from multiprocessing.resource_tracker import main;main(5)';
    const settrace = "import sys; sys.path.insert(0, r'/lib/debugpy'); import pydevd; pydevd.settrace(host='127.0.0.1', port=5678, patch_multiprocessing=True); ";
    expect(isDebuggedTracker(of('python3', '-c', settrace + tracker))).toBe(true);
    expect([of('python3', '-c', tracker), of('python3', '-c', `${settrace}print(1)`), of('python3', 'pydevd.py'), ''].map(isDebuggedTracker)).toEqual([false, false, false, false]);
  });

  it('is an editor’s search for an interpreter', () => {
    for (const search of [of('/bin/sh', '/usr/bin/which', 'node'), of('which', 'node'), of('/usr/bin/which', 'node')]) expect([search, isSearchForInterpreter(search)]).toEqual([search, true]);
    for (const program of ['', of('which'), of('node', 'which'), of('sh', '-c', 'which node'), of('sh', 'which.sh', 'a')]) expect([program, isSearchForInterpreter(program)]).toEqual([program, false]);
  });

  it('has no words that let a debugger in, and all others', () => {
    expect(withoutAccessTokens(of('python', '/debugpy', '--adapter-access-token', 'ab', '--client-access-token=cd', '--access-token', 'ef', 'a.py'))).toBe(
      of('python', '/debugpy', '--adapter-access-token', '…', '--client-access-token=…', '--access-token', '…', 'a.py'),
    );
    expect(withoutAccessTokens(of('python', '-c', "import pydevd; pydevd.settrace(access_token='ab', client_access_token=\"cd\", x={'client-access-token': 'ef'}); print('gh')"))).toBe(
      of('python', '-c', "import pydevd; pydevd.settrace(access_token='…', client_access_token=\"…\", x={'client-access-token': '…'}); print('gh')"),
    );
    for (const other of ['', of('python', 'a.py', '--access-token', 'mine'), of('python', '/debugpy', 'a.py', 'access-token'), of('python', '/debugpy', '--access-token')]) expect(withoutAccessTokens(other)).toBe(other);
  });
});
