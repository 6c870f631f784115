/** A made-up process: its descriptors, its threads, how it is forked, and how it accepts and hangs up. All times in ns. */
import { exitWays, recordFlags } from '../../../src/protocol/events';
import type { MadeRun } from './madeRun';
import { Moment, type Actor, type Part } from './schedule';
import { siteIds, textIds } from './sites';
import { Thread, ms, us } from './thread';

const internet = 2;
const stream = 1;
const loopback = addressBytes(127, 0, 0, 1);
/** How many machines the clients come from. */
const clientMachines = 40;

export class Process {
  readonly ended: Moment;
  readonly main: Thread;
  readonly threads: Thread[] = [];
  private readonly open: boolean[];
  /** Ports of listening descriptors. */
  private readonly ports: Map<number, number>;

  constructor(
    readonly run: MadeRun,
    readonly pid: number,
    readonly parent: Process | null,
    readonly born: number,
  ) {
    this.ended = new Moment(run.schedule);
    this.open = parent === null ? [true, true, true] : [...parent.open];
    this.ports = new Map(parent?.ports);
    this.main = this.thread(pid, born);
  }

  thread(id: number, born: number): Thread {
    const track = this.run.folder.python.track({ process: this.pid, thread: id, parent: this.parent?.pid ?? this.run.supervisor, birth: this.born });
    const thread = new Thread(this, id, track, born);
    this.threads.push(thread);
    this.run.observer.sees(thread);
    return thread;
  }

  /** The lowest free descriptor, as the kernel gives it. */
  descriptor(): number {
    const free = this.open.indexOf(false);
    const descriptor = free < 0 ? this.open.length : free;
    this.open[descriptor] = true;
    return descriptor;
  }

  listen(now: number, port: number, backlog: number): number {
    const descriptor = this.descriptor();
    const fields = { descriptor, address: loopback, port, family: internet, site: siteIds.listen };
    this.main.track.put('bind', now, { ...fields, type: stream });
    this.main.track.put('listen', now + 30 * us, { ...fields, backlog });
    this.ports.set(descriptor, port);
    return descriptor;
  }

  close(thread: Thread, now: number, descriptor: number): void {
    thread.track.put('close', now, { descriptor, site: siteIds.close });
    this.open[descriptor] = false;
  }

  /** One client at `arrives`, and its descriptor; null where the run is over before. */
  *accept(thread: Thread, now: number, listener: number, arrives: number): Generator<number, { now: number; descriptor: number } | null, number> {
    const { run } = this;
    const fields = { descriptor: listener, site: siteIds.accept };
    thread.track.put('accept', now, fields, recordFlags.begin);
    const interrupted = yield* thread.block(now, 'accept', listener, Math.max(20 * us, arrives - now));
    if (run.over) {
      thread.track.put('accept', now, { ...fields, end: interrupted, result: -4 });
      return null;
    }
    const client = run.client();
    const port = this.ports.get(listener)!;
    const addresses = { local: loopback, peer: client.address, localPort: port, peerPort: client.port, family: internet };
    let end = interrupted;
    const queued = run.random.integer(0, 9) === 0;
    if (queued) {
      // The accepting thread comes late, and the observer's look falls into that time.
      run.observer.queue(end, addresses, 1);
      end = yield end + run.random.integer(4, 12) * ms;
    }
    const descriptor = this.descriptor();
    thread.track.put('accept', now, { ...fields, end, result: descriptor, sinceEstablished: queued ? Math.round((end - interrupted) / ms) : 0 });
    thread.track.put('endpoints', end + 2 * us, { descriptor, ...addresses });
    if (queued) run.observer.queue(end + 5 * us, addresses, 0);
    return { now: end + 5 * us, descriptor };
  }

  /** The child lives by `life`, which gets its process and the moment at which it begins. */
  fork(thread: Thread, now: number, life: (child: Process, now: number) => Actor): Process {
    const { run } = this;
    const child = new Process(run, run.id(), this, now);
    child.main.track.put('forked', now + 400 * us, { parentBirth: this.born, parent: this.pid, parentThread: thread.id, site: siteIds.fork });
    run.schedule.start(life(child, now + 450 * us), now + 450 * us);
    return child;
  }

  /** What the parent writes of it, when fork has returned. */
  forkReturned(thread: Thread, now: number, child: Process): number {
    thread.track.put('fork', now, { end: now + 500 * us, result: child.pid, site: siteIds.fork });
    return now + 510 * us;
  }

  startThread(starter: Thread, now: number, name: number, target: number, life: (thread: Thread, now: number) => Actor): { thread: Thread; now: number } {
    const { run } = this;
    const thread = this.thread(run.id(), now);
    run.schedule.start(begun(thread, life), now + 60 * us);
    starter.track.put('threadStart', now, { end: now + 90 * us, thread: thread.id, site: siteIds.startThread });
    return { thread, now: now + 95 * us };

    function* begun(me: Thread, then: typeof life): Actor {
      me.track.put('threadBegin', now + 60 * us, { name, target, startedBy: starter.id, site: siteIds.startThread });
      yield* then(me, now + 70 * us);
      const over = yield run.now;
      me.track.put('threadCost', over, { run: me.run });
      me.track.put('threadEnd', over + us, {});
      run.observer.gone(me, over + ms);
      me.track.end();
      me.ended.happens(over + us);
    }
  }

  *join(thread: Thread, now: number, other: Thread): Part {
    const fields = { thread: other.id, site: siteIds.join };
    thread.track.put('joinThread', now, fields, recordFlags.begin);
    const end = yield* thread.until(now, 'lock', 0, other.ended);
    thread.track.put('joinThread', now, { ...fields, end, result: 1 });
    return end;
  }

  /** Waits for a child and reaps it. */
  *reap(thread: Thread, now: number, child: Process): Part {
    const fields = { target: child.pid, site: siteIds.wait };
    thread.track.put('waitProcess', now, fields, recordFlags.begin);
    const end = yield* thread.until(now, 'wait', child.pid, child.ended);
    thread.track.put('waitProcess', now, { ...fields, end, result: child.pid, status: 0 });
    this.run.observer.reaped(child, end + 100 * us);
    return end;
  }

  /** The process's last words. */
  exit(now: number): void {
    this.main.track.put('threadCost', now, { run: this.main.run });
    this.main.track.put('exit', now + us, { status: 0, how: exitWays.atexit, site: siteIds.exit });
    this.main.track.end();
    this.run.observer.ended(this, now + 2 * ms);
    this.ended.happens(now + 2 * ms);
  }

  image(now: number): void {
    const { command, executable, directory } = textIds;
    this.main.track.put('image', now, { parent: this.run.supervisor, command, executable, directory });
  }
}

/** IPv4, as the records have it: ::ffff:a.b.c.d. */
export function addressBytes(...parts: number[]): Uint8Array {
  return Uint8Array.from([...new Array<number>(10).fill(0), 255, 255, ...parts]);
}

export function clientOf(number: number): { address: Uint8Array; port: number } {
  return { address: addressBytes(10, 0, 0, 1 + (number % clientMachines)), port: 20000 + (number % 40000) };
}
