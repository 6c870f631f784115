/** What the kernel's observer would write of the made-up run: who lives, accounts of threads that changed, and accept queues. */
import type { Process } from './process';
import type { Track } from './runFolder';
import type { Actor } from './schedule';
import type { MadeRun } from './madeRun';
import { ms, type Thread } from './thread';

/** Younger threads have not said a word yet. */
const bornNs = ms;
const everyNs = 25 * ms;
/** Of accounts, in one look: what changed is some 4,000 a second. */
const samplesPerLook = 100;

interface Addresses {
  readonly local: Uint8Array;
  readonly peer: Uint8Array;
  readonly localPort: number;
  readonly peerPort: number;
  readonly family: number;
}

export class MadeObserver {
  private readonly track: Track;
  private readonly threads: { thread: Thread; told: number; seen: boolean }[] = [];
  private nextText = 1;
  private at = 0;
  /** Its log is in the order of time. */
  private last = 0;

  constructor(
    private readonly run: MadeRun,
    private readonly birth: number,
  ) {
    this.track = run.folder.kernel.track({ process: 0, thread: 0, parent: 0, birth });
  }

  begin(root: number, command: string): void {
    this.track.put('rootStarted', this.birth, { process: root, command: this.text(command, this.birth) });
    this.python = this.text('python3', this.birth);
  }

  private python = 0;

  sees(thread: Thread): void {
    this.threads.push({ thread, told: -1, seen: false });
  }

  gone(thread: Thread, now: number): void {
    const index = this.threads.findIndex((known) => known.thread === thread);
    if (index < 0) return;
    const [known] = this.threads.splice(index, 1);
    if (known!.seen) this.track.put('threadGone', this.then(now), { process: thread.process.pid, thread: thread.id });
  }

  ended(process: Process, now: number): void {
    this.gone(process.main, now);
    this.track.put('zombieSeen', this.then(now), { process: process.pid, status: 0 });
  }

  reaped(process: Process, now: number): void {
    this.track.put('processGone', this.then(now), { process: process.pid, status: 0 });
  }

  /** A client stands in a listener's queue, or (length 0) does no more. */
  queue(now: number, addresses: Addresses, length: number): void {
    const { local: address, localPort: port, family } = addresses;
    if (length > 0) this.track.put('queuedClient', this.then(now), { ...addresses, since: now - everyNs });
    else this.track.put('queuedClientGone', this.then(now), { ...addresses });
    this.track.put('queueLength', this.then(now), { address, port, family, length });
  }

  *look(): Actor {
    for (let now = this.run.now; ; ) {
      now = yield now + everyNs;
      if (this.run.done) break;
      const { threads } = this;
      for (let looked = 0, told = 0; looked < threads.length && told < samplesPerLook; looked++) {
        const known = threads[this.at++ % threads.length]!;
        if (this.sample(known, now)) told++;
      }
    }
  }

  end(root: number, now: number): void {
    this.track.put('rootEnded', this.then(now), { process: root, status: 0 });
    this.track.put('allGone', this.then(now), {});
    this.track.end();
  }

  private sample(known: MadeObserver['threads'][number], now: number): boolean {
    const { thread } = known;
    if (now < thread.born + bornNs) return false;
    const ids = { process: thread.process.pid, thread: thread.id };
    if (!known.seen) this.track.put('threadSeen', this.then(now), { ...ids, name: this.python });
    known.seen = true;
    if (known.told === thread.run) return false;
    known.told = thread.run;
    const { letter, call, object, waitsFor } = thread.state;
    this.track.put('threadSample', this.then(now), { ...ids, run: thread.run, ready: thread.ready, object, call, state: letter.charCodeAt(0), waitsFor });
    return true;
  }

  private text(text: string, now: number): number {
    this.track.text(this.nextText, text, now);
    return this.nextText++;
  }

  private then(now: number): number {
    return (this.last = Math.max(this.last, now));
  }
}
