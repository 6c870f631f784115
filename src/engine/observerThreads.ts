/**
 * What the kernel's account says of one thread, from one look to the next.
 *
 * schedstat's three numbers (time on a CPU, time ready for one, turns) stand still while a thread is blocked, and every way
 * into another state leads over a CPU: a thread whose schedstat is as it was has not changed, but for having been woken and
 * not yet run. So that one short read is all that most threads cost; stat and syscall are read of those that moved.
 * They are read after schedstat: what happens between the reads shows as a move at the next look.
 *
 * A thread that does not move is looked at less often: not before a quarter of the looks that it has already stood still
 * for, at most half a second. The counters are sums, so no CPU time is missed by that; when it was used is known less well.
 */
import { kinds, offsets } from '../protocol/layout';
import { threadWaits } from '../protocol/events';
import { gone, keepsNone, ProcFile, type DescriptorBudget } from './observerFiles';
import { futexCall, isIn, type GilRanges } from './observerGil';
import { writeNumber64, type ObserverLog } from './observerLog';
import { emptyStat, parseStat, Scanner, type Stat } from './observerParse';

const running = 82;
const zombie = 90;
const dead = 88;
const letterR = 114;

/** At 20 looks a second, half a second. */
const mostSkipped = 10;

/** Where a thread's process has its GIL; null where that is unknown. */
export interface Interpreter {
  gil(): GilRanges | null;
}

/** What all threads share: one buffer, one log, one account of descriptors. */
export class ThreadReader {
  readonly buffer = Buffer.alloc(4096);
  readonly scanner = new Scanner(this.buffer);
  readonly stat: Stat = emptyStat();

  constructor(
    readonly log: ObserverLog,
    readonly budget: DescriptorBudget,
  ) {}
}

export class WatchedThread {
  private readonly schedstat: ProcFile;
  private readonly statFile: ProcFile;
  private readonly syscall: ProcFile;
  private run = -1;
  private ready = -1;
  private turns = -1;
  private state = 0;
  private call = -1;
  private objectLow = 0;
  private objectHigh = 0;
  private waitsFor: number = threadWaits.nothing;
  /** Clock ticks since boot when it began: with its number its identity. -1 before its first stat. */
  private start = -1;
  /** Its number was given to another: seen where no descriptor was kept, which would have stayed with this one. */
  isReplaced = false;
  /** Looks in a row that found it unmoved. */
  private still = 0;
  private skipped = 0;

  constructor(
    readonly process: number,
    readonly thread: number,
    private readonly reader: ThreadReader,
    private readonly interpreter: Interpreter,
  ) {
    const folder = `/proc/${String(process)}/task/${String(thread)}`;
    this.schedstat = new ProcFile(`${folder}/schedstat`, reader.budget);
    this.statFile = new ProcFile(`${folder}/stat`, reader.budget);
    this.syscall = new ProcFile(`${folder}/syscall`, reader.budget);
  }

  /** Reads stat into the reader's; false where nothing came. A task that is gone says so in `gone`. */
  readStat(): 'read' | 'gone' | 'unknown' {
    const length = this.statFile.read(this.reader.buffer);
    if (length === gone || length === 0) return 'gone';
    if (length < 0 || !parseStat(this.reader.scanner, length, this.reader.stat)) return 'unknown';
    const { state, threads, start } = this.reader.stat;
    if (this.start < 0) this.start = start;
    this.isReplaced = start !== this.start;
    // Between its end and its last trace a task has no more threads.
    return this.isReplaced || state === dead || threads === 0 ? 'gone' : 'read';
  }

  /** Its name, of the stat that was read last. */
  name(): string {
    const { buffer, stat } = this.reader;
    return buffer.toString('utf8', stat.nameBegin, stat.nameEnd);
  }

  /** True where this look may pass it over. */
  rests(): boolean {
    if (this.skipped >= Math.min(mostSkipped, this.still >> 2)) {
      this.skipped = 0;
      return false;
    }
    this.skipped++;
    return true;
  }

  /** Looks: has it moved since the last look, is it gone? A move is to be followed by `sample`. */
  look(): 'moved' | 'still' | 'gone' | 'unknown' {
    const { buffer, scanner } = this.reader;
    const length = this.schedstat.read(buffer);
    if (length <= 0) return length === gone || length === 0 ? 'gone' : 'unknown';
    scanner.start(0, length);
    const run = scanner.decimal();
    const ready = scanner.decimal();
    const turns = scanner.decimal();
    if (run === this.run && ready === this.ready && turns === this.turns) {
      this.still++;
      return 'still';
    }
    this.run = run;
    this.ready = ready;
    this.turns = turns;
    this.still = 0;
    return 'moved';
  }

  /** Reads in which state it is and writes that down with the counters of the last look. 'runs': stat was not needed for that. */
  sample(): 'read' | 'runs' | 'gone' | 'unknown' {
    const runs = !this.readCall();
    const read = runs ? 'runs' : this.readStat();
    if (read !== 'read' && !runs) return read;
    this.state = runs ? running : this.reader.stat.state;
    if (this.state === running || this.state === zombie) this.inNoCall();
    this.write();
    return read;
  }

  close(): void {
    this.schedstat.close();
    this.statFile.close();
    this.syscall.close();
  }

  /** False where the kernel says that it runs: then stat need not be read. */
  private readCall(): boolean {
    const { buffer, scanner } = this.reader;
    const length = this.syscall.read(buffer);
    this.inNoCall();
    if (length <= 0) return true;
    if (buffer[0] === letterR) return false;
    const call = scanner.start(0, length).decimal();
    if (call < 0) return true; // Blocked outside a call, by a page fault.
    this.call = call;
    scanner.hexadecimal();
    this.objectLow = scanner.low;
    this.objectHigh = scanner.high;
    this.waitsFor = threadWaits.other;
    if (call === futexCall) {
      const ranges = this.interpreter.gil();
      // Without the mappings it may be either.
      if (ranges === null) this.waitsFor = threadWaits.nothing;
      else if (isIn(ranges, this.objectHigh * 2 ** 32 + this.objectLow)) this.waitsFor = threadWaits.gil;
    }
    return true;
  }

  private inNoCall(): void {
    this.call = -1;
    this.objectLow = 0;
    this.objectHigh = 0;
    this.waitsFor = threadWaits.nothing;
  }

  private write(): void {
    const { log } = this.reader;
    const at = log.begin();
    if (at < 0) return;
    const view = log.buffer;
    const place = offsets.threadSample;
    writeNumber64(view, at + place.run, this.run);
    writeNumber64(view, at + place.ready, this.ready);
    view.writeUInt32LE(this.objectLow, at + place.object);
    view.writeUInt32LE(this.objectHigh, at + place.object + 4);
    view.writeUInt32LE(this.process, at + place.process);
    view.writeUInt32LE(this.thread, at + place.thread);
    view.writeInt32LE(this.call, at + place.call);
    view.writeUInt16LE(this.state, at + place.state);
    view.writeUInt16LE(this.waitsFor, at + place.waitsFor);
    log.commit(kinds.threadSample);
  }
}

/** True where this kernel keeps the accounts: without them a thread would seem to never run. */
export function hasAccounts(): boolean {
  const buffer = Buffer.alloc(64);
  const file = new ProcFile('/proc/self/schedstat', keepsNone);
  const length = file.read(buffer);
  if (length <= 0) return false;
  return new Scanner(buffer).start(0, length).decimal() > 0;
}
