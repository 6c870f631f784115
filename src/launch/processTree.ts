/**
 * The processes of a run, found and ended.
 *
 * Every process of a run carries the run's folder in its environment (FORKSCOPE_RUN), daemonised grandchildren
 * too; a process that dropped its environment is found as a child of one that is known. A pid is no identity, because the
 * kernel gives it again; pid and start time together are.
 *
 * A tree that forks faster than it is killed is frozen first: SIGSTOP to all, look again, until nobody new appears, and
 * only then SIGKILL.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { statFields } from '../base/procStat';
import { carries, tokenOf } from '../engine/observerMembers';

export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, as the kernel writes them. */
  readonly start: string;
}

export interface ProcessStat extends ProcessIdentity {
  readonly parent: number;
  /** One letter: R, S, D, T, Z… */
  readonly state: string;
}

/** Null where there is no such process. */
export function readStat(pid: number): ProcessStat | null {
  try {
    return parseStat(pid, readFileSync(`/proc/${String(pid)}/stat`, 'latin1'));
  } catch {
    return null;
  }
}

/** The text of /proc/PID/stat; the name in brackets may hold anything. */
export function parseStat(pid: number, text: string): ProcessStat | null {
  const fields = statFields(text);
  const [state, parent] = fields;
  const start = fields[19];
  if (state === undefined || parent === undefined || start === undefined) return null;
  return { pid, start, parent: Number(parent), state };
}

/** Pid and start time of this process. */
export function ownIdentity(): ProcessIdentity {
  const stat = readStat(process.pid);
  return { pid: process.pid, start: stat?.start ?? '0' };
}

/** True where that very process is there and not a zombie. */
export function isAlive(identity: ProcessIdentity): boolean {
  const stat = readStat(identity.pid);
  return stat !== null && stat.start === identity.start && stat.state !== 'Z' && stat.state !== 'X';
}

/**
 * The living processes of a run: those that carry its token, those of `known` that still live, and the descendants of
 * either. Never this process.
 */
export function runProcesses(folder: string, known: readonly ProcessIdentity[] = []): ProcessStat[] {
  const token = tokenOf(folder);
  const all = new Map<number, ProcessStat>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const stat = readStat(pid);
    if (stat !== null && stat.state !== 'Z' && stat.state !== 'X') all.set(pid, stat);
  }
  const members = new Map<number, ProcessStat>();
  for (const stat of all.values()) if (carries(stat.pid, token)) members.set(stat.pid, stat);
  for (const { pid, start } of known) {
    const stat = all.get(pid);
    if (stat?.start === start) members.set(pid, stat);
  }
  for (let grown = members.size > 0; grown; ) {
    grown = false;
    for (const stat of all.values()) {
      if (members.has(stat.pid) || !members.has(stat.parent)) continue;
      members.set(stat.pid, stat);
      grown = true;
    }
  }
  return [...members.values()];
}

const pollMs = 20;
const killMs = 5000;
/** A tree counts as frozen when so long nobody new has appeared. */
const quietMs = 30;
/** And after this many looks: on a busy machine the time alone may pass within one. */
const quietLooks = 25;
/** A tree that outruns us so long is killed as far as it was caught, and hunted again. */
const huntMs = 1000;

/**
 * Ends every process of the run whose folder this is: SIGTERM, then SIGKILL for those that are still there after
 * `graceMs`. Ends nothing else. Resolves with how many had to be killed, when none is left (or after 5 s of killing:
 * a process in an uninterruptible sleep can't be ended by anybody).
 */
export async function stopTree(folder: string, options: { graceMs?: number; known?: readonly ProcessIdentity[] } = {}): Promise<{ killed: number }> {
  const graceUntil = performance.now() + (options.graceMs ?? 3000);
  const asked = new Set<string>();
  let members = runProcesses(folder, options.known);
  while (members.length > 0 && performance.now() < graceUntil) {
    for (const member of members) {
      // Once each, also to those that appear meanwhile; a stopped process takes its SIGTERM when it is continued.
      if (asked.has(keyOf(member))) continue;
      asked.add(keyOf(member));
      send(member, 'SIGTERM');
      if (member.state === 'T') send(member, 'SIGCONT');
    }
    await delay(pollMs);
    members = runProcesses(folder, [...(options.known ?? []), ...members]);
  }
  const killed = new Set<string>();
  const killUntil = performance.now() + killMs;
  // Also where none was found: one that hands on to a child every few milliseconds is easily missed by a slow look.
  for (let caught = freeze(folder, members); caught.length > 0 && performance.now() < killUntil; caught = freeze(folder, caught)) {
    for (const member of caught) {
      killed.add(keyOf(member));
      send(member, 'SIGKILL');
    }
    await delay(pollMs);
  }
  return { killed: killed.size };
}

/**
 * Stops all members and everything that they fork meanwhile, at the moment it is seen. Looks only at pids that are new since
 * the last look, youngest first, so a look takes less than the life of a process that does nothing but fork and exit.
 */
function freeze(folder: string, members: readonly ProcessIdentity[]): ProcessIdentity[] {
  const token = tokenOf(folder);
  const frozen = new Map<number, ProcessIdentity>();
  const stop = (member: ProcessIdentity): void => {
    frozen.set(member.pid, member);
    send(member, 'SIGSTOP');
  };
  for (const member of members) if (isAlive(member)) stop(member);
  let strangers: ReadonlySet<string> = new Set();
  let lastFound = performance.now();
  const until = lastFound + huntMs;
  let looks = 0;
  while ((performance.now() - lastFound < quietMs || looks < quietLooks) && performance.now() < until) {
    looks++;
    const others = new Set<string>();
    for (const name of readdirSync('/proc').reverse()) {
      const pid = Number(name);
      if (!Number.isInteger(pid) || pid === process.pid || frozen.has(pid)) continue;
      const stat = strangers.has(name) ? null : readStat(pid);
      if (stat !== null && stat.state !== 'Z' && stat.state !== 'X' && (frozen.has(stat.parent) || carries(pid, token))) {
        stop(stat);
        lastFound = performance.now();
        looks = 0;
      } else {
        others.add(name);
      }
    }
    strangers = others;
  }
  return [...frozen.values()].filter(isAlive);
}

/** Signals that very process, and not another that was given its pid since. */
function send(member: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(member)) return;
  try {
    process.kill(member.pid, signal);
  } catch {
    // Gone, or not ours to end.
  }
}

function keyOf({ pid, start }: ProcessIdentity): string {
  return `${String(pid)}:${start}`;
}
