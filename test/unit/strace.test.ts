/** The reader of strace's lines, which the agreement with the kernel rests on. */
import { describe, expect, it } from 'vitest';
import { disagreements, emptyAccount } from '../engine/support/account';
import { kernelAccount } from '../engine/support/kernelAccount';
import { firstDescriptor, parseStrace, type Call } from '../engine/support/strace';

const call = (text: string): Call => {
  const [line] = parseStrace(text);
  if (line?.kind !== 'call') throw new Error(`no call in ${text}`);
  return line;
};

describe('a line of strace', () => {
  it('is a call with its result and the file that the result leads to', () => {
    const accept = call('7579  accept4(3<socket:[27]>, {sa_family=AF_INET, sin_port=htons(53922), sin_addr=inet_addr("127.0.0.1")}, [16], SOCK_CLOEXEC) = 4<socket:[28]>');
    expect(accept).toMatchObject({ thread: 7579, name: 'accept4', result: 4, resultFile: 'socket:[28]' });
    expect(firstDescriptor(accept)).toEqual({ descriptor: 3, file: 'socket:[27]' });
  });

  it.each([
    ['5 recvfrom(4<socket:[1]>, 0x7f, 10, 0, NULL, NULL) = -1 EAGAIN (Resource temporarily unavailable)', -1],
    ['5 connect(4<socket:[1]>, {sa_family=AF_INET}, 16) = -1 EINPROGRESS (Operation now in progress)', -115],
    ['5 exit_group(0)   = ?', null],
    ['5 recvfrom(4<socket:[1]>, 0x7f, 10, 0, NULL, NULL) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)', null],
    ['5 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD, child_tidptr=0x7f) = 41', 41],
    ['5 1795230952.100518 close(4<socket:[1]>) = 0', 0],
  ])('%s', (line, result) => {
    expect(call(line).result).toBe(result);
  });

  it('tells how a thread ended', () => {
    expect(parseStrace('5 +++ exited with 3 +++\n6 +++ killed by SIGABRT (core dumped) +++\n')).toEqual([
      { kind: 'end', thread: 5, code: 3, signal: null },
      { kind: 'end', thread: 6, code: null, signal: 'SIGABRT' },
    ]);
  });

  it('that is neither is left out', () => {
    expect(parseStrace('5 --- SIGCHLD {si_signo=SIGCHLD} ---\n\nstrace: something else\n')).toEqual([]);
  });
});

describe('a call in two lines', () => {
  const log = '5 recvfrom(4<socket:[1]>,  <unfinished ...>\n6 close(9</tmp/f>) = 0\n5 <... recvfrom resumed>""..., 1024, 0, NULL, NULL) = 3\n';

  it('is one, where it returned', () => {
    expect(parseStrace(log)).toMatchObject([{ name: 'close' }, { name: 'recvfrom', result: 3, text: '4<socket:[1]>,""..., 1024, 0, NULL, NULL' }]);
  });

  it('that never returns is there without a result', () => {
    expect(parseStrace('5 exit(0 <unfinished ...>\n5 +++ exited with 0 +++\n')).toMatchObject([{ name: 'exit', result: null }, { kind: 'end' }]);
  });
});

const whole = { probed: () => true, known: () => true, endKnown: () => true, spawned: () => false };
const run = `
1 vfork( <unfinished ...>
10 execve("/usr/bin/python3", ["python3"], 0x7f /* 9 vars */) = 0
1 <... vfork resumed>) = 10
1 close(3<socket:[1]>) = 0
10 accept4(3<socket:[100]>, {sa_family=AF_INET, sin_port=htons(4711), sin_addr=inet_addr("127.0.0.1")}, [16], 0) = 4<socket:[101]>
11 set_robust_list(0x7f, 24) = 0
10 clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0} => {parent_tid=[11]}, 88) = 11
11 recvfrom(4<socket:[101]>, ""..., 1024, 0, NULL, NULL) = 7
12 sendto(4<socket:[101]>, ""..., 5, 0, NULL, 0) = 5
12 close(4<socket:[101]>) = 0
10 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD) = 12
11 exit(0) = ?
11 +++ exited with 0 +++
12 +++ killed by SIGKILL +++
10 read(5</tmp/file>, ""..., 10) = 10
10 exit_group(2) = ?
10 +++ exited with 2 +++
1 +++ exited with 2 +++
`;

describe("the kernel's account", () => {
  it('has everything below the supervisor and nothing of it', () => {
    expect(kernelAccount(parseStrace(run), whole)).toEqual({
      births: ['10 of nobody', '12 of 10'],
      execs: ['10 execs'],
      ends: ['10 exits 2', '12 dies of SIGKILL'],
      threads: ['11 of 10'],
      threadEnds: ['11 of 10'],
      accepts: ['10 accepts 127.0.0.1:4711'],
      connects: [],
      closes: ['12 closes 4'],
      bytes: ['server 127.0.0.1:4711: 7 in, 5 out'],
    });
  });

  it('has birth and end only of processes without a probe', () => {
    expect(kernelAccount(parseStrace(run), { probed: () => false, known: () => true, endKnown: (pid) => pid === 10, spawned: () => false })).toEqual({
      ...emptyAccount(),
      births: ['10 of nobody', '12 of 10'],
      ends: ['10 exits 2', '12 ends, it is not known how'],
    });
  });

  it('is held against another, both ways', () => {
    const kernel = kernelAccount(parseStrace(run), whole);
    const recording = { ...kernel, closes: [], births: [...kernel.births, '13 of 10'] };
    expect(disagreements(kernel, recording)).toEqual(['births: invented: 13 of 10', 'closes: missing: 12 closes 4']);
    expect(disagreements(kernel, kernel)).toEqual([]);
  });
});
