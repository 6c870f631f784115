/** A made-up thread: its calls, each of which writes what a probe would and lasts as long as it is told. All times in ns. */
import { lockWays, pollWays, recordFlags, threadWaits } from '../../../src/protocol/events';
import type { Process } from './process';
import type { Track } from './runFolder';
import { Moment, type Part } from './schedule';
import { siteIds } from './sites';

export const us = 1e3;
export const ms = 1e6;

/** Of x86-64: what the observer sees a blocked thread in. */
const systemCalls = { receive: 45, send: 44, accept: 43, poll: 7, lock: 202, sleep: 230, wait: 61 } as const;
type Call = keyof typeof systemCalls;

/** A lock that threads take one after the other, in the order in which they come. */
export interface SharedLock {
  readonly object: number;
  holder: number;
  freeAt: number;
}

export class Thread {
  readonly ended: Moment;
  /** What the kernel's account would say: on a CPU, and ready for one. */
  run = 0;
  ready = 0;
  /** What it is blocked in now. */
  blocked: { call: number; object: number } | null = null;
  private returned: number;

  constructor(
    readonly process: Process,
    readonly id: number,
    readonly track: Track,
    readonly born: number,
  ) {
    this.returned = born;
    this.ended = new Moment(process.run.schedule);
  }

  /** The account as a thread gives it that is looked at now: what it does beside its calls is work. */
  get state(): { letter: string; call: number; object: number; waitsFor: number } {
    const { blocked } = this;
    return blocked === null
      ? { letter: 'R', call: -1, object: 0, waitsFor: threadWaits.nothing }
      : { letter: 'S', call: blocked.call, object: blocked.object, waitsFor: threadWaits.other };
  }

  *receive(now: number, descriptor: number, lasts: number, bytes: number): Part {
    const at = this.track.enter('receive', now, { descriptor, site: siteIds.receive });
    const end = yield* this.block(now, 'receive', descriptor, lasts);
    this.track.complete(at, 'receive', end, bytes);
    return end;
  }

  *send(now: number, descriptor: number, lasts: number, bytes: number): Part {
    const at = this.track.enter('send', now, { descriptor, site: siteIds.send });
    const end = yield* this.block(now, 'send', descriptor, lasts);
    this.track.complete(at, 'send', end, bytes);
    return end;
  }

  *poll(now: number, lasts: number, registered: number, ready: number): Part {
    const at = this.track.enter('poll', now, { registered, how: pollWays.epoll, site: siteIds.poll });
    const end = yield* this.block(now, 'poll', 0, lasts);
    this.track.complete(at, 'poll', end, ready);
    return end;
  }

  *sleep(now: number, lasts: number): Part {
    this.track.put('sleep', now, { site: siteIds.sleep }, recordFlags.begin);
    const end = yield* this.block(now, 'sleep', 0, lasts);
    this.track.put('sleep', now, { end, site: siteIds.sleep });
    return end;
  }

  /** Takes the lock and will hold it for so long; nothing is written where nobody has it. */
  *lock(now: number, lock: SharedLock, hold: number): Part {
    const { freeAt, holder } = lock;
    lock.freeAt = Math.max(now, freeAt) + hold;
    lock.holder = this.id;
    if (freeAt <= now) return now;
    const fields = { object: lock.object, holder, how: lockWays.lock, site: siteIds.lock };
    this.track.put('lock', now, fields, recordFlags.begin);
    const end = yield* this.block(now, 'lock', lock.object, freeAt - now);
    this.track.put('lock', now, { ...fields, end, result: 1 });
    return end;
  }

  /** Waits for a moment that others bring about. */
  *until(now: number, call: Call, object: number, moment: Moment): Part {
    this.blocked = { call: systemCalls[call], object };
    this.worked(now);
    const end = yield* moment.wait(now);
    this.back(end);
    return end;
  }

  *block(now: number, call: Call, object: number, lasts: number): Part {
    this.blocked = { call: systemCalls[call], object };
    this.worked(now);
    const end = yield now + lasts;
    this.back(end);
    return end;
  }

  private worked(now: number): void {
    this.run += Math.round((now - this.returned) * 0.8);
    this.ready += Math.round((now - this.returned) * 0.1);
  }

  private back(now: number): void {
    this.blocked = null;
    this.returned = now;
  }
}
