/** The four ways in which a process ends, told apart by its exit and by who signalled it. */
import type { ProcessEnding } from '../protocol/report';
import type { Process } from './process';
import type { Thread } from './thread';

/** Signals that the kernel sends for what the process itself has done; abort() is one. */
const faults: ReadonlySet<string> = new Set(['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV', 'SIGSYS']);

/** The thread that sent the signal which ended the process; null where it ended otherwise, or the sender is unknown. */
export function killerOf(process: Process): Thread | null {
  const signal = process.exit?.signal ?? null;
  return signal === null ? null : (process.signals.get(signal) ?? null);
}

/** Null while it lives, and where its exit is unknown. */
export function endingOf(process: Process): ProcessEnding | null {
  const { exit } = process;
  if (exit === null) return null;
  if (exit.signal === null) return exit.code === 0 ? 'normal' : 'error';
  const killer = killerOf(process);
  return faults.has(exit.signal) && (killer === null || killer.process === process) ? 'fatal' : 'killed';
}

/**
 * Until when the process is, or was, a zombie: its collection, or its parent's end, from where on init collects it at once. Null
 * where it was none, or nobody knows: of a parent that ignores SIGCHLD the kernel collects the children itself, so that no call is
 * known proves none; somebody must have seen the zombie.
 * @param nowNs the present, ns from the recording's base.
 */
export function zombieUntil(process: Process, nowNs: number): number | null {
  const { endNs, reapedNs, zombieNs, parent } = process;
  if (endNs === null || process.orphanedNs !== null) return null;
  if (reapedNs !== null) return zombieNs === null || zombieNs === 0 ? null : reapedNs;
  if (parent === null || !process.zombieSeen) return null;
  if (parent.endNs === null) return Math.max(endNs, nowNs);
  return parent.endNs > endNs ? parent.endNs : null;
}

/** Whether it is a zombie now, as far as anybody knows. */
export function isZombie(process: Process): boolean {
  return process.reapedNs === null && process.parent?.endNs === null && zombieUntil(process, Infinity) !== null;
}
