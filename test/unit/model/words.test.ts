/** Names that people read: of programs, of signals, of ends. */
import { expect, test } from 'vitest';
import { commandName } from '../../../src/model/commandName';
import { exitOf, signalName } from '../../../src/model/exitStatus';

const commands: [string, string][] = [
  ['python3 server.py', 'server.py'],
  ['/usr/bin/python3.11 -u -X dev -W ignore /srv/app/server.py --port 1', 'server.py'],
  ['python -Xdev -Wignore server.py', 'server.py'],
  ['python3 -m http.server 80', 'http.server'],
  ['python3 -um http.server', 'http.server'],
  ['python3 -B -c print(1)', 'python -c'],
  ['python3 --check-hash-based-pycs never server.py', 'server.py'],
  ['pypy3 server.py', 'server.py'],
  ['python3', 'python3'],
  ['python3 -', 'python3'],
  ['/bin/sh -c ls', 'sh'],
];
test.each(commands)('%s is called %s', (command, name) => {
  expect(commandName(command.split(' '))).toBe(name);
});

test('what multiprocessing starts for itself is called what it is', () => {
  const named = (line: string): string => commandName(['/usr/bin/python3', '-s', '-c', line]);
  expect(named('from multiprocessing.resource_tracker import main;main(6)')).toBe('multiprocessing resource tracker');
  expect(named('from multiprocessing.forkserver import main; main(9, 10)')).toBe('multiprocessing forkserver');
  expect(named('from multiprocessing.spawn import spawn_main; spawn_main(1)')).toBe('python -c');
});

const debugpy = '/usr/bin/python3.11 -X frozen_modules=off /usr/lib/debugpy/launcher/../../debugpy --connect 127.0.0.1:41 --configure-qt none --adapter-access-token ab12';
const settrace = "import sys; sys.path.insert(0, r'/usr/lib'); import pydevd; pydevd.config('x', ''); pydevd.settrace(host='127.0.0.1', port=41, access_token='5e', client_access_token='c0', __setup_holder__={'access-token': '5e', 'client-access-token': 'c0'}); ";

test('a program that a debugger runs has its own name', () => {
  const named = (...words: string[]): string => commandName(words.flatMap((each) => (each.includes('settrace') ? [each] : each.split(' '))));
  expect(named(`${debugpy} /srv/server.py --port 80`)).toBe('server.py');
  expect(named(`${debugpy} -m http.server`)).toBe('http.server');
  expect(named(`${debugpy} -c print(1)`)).toBe('python -c');
  expect(named('python3 -m debugpy --listen 5678 --wait-for-client server.py')).toBe('server.py');
  expect(named('python3 -m debugpy --connect 5678 --pid 71')).toBe('debugpy');
  expect(named('python3 debugpy')).toBe('debugpy');
  expect(named('python3 /x/pydevd.py --port 41 --client 127.0.0.1 --multiprocess --protocol-http --file worker.py 3')).toBe('worker.py');
  expect(named('python3 /x/pydevd.py --port 41 --module --file http.server')).toBe('http.server');
  expect(named('python3 /x/pydevd.py')).toBe('pydevd.py');
  expect(named('python3 -c', `${settrace}from multiprocessing.resource_tracker import main;main(6)`)).toBe('multiprocessing resource tracker');
  expect(named('python3 -c', `${settrace}print(1)`)).toBe('python -c');
});

test('no command has no name', () => {
  expect(commandName([])).toBe('');
});

test('a wait status is a code, a signal, or no end at all', () => {
  expect([0, 768, 9, 139, -1, 0x137f, 0xffff].map(exitOf)).toEqual([
    { code: 0, signal: null },
    { code: 3, signal: null },
    { code: null, signal: 'SIGKILL' },
    { code: null, signal: 'SIGSEGV' }, // with a core dump
    null,
    null, // stopped
    null, // continued
  ]);
});

test('signals have names, real-time ones a number', () => {
  expect([15, 17, 34, 40, 99].map(signalName)).toEqual(['SIGTERM', 'SIGCHLD', 'SIGRTMIN+0', 'SIGRTMIN+6', 'SIG99']);
});
