/**
 * From what one debug session says to marks: who stopped when, and until when.
 *
 *     adapter ─ stopped, continued, thread, threads, stackTrace, exited … ─► StopMachine ─► marks (protocol/marks.ts)
 *     editor  ─ continue, next, stepIn, restart … ──────────────────────────┘
 *
 * Adapters agree little about a stop's end: `continued` may name another thread than the one that stopped, may come without any stop, or
 * not at all; the answer to `continue` may come behind the next `stopped`. So a stop ends with the first of: continued, the answer to a
 * request that was made while it lasted, the next stop, its thread's exit, its session's end. And only a stop that is open can end.
 *
 * A stop is told at once, when its thread and line are most often unknown, and told again with the same `at` when they have become known.
 */
import type { ContinueMark, Mark, SessionNumber, StopMark, ThreadMark } from '../../protocol/marks';
import { fields, list, readMessage, text, whole, type AdapterMessage } from './adapterMessages';
import { BreakpointLines } from './breakpointLines';

export interface MachineSession {
  readonly number: SessionNumber;
  readonly parent: SessionNumber | null;
  readonly type: string;
  readonly name: string;
  /** Where it is known before the adapter says it. */
  readonly process: number | null;
}

/** The kernel's id of a thread that the debugger names so; null where it can't be told. */
export type NativeThread = (process: number, debugThread: number, name: string) => number | null;

interface OpenStop {
  mark: StopMark;
  /** Grows with each stop of the session. */
  readonly turn: number;
}

/** Requests that let a program run on. */
const resuming: ReadonlySet<string> = new Set(['continue', 'next', 'stepIn', 'stepOut', 'stepBack', 'reverseContinue', 'goto', 'restartFrame']);
/** Requests whose arguments their answers need. */
const remembered: ReadonlySet<string> = new Set([...resuming, 'stackTrace', 'setBreakpoints']);

export class StopMachine {
  private open: OpenStop[] = [];
  private turn = 0;
  private readonly names = new Map<number, string>();
  private readonly natives = new Map<number, number>();
  private readonly requests = new Map<number, { body: AdapterMessage['body']; turn: number }>();
  private readonly breakpoints = new BreakpointLines();
  private pid: number | null;
  private over = false;

  constructor(
    private readonly session: MachineSession,
    private readonly nativeOf: NativeThread = () => null,
  ) {
    this.pid = session.process;
  }

  get process(): number | null {
    return this.pid;
  }

  /** Stops that last. */
  get stops(): readonly StopMark[] {
    return this.open.map(({ mark }) => mark);
  }

  nameOf(debugThread: number): string | null {
    return this.names.get(debugThread) ?? null;
  }

  /** The kernel's id of a thread, as far as it is known. */
  threadOf(debugThread: number): number | null {
    return this.natives.get(debugThread) ?? null;
  }

  /** The debugger's number for a thread of this session; null where it isn't known. */
  debugThreadOf(thread: number): number | null {
    for (const [debugThread, native] of this.natives) if (native === thread) return debugThread;
    return null;
  }

  /** @param at as in marks.ts. @param again the same session begins anew. */
  begin(at: string, again: boolean): Mark[] {
    return [this.about(at, again ? 'restarted' : 'started'), ...(this.pid === null ? [] : [this.about(at, 'process')])];
  }

  /** It has become known in another way than by the adapter. */
  setProcess(process: number, at: string): Mark[] {
    if (process === this.pid) return [];
    this.pid = process;
    return [this.about(at, 'process'), ...this.look(at)];
  }

  /** The session is over. */
  end(at: string): Mark[] {
    if (this.over) return [];
    this.over = true;
    return [...this.finish(at, 'ended', () => true, null), this.about(at, 'ended')];
  }

  /** The editor asks the adapter for something. */
  asked(value: unknown): void {
    const message = readMessage(value);
    if (message?.type !== 'request' || message.request === null || !remembered.has(message.name)) return;
    this.requests.set(message.request, { body: message.body, turn: this.turn });
  }

  /** The adapter says something. */
  take(value: unknown, at: string): Mark[] {
    const message = readMessage(value);
    if (message === null || this.over) return [];
    if (message.type === 'event') return this.event(message, at);
    if (message.type === 'response') return this.response(message, at);
    return [];
  }

  /** A thread's native id has become known from elsewhere: from the thread itself. */
  learn(debugThread: number, thread: number, at: string): Mark[] {
    if (this.natives.get(debugThread) === thread) return [];
    this.natives.set(debugThread, thread);
    return [this.thread(at, debugThread, 'named'), ...this.betterStops()];
  }

  /** Names that could not be told apart before may be unique now. */
  look(at: string): Mark[] {
    const marks: Mark[] = [];
    for (const debugThread of this.names.keys()) if (this.resolve(debugThread)) marks.push(this.thread(at, debugThread, 'named'));
    return marks.length === 0 ? [] : [...marks, ...this.betterStops()];
  }

  private event({ name, body }: AdapterMessage, at: string): Mark[] {
    const debugThread = whole(body.threadId);
    switch (name) {
      case 'process': {
        const process = whole(body.systemProcessId);
        return process === null ? [] : this.setProcess(process, at);
      }
      case 'stopped':
        return this.stopped(body, debugThread, at);
      case 'continued':
        return this.finish(at, 'continued', body.allThreadsContinued === false ? (stop) => concerns(stop, debugThread) : () => true, debugThread);
      case 'thread': {
        if (debugThread === null) return [];
        if (body.reason === 'started') return [this.thread(at, debugThread, 'started')];
        if (body.reason !== 'exited') return [];
        const marks = [...this.finish(at, 'exited', (stop) => stop.debugThread === debugThread, debugThread), this.thread(at, debugThread, 'exited')];
        // Another thread may get the number, and the name.
        this.names.delete(debugThread);
        this.natives.delete(debugThread);
        return marks;
      }
      case 'breakpoint':
        return this.breakpoints.changed(body).map((change) => ({ kind: 'breakpoint', at, session: this.session.number, ...change }));
      case 'exited': {
        const ended: Mark[] = this.finish(at, 'ended', () => true, null);
        const code = whole(body.exitCode);
        return code === null ? ended : [...ended, { kind: 'exit', at, session: this.session.number, process: this.pid, code }];
      }
      case 'terminated':
        return this.finish(at, 'ended', () => true, null);
      default:
        return [];
    }
  }

  private response({ name, body, request, failed }: AdapterMessage, at: string): Mark[] {
    const asked = request === null ? undefined : this.requests.get(request);
    if (request !== null) this.requests.delete(request);
    if (failed) return [];
    if (name === 'threads') return this.named(list(body.threads), at);
    if (asked === undefined) return [];
    if (name === 'setBreakpoints') return this.breakpoints.answered(asked.body, body).map((change) => ({ kind: 'breakpoint', at, session: this.session.number, ...change }));
    const debugThread = whole(asked.body.threadId);
    if (name === 'stackTrace') return this.placed(debugThread, asked, body);
    if (!resuming.has(name)) return [];
    const one = asked.body.singleThread === true || body.allThreadsContinued === false;
    return this.finish(at, 'response', (stop, turn) => turn <= asked.turn && (!one || concerns(stop, debugThread)), debugThread);
  }

  private stopped(body: AdapterMessage['body'], debugThread: number | null, at: string): Mark[] {
    // Where nobody is named, all that is known is that the program stands.
    const all = body.allThreadsStopped === true || (debugThread === null && body.allThreadsStopped !== false);
    const ended = this.finish(at, 'stoppedAgain', all ? () => true : (stop) => stop.all || concerns(stop, debugThread), debugThread);
    const mark: StopMark = {
      kind: 'stop',
      at,
      session: this.session.number,
      process: this.pid,
      thread: debugThread === null ? null : this.threadOf(debugThread),
      debugThread,
      reason: text(body.reason) ?? 'unknown',
      file: null,
      line: null,
      all,
    };
    this.open.push({ mark, turn: ++this.turn });
    return [...ended, mark];
  }

  private named(threads: readonly unknown[], at: string): Mark[] {
    const marks: Mark[] = [];
    for (const each of threads) {
      const { id, name } = fields(each);
      const debugThread = whole(id);
      const called = text(name);
      if (debugThread === null || called === null) continue;
      const isNew = this.names.get(debugThread) !== called;
      this.names.set(debugThread, called);
      if (this.resolve(debugThread) || isNew) marks.push(this.thread(at, debugThread, 'named'));
    }
    return [...marks, ...this.betterStops()];
  }

  private resolve(debugThread: number): boolean {
    const name = this.names.get(debugThread);
    if (this.pid === null || name === undefined || this.natives.has(debugThread)) return false;
    const native = this.nativeOf(this.pid, debugThread, name);
    if (native !== null) this.natives.set(debugThread, native);
    return native !== null;
  }

  /** Where it stands: the top frame that the editor has asked for. */
  private placed(debugThread: number | null, asked: { body: AdapterMessage['body']; turn: number }, body: AdapterMessage['body']): Mark[] {
    const first = whole(asked.body.startFrame) ?? 0;
    const frame = fields(list(body.stackFrames)[0]);
    const file = text(fields(frame.source).path);
    const line = whole(frame.line);
    const stop = this.open.find(({ mark }) => mark.debugThread === debugThread);
    // An answer that is later than the next stop tells of the last one's place.
    if (stop === undefined || stop.turn > asked.turn || first !== 0 || file === null || line === null || stop.mark.file !== null) return [];
    stop.mark = { ...stop.mark, file, line };
    return [stop.mark];
  }

  /** Stops whose process or thread has become known are told again. */
  private betterStops(): Mark[] {
    return this.open.flatMap((stop) => {
      const { mark } = stop;
      const thread = mark.thread ?? (mark.debugThread === null ? null : this.threadOf(mark.debugThread));
      if (thread === mark.thread && mark.process === this.pid) return [];
      stop.mark = { ...mark, thread, process: this.pid };
      return [stop.mark];
    });
  }

  private finish(at: string, how: ContinueMark['how'], ends: (stop: StopMark, turn: number) => boolean, debugThread: number | null): Mark[] {
    const ended = this.open.filter(({ mark, turn }) => ends(mark, turn));
    if (ended.length === 0) return [];
    this.open = this.open.filter((stop) => !ended.includes(stop));
    const all = this.open.length === 0;
    if (all) return [this.continued(at, how, debugThread, true)];
    return ended.map(({ mark }) => this.continued(at, how, mark.debugThread, false));
  }

  private continued(at: string, how: ContinueMark['how'], debugThread: number | null, all: boolean): ContinueMark {
    return { kind: 'continue', at, session: this.session.number, process: this.pid, debugThread, all, how };
  }

  private thread(at: string, debugThread: number, phase: ThreadMark['phase']): ThreadMark {
    return { kind: 'thread', at, session: this.session.number, process: this.pid, debugThread, thread: this.threadOf(debugThread), name: this.nameOf(debugThread), phase };
  }

  private about(at: string, phase: 'started' | 'process' | 'restarted' | 'ended'): Mark {
    const { number, parent, type, name } = this.session;
    return { kind: 'session', at, session: number, parent, phase, type, name, process: this.pid };
  }
}

/** A stop of nobody in particular is everybody's. */
function concerns(stop: StopMark, debugThread: number | null): boolean {
  return stop.debugThread === null || debugThread === null || stop.debugThread === debugThread;
}
