/**
 * One run that is debugged: its sessions, which are a tree, and what the attendant is told of them.
 *
 *     root session ── child sessions (processes, by debugpy; processes and workers, by js-debug)     all of them: one run
 *
 * The run lasts as long as its root session, which may begin again with the same environment and so in the same run. debugpy's does so by
 * a disconnect that says so, and the editor then has a session that has ended and comes back.
 */
import type { AttendantLine, Mark, SessionNumber } from '../../protocol/marks';
import { readMessage } from './adapterMessages';
import { StopMachine, type NativeThread } from './stopMachine';
import { processInName } from './threads';

/** A session as the editor has it. */
export interface SessionFacts {
  readonly id: string;
  readonly parent: string | null;
  readonly type: string;
  readonly name: string;
  /** Where its configuration says it: debugpy's for a child. */
  readonly process: number | null;
  readonly noDebug: boolean;
}

export interface SessionEntry {
  readonly number: SessionNumber;
  readonly facts: SessionFacts;
  machine: StopMachine;
  live: boolean;
  /** It has ended and will begin again. */
  restarting: boolean;
  /** The person ended it, not the program itself. */
  stoppedByHand: boolean;
  /** Its adapter said that the program is over. */
  terminated: boolean;
}

export interface DebugRunContext {
  tell(line: AttendantLine): void;
  /** CLOCK_MONOTONIC nanoseconds, as marks have them. */
  now(): string;
  nativeThread(type: string, sessionName: string): NativeThread;
  /** Every session is over, and none will come. */
  onEnd(stoppedByHand: boolean): void;
  /** Calls back after so many ms. */
  after(ms: number, work: () => void): void;
}

/** A session that begins again has another 300 ms in the editor, and an adapter to start. */
const restartMs = 20_000;
/** Child sessions end with their root; one whose end is never told does not keep the run. */
const childrenMs = 3000;

export class DebugRun {
  private readonly entries = new Map<string, SessionEntry>();
  private root: SessionEntry | null = null;
  private rootTold = false;
  private over = false;

  constructor(private readonly context: DebugRunContext) {}

  get sessions(): readonly SessionEntry[] {
    return [...this.entries.values()];
  }

  get rootSession(): SessionEntry | null {
    return this.root;
  }

  get isOver(): boolean {
    return this.over;
  }

  session(id: string): SessionEntry | undefined {
    return this.entries.get(id);
  }

  /** The living session of a process. */
  ofProcess(process: number): SessionEntry | undefined {
    return this.sessions.find((entry) => entry.live && entry.machine.process === process && !isWorker(entry.facts));
  }

  /** A session's adapter begins: of a new session, or of one that begins again. */
  begin(facts: SessionFacts): SessionEntry {
    const known = this.entries.get(facts.id);
    const parent = facts.parent === null ? undefined : this.entries.get(facts.parent);
    const number = known?.number ?? this.entries.size + 1;
    const process = facts.process ?? processInName(facts.type, facts.name) ?? (isWorker(facts) ? (parent?.machine.process ?? null) : null);
    const session = { number, parent: parent?.number ?? null, type: facts.type, name: facts.name, process };
    const machine = new StopMachine(session, this.context.nativeThread(facts.type, facts.name));
    const entry: SessionEntry = known ?? { number, facts, machine, live: true, restarting: false, stoppedByHand: false, terminated: false };
    Object.assign(entry, { machine, live: true, restarting: false, stoppedByHand: false, terminated: false });
    this.entries.set(facts.id, entry);
    this.root ??= entry;
    if (known !== undefined && entry === this.root) this.rootTold = false;
    this.tell(entry, machine.begin(this.context.now(), known !== undefined));
    return entry;
  }

  /** The editor asks a session's adapter for something. */
  asked(entry: SessionEntry, value: unknown): void {
    entry.machine.asked(value);
    const message = readMessage(value);
    if (message?.type !== 'request') return;
    const again = message.body.restart === true;
    if (message.name === 'restart') {
      // The session goes on with another program: js-debug's.
      if (entry === this.root) this.rootTold = false;
    } else if (message.name === 'disconnect' || message.name === 'terminate') {
      entry.restarting ||= again;
      entry.stoppedByHand ||= !again && !entry.terminated;
    }
  }

  /** A session's adapter says something. */
  said(entry: SessionEntry, value: unknown): void {
    const message = readMessage(value);
    if (message?.type === 'event' && (message.name === 'terminated' || message.name === 'exited')) entry.terminated = true;
    this.tell(entry, entry.machine.take(value, this.context.now()));
  }

  /** More is known of threads than before. */
  look(): void {
    for (const entry of this.entries.values()) if (entry.live) this.tell(entry, entry.machine.look(this.context.now()));
  }

  /** A thread was asked who it is. */
  learn(entry: SessionEntry, debugThread: number, thread: number): void {
    this.tell(entry, entry.machine.learn(debugThread, thread, this.context.now()));
  }

  /** A session is over, its adapter gone or crashed. Telling it twice changes nothing. */
  end(entry: SessionEntry): void {
    if (!entry.live) return;
    entry.live = false;
    this.tell(entry, entry.machine.end(this.context.now()));
    if (entry.restarting) {
      const { machine } = entry;
      this.context.after(restartMs, () => {
        if (entry.machine !== machine) return;
        entry.restarting = false;
        this.finishIfOver();
      });
    } else this.finishIfOver();
  }

  /** Ends it whatever still lives: another run has taken its place. */
  finish(): void {
    if (this.over) return;
    this.over = true;
    for (const entry of this.entries.values()) {
      if (entry.live) this.tell(entry, entry.machine.end(this.context.now()));
      entry.live = false;
    }
    this.context.tell({ kind: 'end' });
    this.context.onEnd(this.root?.stoppedByHand ?? false);
  }

  private finishIfOver(): void {
    const { root } = this;
    if (this.over || root === null || root.live || root.restarting) return;
    const { machine } = root;
    if (!this.sessions.some(({ live }) => live)) {
      this.finish();
    } else {
      this.context.after(childrenMs, () => root.machine === machine && !root.live && this.finish());
    }
  }

  private tell(entry: SessionEntry, marks: readonly Mark[]): void {
    for (const mark of marks) this.context.tell(mark);
    const process = entry.machine.process;
    if (this.rootTold || process === null || !marks.some((mark) => mark.kind === 'session' && mark.phase === 'process')) return;
    // js-debug's root session has no process of its own: its first child's is the program.
    const isRoot = entry === this.root || (this.root?.machine.process === null && entry.facts.parent === this.root.facts.id);
    if (!isRoot) return;
    this.rootTold = true;
    this.context.tell({ kind: 'root', process });
  }
}

/** A thread of its parent session's process, as js-debug debugs one. */
function isWorker({ type, name, parent }: SessionFacts): boolean {
  return type.endsWith('node') && parent !== null && processInName(type, name) === null;
}
