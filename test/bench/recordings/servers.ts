/** What the made-up run's processes and threads do. Rates are such that all of it comes to some 50,000 events a second. */
import { lockWays, recordFlags } from '../../../src/protocol/events';
import type { Subject } from './madeRun';
import type { Process } from './process';
import type { Actor, Part } from './schedule';
import { siteIds, textIds } from './sites';
import { ms, us, type SharedLock, type Thread } from './thread';

const poolThreads = 150;
const poolClients = 243;
const timers = 4;
const preforked = 8;
const clientsOfPreforked = 20;
const selectors = 4;
const clientsOfSelector = 25;
const forkedClients = 40;
const threadedClients = 92;

const ports = { pool: 8000, selector: 8001, prefork: 8002, busy: 8003, forking: 8004, threading: 8005, subject: 8006 } as const;

/** The root: starts the others, is a server with a pool of threads itself, and ends last. */
export function* rootLife(me: Process, began: number): Actor {
  const { main, run } = me;
  let now = began;
  const listeners = (['pool', 'selector', 'prefork'] as const).map((name) => me.listen(now, ports[name], 128));
  const [pool = 0, selector = 0, prefork = 0] = listeners;
  const children: Process[] = [];
  const fork = function* (life: (child: Process, at: number) => Actor): Part {
    now = yield now + 600 * us;
    const child = me.fork(main, now, life);
    children.push(child);
    return (now = me.forkReturned(main, now, child));
  };
  const { subject } = run;
  if (subject !== null) yield* fork((child, at) => subjectLife(child, at, listeners, subject));
  for (let count = 0; count < preforked; count++) yield* fork((child, at) => preforkedLife(child, at, prefork, [pool, selector]));
  for (let count = 0; count < selectors; count++) yield* fork((child, at) => selectorLife(child, at, selector, [pool, prefork]));
  yield* fork((child, at) => busyLife(child, at, listeners));
  yield* fork((child, at) => forkingLife(child, at, listeners));
  yield* fork((child, at) => threadingLife(child, at, listeners));
  me.close(main, now, selector);
  me.close(main, now, prefork);
  yield* poolLife(me, now, pool);
  now = run.now;
  for (const child of children) now = yield* me.reap(main, now, child);
  me.exit(now);
}

/** Clients that wait for a thread, and threads that wait for a client. */
interface Pool {
  readonly object: number;
  readonly locks: readonly SharedLock[];
  readonly clients: number[];
  readonly idle: Thread[];
  readonly wake: (count: number, at: number) => void;
}

function* poolLife(me: Process, began: number, listener: number): Actor {
  const { main, run } = me;
  let now = began;
  const sleepers: { thread: Thread; wake(at: number): void }[] = [];
  const idle: Thread[] = [];
  const pool: Pool = {
    object: run.object(), locks: Array.from({ length: 8 }, () => run.newLock()), clients: [], idle,
    wake: (count, at) => sleepers.splice(0, count).forEach(({ wake }) => wake(at)),
  };
  const rest = function* (thread: Thread, at: number): Part {
    const actor = run.schedule.self();
    sleepers.push({ thread, wake: (when) => run.schedule.wake(actor, when) });
    thread.blocked = { call: 202, object: pool.object };
    const end = yield Infinity;
    thread.blocked = null;
    return Math.max(at, end);
  };
  const threads: Thread[] = [];
  const start = function* (name: number, target: number, life: (thread: Thread, at: number) => Actor): Part {
    const started = me.startThread(main, now, name, target, life);
    threads.push(started.thread);
    return (now = yield started.now + 20 * us);
  };
  for (let count = 0; count < poolThreads; count++) yield* start(textIds.worker, textIds.nextClient, (thread, at) => workerLife(thread, at, pool, rest));
  for (let count = 0; count < timers; count++) yield* start(textIds.timer, textIds.tick, timerLife);
  for (let count = 0; count < poolClients && !run.over; count++) {
    const came = yield* me.accept(main, now, listener, run.startedNs + run.length * (0.02 + (0.9 * count) / poolClients));
    if (came === null) break;
    now = came.now;
    pool.clients.push(came.descriptor);
    if (sleepers.length === 0) continue;
    main.track.put('wake', now, { object: pool.object, count: 1, how: lockWays.queue, site: siteIds.queue });
    pool.wake(1, now + 50 * us);
  }
  now = yield* waitForMore(me, now, listener);
  main.track.put('wake', now, { object: pool.object, count: sleepers.length, how: lockWays.queue, site: siteIds.queue });
  pool.wake(sleepers.length, now + 50 * us);
  for (const thread of threads) now = yield* me.join(main, now, thread);
  me.close(main, now, listener);
  yield now;
}

/** A last accept, into which nobody comes. */
function* waitForMore(me: Process, now: number, listener: number): Part {
  const { main, run } = me;
  const fields = { descriptor: listener, site: siteIds.accept };
  main.track.put('accept', now, fields, recordFlags.begin);
  const end = yield* main.until(now, 'accept', listener, run.stop);
  main.track.put('accept', now, { ...fields, end, result: -4 });
  return end + 10 * us;
}

function* workerLife(me: Thread, began: number, pool: Pool, rest: (thread: Thread, at: number) => Part): Actor {
  const { process } = me;
  const { run } = process;
  let now = began;
  const fields = { object: pool.object, how: lockWays.queue, site: siteIds.queue };
  while (!run.over || pool.clients.length > 0) {
    const descriptor = pool.clients.shift();
    if (descriptor === undefined) {
      me.track.put('lock', now, fields, recordFlags.begin);
      const end = yield* rest(me, now);
      me.track.put('lock', now, { ...fields, end, result: 1, holder: process.pid });
      now = end + 5 * us;
      continue;
    }
    const until = now + run.length * 0.3;
    while (now < until && !run.over) {
      now = yield* me.receive(now, descriptor, run.random.integer(10, 50) * ms, 512);
      now = yield now + run.random.integer(100, 900) * us;
      if (run.random.integer(0, 1) === 0) now = yield* me.lock(now, run.random.pick(pool.locks), run.random.integer(50, 1500) * us);
      if (run.random.integer(0, 9) === 0) now = yield* me.sleep(now, run.random.integer(1, 8) * ms);
      now = yield* me.send(now + 20 * us, descriptor, run.random.integer(10, 60) * us, 2048);
      now += 10 * us;
    }
    now = yield* hangUp(me, now, descriptor);
  }
}

function* timerLife(me: Thread, began: number): Actor {
  let now = began;
  while (!me.process.run.over) now = (yield* me.sleep(now, 10 * ms)) + 200 * us;
}

/** The client leaves: an empty receive, and the close. */
function* hangUp(me: Thread, now: number, descriptor: number): Part {
  const end = yield* me.receive(now, descriptor, me.process.run.random.integer(20, 400) * us, 0);
  me.process.close(me, end + 10 * us, descriptor);
  return end + 15 * us;
}

/** Requests of one client, until a moment or the run's end. @param pause between two, ns, at most. */
function* talk(me: Thread, began: number, descriptor: number, until: number, pause: number): Part {
  const { run } = me.process;
  let now = began;
  while (now < until && !run.over) {
    now = yield* me.receive(now, descriptor, run.random.integer(pause / 4, pause), 64);
    now = yield now + run.random.integer(pause / 50, pause / 8);
    now = yield* me.send(now, descriptor, run.random.integer(8, 40) * us, 64);
    now += run.random.integer(5, 20) * us;
  }
  return yield* hangUp(me, now, descriptor);
}

function* preforkedLife(me: Process, began: number, listener: number, others: readonly number[]): Actor {
  const { main, run } = me;
  let now = began;
  for (const other of others) me.close(main, now, other);
  const each = (0.95 * run.length) / clientsOfPreforked;
  for (let count = 0; count < clientsOfPreforked && !run.over; count++) {
    const begins = run.startedNs + run.length * 0.03 + each * count;
    const came = yield* me.accept(main, now, listener, begins);
    if (came === null) break;
    now = yield* talk(main, came.now, came.descriptor, begins + 0.9 * each, 6 * ms);
  }
  now = yield* waitForMore(me, now, listener);
  me.exit(now);
}

function* selectorLife(me: Process, began: number, listener: number, others: readonly number[]): Actor {
  const { main, run } = me;
  let now = began;
  for (const other of others) me.close(main, now, other);
  const clients: number[] = [];
  let came = 0;
  while (!run.over) {
    now = yield* main.poll(now, run.random.integer(500, 4500) * us, clients.length + 1, 1);
    if (came < clientsOfSelector && now >= run.startedNs + run.length * (0.02 + (0.6 * came) / clientsOfSelector)) {
      const client = yield* me.accept(main, now, listener, now);
      if (client === null) break;
      came++;
      clients.push(client.descriptor);
      now = client.now;
    }
    for (let ready = clients.length === 0 ? 0 : run.random.integer(1, 3); ready > 0; ready--) {
      const descriptor = run.random.pick(clients);
      now = yield* main.receive(now + 5 * us, descriptor, 4 * us, 128);
      now = yield now + run.random.integer(40, 300) * us;
      now = yield* main.send(now, descriptor, 12 * us, 1024);
    }
  }
  for (const descriptor of clients) now = yield* hangUp(main, now, descriptor);
  me.exit(now);
}

/** One thread on one connection for all of the time: a tenth of all events. */
function* busyLife(me: Process, began: number, others: readonly number[]): Actor {
  const { main, run } = me;
  for (const other of others) me.close(main, began, other);
  const listener = me.listen(began + 20 * us, ports.busy, 5);
  const came = yield* me.accept(main, began + 100 * us, listener, began + 30 * ms);
  let now = came?.now ?? run.now;
  if (came !== null) {
    while (!run.over) {
      now = yield* main.receive(now, came.descriptor, run.random.integer(100, 800) * us, 64);
      now = yield now + run.random.integer(50, 500) * us;
      now = yield* main.send(now, came.descriptor, run.random.integer(8, 40) * us, 64);
      now += run.random.integer(5, 20) * us;
    }
    now = yield* hangUp(main, now, came.descriptor);
  }
  me.exit(now);
}

/** One client, who speaks when somebody wants it. */
function* subjectLife(me: Process, began: number, others: readonly number[], subject: Subject): Actor {
  const { main, run } = me;
  for (const other of others) me.close(main, began, other);
  const listener = me.listen(began + 20 * us, ports.subject, 5);
  const came = yield* me.accept(main, began + 100 * us, listener, began + ms);
  if (came === null) return;
  let { now } = came;
  const { descriptor } = came;
  for (;;) {
    const at = main.track.enter('receive', now, { descriptor, site: siteIds.receive });
    const end = yield* main.until(now, 'receive', descriptor, subject.next);
    main.track.complete(at, 'receive', end, run.over ? 0 : 64);
    if (run.over) break;
    now = yield end + subject.workNs;
    now = yield* main.send(now, descriptor, 20 * us, 64);
  }
  now = run.now + 10 * us;
  me.close(main, now, descriptor);
  me.exit(now + 10 * us);
}

/** A process per client. */
function* forkingLife(me: Process, began: number, others: readonly number[]): Actor {
  const { main, run } = me;
  let now = began;
  for (const other of others) me.close(main, now, other);
  const listener = me.listen(now + 20 * us, ports.forking, 5);
  now += 100 * us;
  let children: Process[] = [];
  for (let count = 0; count < forkedClients && !run.over; count++) {
    const came = yield* me.accept(main, now, listener, run.startedNs + run.length * (0.03 + (0.93 * count) / forkedClients));
    if (came === null) break;
    const { descriptor } = came;
    const child = me.fork(main, came.now, (process, at) => forkedLife(process, at, descriptor, listener));
    now = me.forkReturned(main, came.now, child);
    me.close(main, now, descriptor);
    children.push(child);
    for (const over of children.filter(({ ended }) => ended.at <= now)) now = yield* me.reap(main, now, over);
    children = children.filter(({ ended }) => ended.at > now);
  }
  now = yield* waitForMore(me, now, listener);
  for (const child of children) now = yield* me.reap(main, now, child);
  me.exit(now);
}

function* forkedLife(me: Process, began: number, descriptor: number, listener: number): Actor {
  const { main, run } = me;
  me.close(main, began, listener);
  const now = yield* talk(main, began + 50 * us, descriptor, began + run.length * 0.1, 12 * ms);
  me.exit(now);
}

/** A thread per client. */
function* threadingLife(me: Process, began: number, others: readonly number[]): Actor {
  const { main, run } = me;
  let now = began;
  for (const other of others) me.close(main, now, other);
  const listener = me.listen(now + 20 * us, ports.threading, 5);
  now += 100 * us;
  const threads: Thread[] = [];
  for (let count = 0; count < threadedClients && !run.over; count++) {
    const came = yield* me.accept(main, now, listener, run.startedNs + run.length * (0.03 + (0.9 * count) / threadedClients));
    if (came === null) break;
    const { descriptor } = came;
    const life = function* (thread: Thread, at: number): Actor {
      yield* talk(thread, at, descriptor, at + run.length * 0.25, 30 * ms);
    };
    const started = me.startThread(main, came.now, textIds.client, textIds.handle, life);
    threads.push(started.thread);
    now = yield started.now;
  }
  now = yield* waitForMore(me, now, listener);
  for (const thread of threads) now = yield* me.join(main, now, thread);
  me.exit(now);
}
