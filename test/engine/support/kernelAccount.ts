/**
 * The kernel's account of a run: what strace saw of everything below the supervisor.
 *
 * Left out, by three rules: the supervisor itself and its threads; descriptors that are not sockets (the probe opens files
 * and never a socket); and what a child does in its parent's memory before exec (vfork, posix_spawn), which is no program yet.
 */
import { emptyAccount, ending, sorted, unknownEnding, type Account } from './account';
import { firstDescriptor, type Call, type Line } from './strace';

/** What strace has to be told for this account. -s: also of an array, and a pair has two descriptors. */
export const straceOptions = [
  '-f', '-q', '-y', '-s', '2', '--seccomp-bpf', '-e',
  `trace=${[
    'clone', 'clone3', 'fork', 'vfork', 'execve', 'execveat', 'exit', 'exit_group', 'socket', 'socketpair', 'accept', 'accept4', 'connect', 'close',
    'read', 'readv', 'recvfrom', 'recvmsg', 'write', 'writev', 'sendto', 'sendmsg', 'sendfile',
  ].join(',')}`,
];

const births = ['clone', 'clone3', 'fork', 'vfork'];
const receives = ['read', 'readv', 'recvfrom', 'recvmsg'];
const sends = ['write', 'writev', 'sendto', 'sendmsg', 'sendfile'];

interface Birth {
  readonly by: number;
  readonly isThread: boolean;
  readonly sharesMemory: boolean;
}

interface Connection {
  /** pair: an end of a socketpair. */
  readonly role: 'server' | 'client' | 'pair';
  readonly other: string;
  in: number;
  out: number;
}

/** What may be asked of the recording about a process. */
export interface Expected {
  /** It has a probe: of the others only birth and end are compared. */
  probed(pid: number): boolean;
  /** The recording has it. A child of a process without a probe may live and die between two looks of the observer. */
  known(pid: number): boolean;
  /** How it ended has to be known. */
  endKnown(pid: number): boolean;
  /** Its parent had it made to run a program: until then it runs no Python, also where it is a plain fork (subprocess before 3.10). */
  spawned(pid: number): boolean;
}

export function kernelAccount(lines: readonly Line[], { probed, known, endKnown, spawned }: Expected): Account {
  const account = emptyAccount();
  const born = birthsIn(lines);
  const supervisor = eldest(lines[0]?.thread ?? 0, born);
  const processOf = (thread: number): number => {
    const birth = born.get(thread);
    return birth?.isThread === true ? processOf(birth.by) : thread;
  };
  for (const [id, { by, isThread }] of born) {
    const parent = processOf(by);
    if (isThread) {
      if (parent !== supervisor && probed(parent)) account.threads.push(`${id} of ${parent}`);
    } else if (known(id) || parent === supervisor || probed(parent)) {
      account.births.push(`${id} of ${parent === supervisor ? 'nobody' : parent}`);
    }
  }
  const sockets = new Sockets(account);
  const borrowing = new Set([...born].filter(([id, { isThread, sharesMemory }]) => !isThread && (sharesMemory || spawned(id))).map(([id]) => id));
  const endedAlone = new Set<number>();
  for (const line of lines) {
    const pid = processOf(line.thread);
    if (pid === supervisor) continue;
    if (line.kind === 'end') {
      const birth = born.get(pid);
      if (!known(pid) && birth !== undefined && !probed(processOf(birth.by))) continue;
      if (line.thread === pid) account.ends.push(`${pid} ${endKnown(pid) ? ending(line) : unknownEnding}`);
    } else if (line.name === 'execve' || line.name === 'execveat') {
      if (line.result !== 0) continue;
      borrowing.delete(pid);
      if (probed(pid)) account.execs.push(`${pid} execs`);
    } else if (line.name === 'exit' && line.thread !== pid) {
      if (probed(pid)) endedAlone.add(line.thread);
    } else if (!borrowing.has(pid)) {
      sockets.take(pid, line, probed(pid));
    }
  }
  account.threadEnds = [...endedAlone].map((thread) => `${thread} of ${processOf(thread)}`);
  sockets.finish();
  return sorted(account);
}

function eldest(thread: number, born: ReadonlyMap<number, Birth>): number {
  const birth = born.get(thread);
  return birth === undefined ? thread : eldest(birth.by, born);
}

/** Thread or process → who made it. A child's lines may come before its parent's call has returned. */
function birthsIn(lines: readonly Line[]): Map<number, Birth> {
  const born = new Map<number, Birth>();
  for (const line of lines) {
    if (line.kind !== 'call' || !births.includes(line.name) || line.result === null || line.result <= 0) continue;
    const shares = line.name === 'vfork' || line.text.includes('CLONE_VM');
    born.set(line.result, { by: line.thread, isThread: line.text.includes('CLONE_THREAD'), sharesMemory: shares });
  }
  return born;
}

/** The connections, by the kernel's number of the socket: whichever process and descriptor lead to it. */
class Sockets {
  private readonly connections = new Map<string, Connection>();
  private readonly datagrams = new Set<string>();

  constructor(private readonly account: Account) {}

  take(pid: number, call: Call, probed: boolean): void {
    const { result } = call;
    const first = firstDescriptor(call);
    if (call.name === 'socket') {
      if (call.resultFile !== null && !call.text.includes('SOCK_STREAM')) this.datagrams.add(call.resultFile);
    } else if (call.name === 'socketpair') {
      if (result !== 0 || !probed || !call.text.includes('SOCK_STREAM')) return;
      for (const [, file = ''] of call.text.matchAll(/\d+<([^>]*)>/g)) this.connections.set(file, { role: 'pair', other: 'unix', in: 0, out: 0 });
    } else if (call.name.startsWith('accept')) {
      if (result === null || result < 0 || call.resultFile === null || !probed) return;
      const other = addressIn(call.text);
      this.account.accepts.push(`${pid} accepts ${other}`);
      this.connections.set(call.resultFile, { role: 'server', other, in: 0, out: 0 });
    } else if (call.name === 'connect') {
      if (first === null || this.datagrams.has(first.file) || (result !== 0 && result !== -115) || !probed) return;
      const other = addressIn(call.text);
      this.account.connects.push(`${pid} connects to ${other}`);
      this.connections.set(first.file, { role: 'client', other, in: 0, out: 0 });
    } else if (first !== null) {
      const connection = this.connections.get(first.file);
      if (connection === undefined || result === null) return;
      if (call.name === 'close') {
        if (probed && connection.role !== 'pair') this.account.closes.push(`${pid} closes ${first.descriptor}`);
      } else if (receives.includes(call.name) && !call.text.includes('MSG_PEEK')) {
        connection.in += Math.max(0, result);
      } else if (sends.includes(call.name)) {
        connection.out += Math.max(0, result);
      }
    }
  }

  finish(): void {
    for (const each of this.connections.values()) {
      if (each.role === 'pair' && each.in + each.out === 0) continue; // Only there to wake somebody: it is none in the report.
      this.account.bytes.push(`${each.role} ${each.other}: ${each.in} in, ${each.out} out`);
    }
  }
}

function addressIn(text: string): string {
  const [, port] = /sin6?_port=htons\((\d+)\)/.exec(text) ?? [];
  if (port === undefined) return 'unix';
  const [, four] = /inet_addr\("([^"]*)"\)/.exec(text) ?? [];
  const [, six] = /inet_pton\(AF_INET6, "([^"]*)"/.exec(text) ?? [];
  return four === undefined ? `[${six ?? 'unknown'}]:${port}` : `${four}:${port}`;
}
