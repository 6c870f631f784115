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
