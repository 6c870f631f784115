/**
 * Records a run that a debugger starts. The supervisor's sister without a child of its own: a debug adapter starts the program, with the run's token in
 * its environment (debugEnvironment.ts), and the editor tells what the debugger does, a line at a time (protocol/marks.ts).
 *
 *     folder, lease ─► "ready" ─► lines become records ─► "end", or the lines' end ─► the program's end ─► pack ─► delete folder
 *                                  ├ "cancel" ──────────────────────────────────────────────────────────────────► delete folder
 *                                  ├ a minute without a process or a session ───────────────────────────────────► delete folder
 *                                  └ INT or TERM: stop recording, leave the program running ──────────────► pack ─► delete folder
 *
 * It outlives the window that it was started from: what debugs ends with it, what is debugged need not. It signals nobody, and no line ends it but those that say so.
 */
import type { Readable } from 'node:stream';
import { isMark, parseAttendantLine } from '../protocol/attendantLine';
import type { AttendantLine, ExitMark, Mark, SessionNumber } from '../protocol/marks';
import { Lines } from './lines';
import { hasProbed } from './runFolder';
import { RunKeeping, type KeepingOptions, type Watching } from './runKeeping';

/** The kernel observer, as far as the attendant drives it. */
export interface Attendance extends Watching {
  /** @returns the process's arguments; null where it is none of the run's. */
  rootFound(pid: number): string[] | null;
  /** @param status a wait status. */
  rootExited(pid: number, status: number): void;
  mark(mark: Mark): void;
  /** Whether a process of the run was ever there. */
  readonly hasSeen: boolean;
}

export interface AttendOptions extends KeepingOptions<Attendance> {
  /** The editor's lines. */
  readonly lines: Readable;
  /** The run's folder and its lease are there: the program may start. */
  ready(): void;
  /** How long to wait for a process or a session, ms. */
  readonly patienceMs?: number;
}

/** A debugger may build the program first. */
const usualPatienceMs = 60_000;
const longestLine = 1 << 20;
/** More would fill a pipe that nobody reads, and then we would wait for its reader. */
const mostComplaints = 20;
/** Adapters tell an end by a signal as 256 less its number: above this a code may be either, and it is not known how the program ended. */
const largestCertainCode = 191;

/**
 * Resolves when the run is packed, or nothing is left of it.
 * @throws ForkscopeError before it is ready: recording-folder-unwritable, disk-full.
 */
export async function attend(options: AttendOptions): Promise<void> {
  const run = new RunKeeping(options, []);
  const ending = new Ending();
  run.watch();
  const attendant = new Attendant(run, ending, options);
  try {
    attendant.listen(options.lines);
    options.ready();
    const why = await attendant.over(options.patienceMs ?? usualPatienceMs);
    const allGone = await run.untilGone(ending);
    attendant.close();
    // A program that was seen is worth more than the word that there was none.
    if (attendant.hasSeen) await run.save(allGone);
    else {
      await run.discard();
      if (why === 'nobody') options.say('no program was started: nothing was recorded');
    }
  } finally {
    ending.dispose();
  }
}

/** Signals that end the recording, as those to a supervisor whose root has ended; the terminal's or the window's end is none. */
class Ending {
  readonly stopped: Promise<void>;
  private over = false;
  private readonly listeners: [NodeJS.Signals, () => void][] = [];

  constructor() {
    this.stopped = new Promise((resolve) => {
      const stop = (): void => {
        this.over = true;
        resolve();
      };
      this.listeners.push(['SIGINT', stop], ['SIGTERM', stop], ['SIGHUP', () => undefined]);
    });
    for (const [signal, listener] of this.listeners) process.on(signal, listener);
  }

  isStopped(): boolean {
    return this.over;
  }

  dispose(): void {
    for (const [signal, listener] of this.listeners) process.off(signal, listener);
  }
}

type Why = 'ended' | 'cancelled' | 'nobody' | 'stopped';

class Attendant {
  private readonly sessions = new Set<SessionNumber>();
  /** By session the process that its adapter debugs. */
  private readonly processes = new Map<SessionNumber, number>();
  /** By process the code that its adapter told: before it was told which process is the root, maybe. */
  private readonly codes = new Map<number, number>();
  private complaints = 0;
  private closed = false;
  private sayOver: (why: Why) => void = () => undefined;
  private readonly saidOver = new Promise<Why>((resolve) => (this.sayOver = resolve));

  constructor(
    private readonly run: RunKeeping<Attendance>,
    private readonly ending: Ending,
    private readonly options: AttendOptions,
  ) {}

  get hasSeen(): boolean {
    return this.run.observation?.hasSeen === true || hasProbed(this.options.folder);
  }

  listen(input: Readable): void {
    const lines = new Lines(longestLine, {
      line: (text, number) => this.line(text, number),
      rest: (text, number) => this.line(text, number),
      tooLong: (number) => this.complain(number, 'it is longer than a megabyte'),
    });
    const end = (): void => {
      lines.end();
      this.sayOver('ended');
    };
    input.on('data', (chunk: Buffer) => lines.push(chunk));
    // The editor's end may come as either.
    input.once('end', end);
    input.once('error', end);
  }

  /** Resolves when nothing more of the run will begin. */
  async over(patienceMs: number): Promise<Why> {
    const timer = setInterval(() => {
      if (!this.hasSeen && this.sessions.size === 0) this.sayOver('nobody');
    }, patienceMs);
    const why = await Promise.race([this.saidOver, this.ending.stopped.then((): Why => 'stopped')]);
    clearInterval(timer);
    return why;
  }

  /** What comes from now on is not recorded any more. */
  close(): void {
    this.closed = true;
  }

  private line(text: string, number: number): void {
    if (this.closed || text.trim() === '') return;
    const read = parseAttendantLine(text);
    if ('problem' in read) this.complain(number, read.problem);
    else this.run.quietly(() => this.take(read.said, number));
  }

  private take(said: AttendantLine, number: number): void {
    if (isMark(said)) this.takeMark(said);
    else if (said.kind === 'root') this.takeRoot(said.process, number);
    else this.sayOver(said.kind === 'end' ? 'ended' : 'cancelled');
  }

  private takeMark(mark: Mark): void {
    this.run.observation?.mark(mark);
    if (mark.kind === 'session') {
      if (mark.phase === 'ended') this.sessions.delete(mark.session);
      else this.sessions.add(mark.session);
      if (mark.process !== null) this.processes.set(mark.session, mark.process);
    }
    if (mark.kind === 'exit') this.takeExit(mark);
  }

  private takeRoot(pid: number, number: number): void {
    const { manifest } = this.run;
    if (manifest.root?.pid === pid) return;
    const command = this.run.observation?.rootFound(pid) ?? null;
    if (command === null) {
      this.complain(number, `process ${String(pid)} is none of the run's`);
      return;
    }
    // A session that was restarted has another root; how the one before ended is not how the run ends.
    this.run.tell({ root: { pid }, exit: null, ...(command.length > 0 ? { command } : {}) });
    this.rootExited();
  }

  private takeExit(mark: ExitMark): void {
    const process = mark.process ?? this.processes.get(mark.session);
    if (process === undefined || mark.code > largestCertainCode) return;
    this.codes.set(process, mark.code);
    this.rootExited();
  }

  private rootExited(): void {
    const pid = this.run.manifest.root?.pid;
    const code = pid === undefined ? undefined : this.codes.get(pid);
    if (pid === undefined || code === undefined || this.run.manifest.exit !== null) return;
    this.run.tell({ exit: { code, signal: null } });
    this.run.observation?.rootExited(pid, code << 8);
  }

  private complain(number: number, why: string): void {
    if (++this.complaints > mostComplaints) return;
    this.options.say(`line ${String(number)} of what the editor says is passed over: ${why}${this.complaints === mostComplaints ? '; of others like it no more is said' : ''}`);
  }
}
