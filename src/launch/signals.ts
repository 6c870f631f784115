/**
 * Which signals the supervisor hands on to the program.
 *
 * A terminal sends Ctrl-C, Ctrl-\ and window sizes to its whole foreground group, so the program has them already, and a
 * second copy would be a second Ctrl-C. Sent by kill(1) to the supervisor alone they must be handed on. Node does not tell
 * who sent a signal; but only a group in the foreground gets the terminal's:
 *
 *     signal             in the terminal's foreground      else
 *     INT QUIT WINCH     not handed on                     handed on
 *     HUP                handed on, unless the terminal is gone and a shell has told the whole job
 *     TERM USR1 USR2 …   handed on                         handed on
 *     TSTP CONT          left to the kernel: the whole job stops and goes on
 *
 * Node resets ignored signals when it starts, before any script runs, so that a caller's nohup is not seen here:
 * `forkscope record nohup COMMAND` is the way round.
 */
import { readFileSync } from 'node:fs';
import { statFields } from '../base/procStat';

const terminalSignals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGWINCH'];
export const handedOn: readonly NodeJS.Signals[] = [...terminalSignals, 'SIGHUP', 'SIGTERM', 'SIGUSR1', 'SIGUSR2', 'SIGALRM'];

/** Fields 5 to 8 of /proc/PID/stat. */
export interface TerminalPlace {
  readonly group: number;
  readonly session: number;
  /** 0: no terminal. */
  readonly terminal: number;
  /** The terminal's foreground group, -1 without one. */
  readonly foreground: number;
}

export function terminalPlace(pid: number | 'self'): TerminalPlace | null {
  try {
    const fields = statFields(readFileSync(`/proc/${String(pid)}/stat`, 'latin1'));
    const [group = 0, session = 0, terminal = 0, foreground = -1] = fields.slice(2, 6).map(Number);
    return { group, session, terminal, foreground };
  } catch {
    return null;
  }
}

/**
 * @param atStart where the supervisor stood when it began.
 * @param now where it stands.
 * @param program where the program stands; null where it is gone.
 */
export function isHandedOn(signal: NodeJS.Signals, pid: number, atStart: TerminalPlace | null, now: TerminalPlace | null, program: TerminalPlace | null): boolean {
  if (program === null) return false;
  if (terminalSignals.includes(signal)) {
    const both = now !== null && now.terminal !== 0 && now.foreground === now.group && program.group === now.group;
    return !both;
  }
  if (signal === 'SIGHUP') {
    const gone = atStart !== null && atStart.terminal !== 0 && (now === null || now.terminal === 0);
    // The kernel tells only the session's leader that its terminal is gone; a shell tells every process of its jobs.
    return !gone || atStart.session === pid;
  }
  return true;
}
