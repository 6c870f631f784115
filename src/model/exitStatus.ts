/** How a process ended, from the status word that wait(2) gives. */
import type { ExitStatus } from '../protocol/report';

/** Linux numbers, x86 and arm. */
const signals = [
  '', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGKILL', 'SIGUSR1', 'SIGSEGV', 'SIGUSR2',
  'SIGPIPE', 'SIGALRM', 'SIGTERM', 'SIGSTKFLT', 'SIGCHLD', 'SIGCONT', 'SIGSTOP', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU', 'SIGURG', 'SIGXCPU',
  'SIGXFSZ', 'SIGVTALRM', 'SIGPROF', 'SIGWINCH', 'SIGIO', 'SIGPWR', 'SIGSYS',
] as const;

/** `SIGTERM` for 15; real-time signals as `SIGRTMIN+n`. */
export function signalName(signal: number): string {
  const name = signals[signal];
  if (name !== undefined && name !== '') return name;
  return signal >= 34 && signal <= 64 ? `SIGRTMIN+${String(signal - 34)}` : `SIG${String(signal)}`;
}

/** Whether a wait status says that the process ended: a stopped or continued one lives on. */
export function isEnd(waitStatus: number): boolean {
  return waitStatus >= 0 && (waitStatus & 0xff) !== 0x7f && waitStatus !== 0xffff;
}

/** Null where the status is unknown (-1) or is no end. */
export function exitOf(waitStatus: number): ExitStatus | null {
  if (!isEnd(waitStatus)) return null;
  const signal = waitStatus & 0x7f;
  if (signal !== 0) return { code: null, signal: signalName(signal) };
  return { code: (waitStatus >> 8) & 0xff, signal: null };
}
