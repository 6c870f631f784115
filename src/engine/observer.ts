/**
 * The kernel observer: what /proc shows of a run's processes, written into the log beside what the probes write.
 *
 * It sees what no probe can report: programs without a probe, ends by SIGKILL, zombies and how long they stay, orphans.
 * It looks every 50 ms (less often where that costs more than 2 % of a core) and claims only what it saw: a process that
 * lived between two looks is not in its records.
 *
 * Found are: the root; a new process whose parent is known; a new process that carries the run's token. A process's
 * `stat` file is kept open: reading it again is four times cheaper than opening it, and the open file stays bound to
 * that very process, so its pid may be given to another one meanwhile.
 */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { tokenVariable } from '../protocol/files';
import { kinds, offsets } from '../protocol/layout';
import { ObserverLog } from './observerLog';

const shortestMs = 50;
const longestMs = 1000;
const costShare = 0.02;
/** A fresh process may be between fork and exec: its command is looked at again in so many looks. */
const commandLooks = 4;

interface Seen {
  readonly pid: number;
  readonly start: string;
  readonly stat: number;
  parent: number;
  command: string;
  commandLooks: number;
  /** The wait status seen while it was a zombie, null before. */
  zombie: number | null;
}

interface Stat {
  state: string;
  parent: number;
  start: string;
  /** The wait status of a zombie. */
  exitCode: number;
}

export class Observer {
  private readonly log: ObserverLog;
  private readonly seen = new Map<number, Seen>();
  /** Pids of the last look's processes that are not of the run. */
  private strangers: ReadonlySet<string>;
  private readonly token: Buffer;
  private readonly buffer = Buffer.alloc(4096);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private root = 0;
  private cost = 0;

  /**
   * Starts looking.
   * @param folder the run's folder, as its processes carry it.
   * @param startedNs CLOCK_MONOTONIC when the recording began.
   */
  constructor(folder: string, startedNs: bigint) {
    this.log = new ObserverLog(folder, startedNs);
    this.token = Buffer.from(`${tokenVariable}=${folder}\0`);
    this.strangers = new Set(processNames());
    this.schedule();
  }

  /** The supervisor has started the root. */
  rootStarted(pid: number, command: readonly string[]): void {
    this.root = pid;
    const text = this.log.text(command.join('\0'));
    this.log.add(kinds.rootStarted, (view, at) => {
      view.writeUInt32LE(pid, at + offsets.rootStarted.process);
      view.writeUInt32LE(text, at + offsets.rootStarted.command);
    });
    this.log.flush();
    const seen = this.open(pid, command.join('\0'));
    if (seen !== null) this.seen.set(pid, seen);
  }

  /** The supervisor has reaped the root. @param status a wait status. */
  rootEnded(pid: number, status: number): void {
    this.log.add(kinds.rootEnded, (view, at) => {
      view.writeUInt32LE(pid, at + offsets.rootEnded.process);
      view.writeInt32LE(status, at + offsets.rootEnded.status);
    });
    const seen = this.seen.get(pid);
    if (seen !== undefined) this.forget(seen);
    this.log.flush();
  }

  /** The processes that it has seen and that live. */
  alive(): { pid: number; start: string }[] {
    return [...this.seen.values()].filter(({ zombie }) => zombie === null).map(({ pid, start }) => ({ pid, start }));
  }

  /** Looks a last time and closes everything. */
  stop(): void {
    clearTimeout(this.timer);
    this.look();
    for (const { stat } of this.seen.values()) closeSync(stat);
    this.seen.clear();
    this.log.close();
  }

  private schedule(): void {
    const interval = Math.min(longestMs, Math.max(shortestMs, this.cost / costShare));
    this.timer = setTimeout(() => {
      const began = performance.now();
      this.look();
      this.cost = 0.8 * this.cost + 0.2 * (performance.now() - began);
      this.schedule();
    }, interval);
  }

  private look(): void {
    for (const seen of [...this.seen.values()]) this.lookAt(seen);
    this.findNew();
    this.log.flush();
  }

  private lookAt(seen: Seen): void {
    const stat = this.read(seen.stat);
    if (stat === null) {
      // The root's end is the supervisor's to tell: it knows the status.
      if (seen.pid !== this.root) this.tellStatus(kinds.processGone, offsets.processGone, seen.pid, seen.zombie ?? -1);
      this.forget(seen);
      return;
    }
    if (stat.parent !== seen.parent) {
      seen.parent = stat.parent;
      this.log.add(kinds.reparented, (view, at) => {
        view.writeUInt32LE(seen.pid, at + offsets.reparented.process);
        view.writeUInt32LE(stat.parent, at + offsets.reparented.parent);
      });
    }
    if (stat.state === 'Z' && seen.zombie === null) {
      seen.zombie = stat.exitCode;
      if (seen.pid !== this.root) this.tellStatus(kinds.zombieSeen, offsets.zombieSeen, seen.pid, stat.exitCode);
    } else if (seen.commandLooks < commandLooks && stat.state !== 'Z') {
      seen.commandLooks++;
      const command = commandOf(seen.pid);
      if (command !== '' && command !== seen.command && seen.pid !== this.root) {
        seen.command = command;
        this.tellSeen(seen);
      }
    }
  }

  private findNew(): void {
    const strangers = new Set<string>();
    for (const name of processNames()) {
      const pid = Number(name);
      if (this.seen.has(pid)) continue;
      // In the order of pids a parent comes before its children, but for a wrap: then a child is found by its token.
      const seen = this.strangers.has(name) || pid === process.pid ? null : this.open(pid, null);
      if (seen !== null && this.belongs(seen)) {
        this.seen.set(pid, seen);
        this.tellSeen(seen);
      } else {
        if (seen !== null) closeSync(seen.stat);
        strangers.add(name);
      }
    }
    this.strangers = strangers;
  }

  private belongs({ pid, parent }: Seen): boolean {
    if (this.seen.has(parent)) return true;
    try {
      const environment = readFileSync(`/proc/${String(pid)}/environ`);
      const at = environment.indexOf(this.token);
      return at === 0 || (at > 0 && environment[at - 1] === 0);
    } catch {
      return false;
    }
  }

  private tellSeen({ pid, parent, command }: Seen): void {
    const text = command === '' ? 0 : this.log.text(command);
    this.log.add(kinds.processSeen, (view, at) => {
      view.writeUInt32LE(pid, at + offsets.processSeen.process);
      view.writeUInt32LE(parent, at + offsets.processSeen.parent);
      view.writeUInt32LE(text, at + offsets.processSeen.command);
    });
  }

  private tellStatus(kind: number, at: { process: number; status: number }, pid: number, status: number): void {
    this.log.add(kind, (view, record) => {
      view.writeUInt32LE(pid, record + at.process);
      view.writeInt32LE(status, record + at.status);
    });
  }

  /** Null where the process is gone. @param command what is known of it already. */
  private open(pid: number, command: string | null): Seen | null {
    let stat: number;
    try {
      stat = openSync(`/proc/${String(pid)}/stat`, 'r');
    } catch {
      return null;
    }
    const first = this.read(stat);
    if (first === null) {
      closeSync(stat);
      return null;
    }
    return { pid, start: first.start, stat, parent: first.parent, command: command ?? commandOf(pid), commandLooks: 0, zombie: null };
  }

  /** Null where the process is gone (reaped). */
  private read(descriptor: number): Stat | null {
    let length: number;
    try {
      length = readSync(descriptor, this.buffer, 0, this.buffer.length, 0);
    } catch {
      return null;
    }
    if (length === 0) return null;
    const text = this.buffer.toString('latin1', 0, length);
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const state = fields[0] ?? '';
    return state === 'X' ? null : { state, parent: Number(fields[1]), start: fields[19] ?? '', exitCode: Number(fields[49] ?? -1) };
  }

  private forget(seen: Seen): void {
    closeSync(seen.stat);
    this.seen.delete(seen.pid);
  }
}

function processNames(): string[] {
  return readdirSync('/proc').filter((name) => {
    const first = name.charCodeAt(0);
    return first >= 48 && first <= 57;
  });
}

/** The arguments joined by NUL; '' where there are none (a zombie, a kernel thread). */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').replace(/\0+$/, '');
  } catch {
    return '';
  }
}
