/**
 * The event loop: when it sleeps, and what keeps it.
 *
 *     sleeps in its poll │ a callback │ another │ … │ sleeps        a loop whose callback takes long serves nobody meanwhile
 *                        arrive       arrive        rest
 *
 * Nothing in Node tells when a callback begins. What is recorded anyway does (`arrive`), and an immediate of ours that keeps nothing alive runs
 * once in every round, behind the poll (`rest`). How long the loop slept Node counts. So what lies between two moments of which
 * somebody told is known: sleep, or work; and where the poll stood among the work, the loop's own clock tells, which it reads after each poll.
 */
import { recordFlags, pollWays } from '../../protocol/events';
import { kinds, offsets } from '../../protocol/layout';
import { now, slept } from './clock';
import type { Guard } from './guard';
import type { Log } from './log';

/** Shorter ones keep nobody. As in the Python probe. */
const longTurnNs = 10e6;
/** So much work beside a poll is told apart from it. */
const besideNs = 200e3;
const unknownDescriptor = 0xffffffff;
const longestTimerMs = 0x7fffffff;

/** Whom a stretch of work was for. */
export interface Served {
  readonly descriptor: number;
  /** The name of the function that serves it, '' unknown. */
  name(): string;
}

export class Loop {
  private resting = false;
  private restedAt = 0;
  private sleptBefore = 0;
  /** When somebody last told of a moment in this round. */
  private last = now();
  private running = false;
  private beganAt = 0;
  /** Milliseconds of the loop's clock, in ns, behind ours: at most so many. */
  private clockBehind = Infinity;
  private readonly immediately = setImmediate;
  private readonly probe: NodeJS.Timeout & { _idleStart?: number };

  /**
   * @param text the id of a text.
   * @param resting what is to be done before each poll.
   */
  constructor(
    private readonly log: Log,
    private readonly text: (name: string) => number,
    private readonly beforeRest: (ns: number) => void,
    private readonly guard: Guard,
  ) {
    this.probe = setTimeout(() => undefined, longestTimerMs).unref();
    setTimeout(() => this.guard.quietly(() => this.begin()), 1).unref();
  }

  /**
   * Something of the program's is at work now.
   * @param served whom it serves; null where that begins here, or is unknown.
   * @returns the time.
   */
  arrive(served: Served | null, byEvent: boolean): number {
    const ns = now();
    if (this.resting) this.wake(ns, served, byEvent);
    else if (ns - this.last >= longTurnNs) this.turn(this.last, ns, served);
    this.last = ns;
    return ns;
  }

  /** What has just been was neither its sleep nor work of the program's. @returns the time. */
  passOver(): number {
    return (this.last = now());
  }

  /** The loop will not come round any more. */
  end(ns: number): void {
    if (this.resting) this.wake(ns, null, false);
    if (!this.running) return;
    this.running = false;
    const at = this.log.begin(this.beganAt);
    if (at < 0) return;
    this.log.time(at + offsets.loopRun.end, ns);
    this.log.commit(kinds.loopRun, recordFlags.foreign);
  }

  private begin(): void {
    const ns = now();
    this.running = true;
    this.beganAt = ns;
    this.last = ns;
    this.readClock(ns);
    if (this.log.begin(ns) >= 0) this.log.commit(kinds.loopRun, recordFlags.begin | recordFlags.foreign);
    this.rest();
  }

  /** In every round, behind its poll. */
  private rest(): void {
    const ns = this.arrive(null, false);
    this.beforeRest(ns);
    this.sleptBefore = slept();
    this.restedAt = ns;
    this.resting = true;
    const at = this.log.begin(ns);
    if (at >= 0) {
      this.log.view.setUint16(at + offsets.poll.how, pollWays.epoll, true);
      this.log.commitOpen(kinds.poll, recordFlags.foreign);
    }
    this.log.flushSoon();
    if (!this.log.isOff) this.immediately(this.comeRound).unref();
  }

  private readonly comeRound = (): void => {
    const { guard } = this;
    if (!guard.enter()) return;
    try {
      this.rest();
    } catch (error) {
      guard.fault(error);
    } finally {
      guard.leave();
    }
  };

  private wake(ns: number, served: Served | null, byEvent: boolean): void {
    this.resting = false;
    const { restedAt } = this;
    const sleep = slept() - this.sleptBefore;
    const work = ns - restedAt - sleep;
    if (work < besideNs) {
      this.slept(restedAt, ns, byEvent);
      return;
    }
    const behind = ns - this.readClock(ns) > work / 2;
    if (behind) this.slept(restedAt, restedAt + sleep, byEvent);
    else {
      // One poll: what looked as if it slept already was at timers before.
      if (this.log.openAt >= 0) this.log.time(this.log.openAt, restedAt + work);
      this.slept(restedAt + work, ns, byEvent);
    }
    if (work >= longTurnNs) {
      if (behind) this.turn(restedAt + sleep, ns, served);
      else this.turn(restedAt, restedAt + work, null);
    }
  }

  /** When the loop last read its clock, in ours: after the last poll, or before timers. */
  private readClock(ns: number): number {
    const { probe } = this;
    probe.refresh();
    const loopNs = (probe._idleStart ?? NaN) * 1e6;
    const behind = ns - loopNs;
    if (behind < this.clockBehind) this.clockBehind = behind;
    return loopNs + this.clockBehind;
  }

  /** The poll that was told of when it began is over. */
  private slept(begin: number, end: number, byEvent: boolean): void {
    const { log } = this;
    const at = log.openAt;
    if (at < 0) {
      this.poll(begin, end, byEvent);
      return;
    }
    log.time(at + offsets.poll.end, end);
    log.view.setInt32(at + offsets.poll.result, byEvent ? 1 : 0, true);
    log.completed();
  }

  private poll(begin: number, end: number, byEvent: boolean): void {
    const { log } = this;
    const at = log.begin(begin);
    if (at < 0) return;
    log.time(at + offsets.poll.end, end);
    log.view.setInt32(at + offsets.poll.result, byEvent ? 1 : 0, true);
    log.view.setUint16(at + offsets.poll.how, pollWays.epoll, true);
    log.commit(kinds.poll, recordFlags.foreign);
  }

  private turn(begin: number, end: number, served: Served | null): void {
    if (!this.running) return;
    const { log } = this;
    const name = served === null ? 0 : this.text(served.name());
    const at = log.begin(begin);
    if (at < 0) return;
    log.time(at + offsets.loopTurn.end, end);
    log.view.setUint32(at + offsets.loopTurn.callback, name, true);
    log.view.setUint32(at + offsets.loopTurn.descriptor, served?.descriptor ?? unknownDescriptor, true);
    log.commit(kinds.loopTurn, recordFlags.foreign);
  }
}
