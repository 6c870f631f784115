/**
 * The Node probe: a thread's part of the log, from its first words to its last. Loaded by preload.cjs into every thread of a traced Node.
 *
 * Never changes a result, prints nothing, keeps no process alive; a fault of its own turns it off and is told in the log.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { getEnvironmentData, isMainThread, setEnvironmentData, threadId } from 'node:worker_threads';
import { exitWays, gaps, recordFlags } from '../../protocol/events';
import { kinds, offsets } from '../../protocol/layout';
import { Children, type Child } from './children';
import { now } from './clock';
import { Guard } from './guard';
import { Log } from './log';
import { Loop } from './loop';
import { Names } from './names';
import { Sites } from './sites';
import { Sockets } from './sockets';
import { Suspended } from './suspended';

/** Threads of a process share a small table: by Node's number of a thread, where it was started and by whom. */
const tableKey = 'forkscope';
const tableRows = 256;
/** Behind them: whether a debugger is there. */
const debuggedWord = 2 * tableRows;

/** Clock ticks of /proc/PID/stat. */
const tickNs = 1e7;

/** @param folder the run's. */
export function start(folder: string): void {
  const recorder = new Recorder(folder);
  recorder.begin();
}

class Recorder {
  readonly log: Log;
  readonly names: Names;
  readonly sites: Sites;
  readonly loop: Loop;
  readonly guard: Guard;
  private readonly sockets: Sockets;
  private readonly children: Children;
  private readonly suspended: Suspended;
  private readonly process = process.pid;
  private readonly thread: number;
  private readonly group: number;
  private table: Int32Array | null = null;
  private over = false;

  constructor(folder: string) {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    this.group = Number(fields[2]);
    this.thread = Number(basename(readlinkSync('/proc/thread-self')));
    // The moment of its start names a process; all its threads know it.
    const birth = Number(fields[19]) * tickNs;
    this.log = new Log(folder, { birth, process: this.process, thread: this.thread, parent: process.ppid });
    this.names = new Names(this.log, threadId);
    this.sites = new Sites(this.names);
    this.guard = new Guard(() => this.log.isOff, (error) => this.fault(error), () => {
      if (this.over) this.log.flush();
    });
    this.loop = new Loop(this.log, (name) => this.names.text(name), (ns) => this.settle(ns), this.guard);
    this.sockets = new Sockets(this);
    this.children = new Children(this);
    this.suspended = new Suspended(this);
  }

  begin(): void {
    if (isMainThread) this.image();
    else this.threadBegin();
    this.sockets.install();
    this.sockets.subscribe('child_process', ({ process: child }: { process?: Child }) => {
      if (child !== undefined) this.children.made(child);
    });
    if (process.version.startsWith('v18.')) this.children.watchPrototype();
    this.sockets.subscribe('udp.socket', () => this.gap('dgram'));
    this.sockets.subscribe('worker_threads', ({ worker }: { worker?: { threadId: number } }) => {
      if (worker !== undefined) this.threadMade(worker.threadId);
    });
    this.hookExit();
    this.hookDebugger();
    this.log.flush();
  }

  private fault(error: unknown): void {
    try {
      const message = this.names.text(String(error instanceof Error ? error.stack : error));
      const at = this.log.begin(now());
      if (at >= 0) {
        this.log.view.setUint32(at + offsets.fault.message, message, true);
        this.log.commit(kinds.fault);
      }
      this.log.flush();
    } catch {
      // The log itself is at fault.
    }
    this.log.turnOff();
  }

  private settle(ns: number): void {
    this.sockets.settle();
    this.children.settle(ns);
  }

  private image(): void {
    const { log } = this;
    const command = this.names.text(commandLine());
    const executable = this.names.text(process.execPath);
    const directory = this.names.text(quietDirectory());
    const at = log.begin(now());
    if (at < 0) return;
    log.view.setUint32(at + offsets.image.parent, process.ppid, true);
    log.view.setUint32(at + offsets.image.command, command, true);
    log.view.setUint32(at + offsets.image.executable, executable, true);
    log.view.setUint32(at + offsets.image.directory, directory, true);
    log.commit(kinds.image);
    const next = log.begin(now());
    if (next < 0) return;
    log.view.setUint32(next + offsets.processGroup.process, this.process, true);
    log.view.setUint32(next + offsets.processGroup.group, this.group, true);
    log.commit(kinds.processGroup);
  }

  /** A worker's first words. Who started it, and where, stands in the table by then: a thread takes longer to start. */
  private threadBegin(): void {
    const { log } = this;
    const shared = getEnvironmentData(tableKey);
    this.table = shared instanceof SharedArrayBuffer ? new Int32Array(shared) : null;
    const row = 2 * (threadId % tableRows);
    const name = this.names.text(`worker ${String(threadId)}`);
    const target = this.names.text(basename(process.argv[1] ?? ''));
    const at = log.begin(now());
    if (at < 0) return;
    log.view.setUint32(at + offsets.threadBegin.name, name, true);
    log.view.setUint32(at + offsets.threadBegin.target, target, true);
    log.view.setUint32(at + offsets.threadBegin.startedBy, this.table?.[row] ?? 0, true);
    log.view.setUint32(at + offsets.threadBegin.site, this.table?.[row + 1] ?? 0, true);
    log.commit(kinds.threadBegin);
  }

  private threadMade(number: number): void {
    this.loop.arrive(null, false);
    const table = this.table;
    if (table === null) return;
    const row = 2 * (number % tableRows);
    table[row + 1] = this.sites.here(true).site;
    table[row] = this.thread;
    this.log.flush();
  }

  private gap(detail: string): void {
    this.loop.arrive(null, false);
    const text = this.names.text(detail);
    const at = this.log.begin(now());
    if (at < 0) return;
    this.log.view.setUint32(at + offsets.gap.detail, text, true);
    this.log.view.setUint16(at + offsets.gap.what, gaps.library, true);
    this.log.commit(kinds.gap);
  }

  /**
   * The end is told when Node is about to tell its listeners. It looks up `process.emit` for that, whatever it ends by; a listener of ours
   * would be counted among the program's.
   */
  private hookExit(): void {
    if (isMainThread) {
      this.table = new Int32Array(new SharedArrayBuffer(4 * (debuggedWord + 1)));
      setEnvironmentData(tableKey, this.table.buffer);
    }
    // eslint-disable-next-line @typescript-eslint/no-this-alias
    const recorder = this;
    let emit: unknown;
    let own = false;
    Object.defineProperty(process, 'emit', {
      configurable: true,
      enumerable: false,
      get(): unknown {
        recorder.leaving();
        return own ? emit : (Object.getPrototypeOf(process) as { emit: unknown }).emit;
      },
      set(value: unknown) {
        emit = value;
        own = true;
      },
    });
  }

  private hookDebugger(): void {
    const isDebugged = this.suspended.listen(this.table?.[debuggedWord] === 1);
    if (isDebugged && this.table !== null) this.table[debuggedWord] = 1;
  }

  private leaving(): void {
    if (this.over || (process as { _exiting?: boolean })._exiting !== true) return;
    this.guard.quietly(() => {
      const ns = this.loop.arrive(null, false);
      this.settle(ns);
      this.loop.end(ns);
      const { site, flags } = this.sites.here(true);
      const at = this.log.begin(ns);
      if (at < 0) return;
      if (isMainThread) {
        log32(this.log, at + offsets.exit.status, Number(process.exitCode ?? 0));
        this.log.view.setUint32(at + offsets.exit.site, site, true);
        this.log.view.setUint16(at + offsets.exit.how, exitWays.atexit, true);
        this.log.commit(kinds.exit, flags);
      } else this.log.commit(kinds.threadEnd, recordFlags.foreign);
      this.over = true;
    });
  }
}

function log32(log: Log, at: number, value: number): void {
  log.view.setInt32(at, value, true);
}

function commandLine(): string {
  try {
    return readFileSync('/proc/self/cmdline', 'utf8').replace(/\0$/, '');
  } catch {
    return [process.argv0, ...process.execArgv, ...process.argv.slice(1)].join('\0');
  }
}

function quietDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return '';
  }
}
