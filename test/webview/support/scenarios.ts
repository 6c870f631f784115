/** The recordings that the harness page can show. */
import type { ConnectionRow, ProcessRow, ThreadRow } from '../../../src/protocol/rows';
import type { SpanState } from '../../../src/protocol/states';
import { ms, random, Scenario, site } from './scenario';

interface Served {
  fromNs: number;
  toNs: number | null;
  /** How long one request is worked on. */
  workNs: number;
  pauseNs: number;
}

/** One client's requests: receive, work, send, again; the same times in the thread's lane and the connection's. */
function serve(scenario: Scenario, thread: ThreadRow, connection: ConnectionRow, { fromNs, toNs, workNs, pauseNs }: Served, next: () => number): void {
  const owner = Number(thread.id.slice(1));
  const on = { id: connection.id, label: connection.label, channel: null };
  const until = toNs ?? scenario.lengthNs;
  let at = fromNs;
  const step = (threadState: 'receive' | 'active' | 'send', state: 'receiveWait' | 'working' | 'sendWait', length: number): void => {
    const last = at + length >= until;
    const end = last ? toNs : at + length;
    const line = threadState === 'receive' ? site(34, 'EchoHandler.handle') : threadState === 'send' ? site(37, 'EchoHandler.handle') : site(36, 'EchoHandler.handle');
    scenario.span(thread.id, threadState, at, end, { site: line, on: threadState === 'active' ? null : on });
    scenario.span(connection.id, state, at, end, { owner, site: line });
    at = last ? until : at + length;
  };
  while (at < until) {
    step('receive', 'receiveWait', pauseNs * (0.3 + next()));
    if (at < until) step('active', 'working', workNs * (0.4 + 1.2 * next()));
    if (at < until) step('send', 'sendWait', workNs * 0.25 * next() + 0.1 * ms);
    connection.bytesIn += 64;
    connection.bytesOut += 64;
  }
}

/** Five clients at once on a threading server. */
export function threading(lengthNs = 6000 * ms, running = false): Scenario {
  const scenario = new Scenario('echo_server.py', lengthNs);
  const next = random(7);
  const end = running ? null : lengthNs;
  const server = scenario.process('echo_server.py', 0, end, { exit: running ? null : { code: null, signal: 'SIGINT' } });
  const main = scenario.thread(server, 'MainThread', 0, end, { site: site(41, 'main') });
  scenario.listener(server, '127.0.0.1:8000', 120 * ms, 5);
  scenario.span(main.id, 'active', 0, 130 * ms);
  let at = 130 * ms;
  for (let client = 0; client < 5; client++) {
    const arrival = (600 + client * 420) * ms + next() * 200 * ms;
    scenario.span(main.id, 'accept', at, arrival, { site: site(22, 'serve_forever'), on: { id: 'l1', label: '127.0.0.1:8000', channel: null } });
    scenario.span(main.id, 'active', arrival, arrival + 14 * ms);
    at = arrival + 14 * ms;
    const over = end === null ? (client < 1 ? lengthNs * 0.7 : null) : arrival + lengthNs * (0.35 + 0.3 * next());
    const handler = scenario.thread(server, `Thread-${client + 1} (process_request_thread)`, at - 6 * ms, over, { target: 'process_request_thread', site: site(28, 'process_request') });
    const connection = scenario.connection(handler, `127.0.0.1:${50412 + client * 6}`, at - 10 * ms, over, { queuedNs: arrival - 12 * ms });
    scenario.span(connection.id, 'queued', arrival - 12 * ms, at - 10 * ms);
    scenario.arrow('thread', main, handler, at - 6 * ms);
    scenario.arrow('handover', main, connection, at - 4 * ms);
    serve(scenario, handler, connection, { fromNs: at - 6 * ms, toNs: over, workNs: 160 * ms, pauseNs: 420 * ms }, next);
  }
  scenario.span(main.id, 'accept', at, end, { site: site(22, 'serve_forever'), on: { id: 'l1', label: '127.0.0.1:8000', channel: null } });
  if (running) scenario.running();
  else scenario.end({ code: null, signal: 'SIGINT' });
  return scenario;
}

/** A process per connection, forty of them; a few fail, the last two are zombies and one still works. */
export function forking(): Scenario {
  const lengthNs = 9000 * ms;
  const scenario = new Scenario('forking_server.py', lengthNs);
  const next = random(11);
  const server = scenario.process('forking_server.py', 0, null, { site: site(50, 'main') });
  const main = scenario.thread(server, 'MainThread', 0, null);
  scenario.listener(server, '0.0.0.0:8000', 90 * ms, 40);
  const logger = scenario.process('tee', 200 * ms, null, { parent: server.id, birth: 'spawn', command: ['tee', 'server.log'], covered: false, gaps: [{ reason: 'other-program', detail: 'tee' }] });
  scenario.span(logger.id, 'alive', 200 * ms, null);
  let at = 100 * ms;
  for (let client = 0; client < 40; client++) {
    const birth = (300 + client * 205) * ms + next() * 60 * ms;
    scenario.span(main.id, 'accept', at, birth, { site: site(22, 'serve_forever') });
    scenario.span(main.id, 'active', birth, birth + 8 * ms);
    at = birth + 8 * ms;
    const alive = client === 39;
    const zombie = client === 37 || client === 38;
    const over = alive ? null : birth + (200 + 900 * next()) * ms;
    const failed = client % 13 === 5;
    const child = scenario.process('forking_server.py', at - 3 * ms, zombie ? null : over, {
      parent: server.id, birth: 'fork', command: ['python3', 'forking_server.py'], site: site(29, 'process_request'),
      exit: over === null ? null : client === 20 ? { code: null, signal: 'SIGKILL' } : { code: failed ? 1 : 0, signal: null },
    });
    scenario.spans.set(child.id, []);
    scenario.span(child.id, 'alive', at - 3 * ms, over);
    if (zombie) scenario.span(child.id, 'zombie', over!, null);
    const thread = scenario.thread(child, 'MainThread', at - 3 * ms, over);
    const connection = scenario.connection(thread, `10.0.0.${2 + (client % 9)}:${41000 + client * 3}`, at - 5 * ms, over);
    scenario.arrow('fork', main, child, at - 3 * ms);
    scenario.arrow('handover', main, connection, at - 2 * ms);
    serve(scenario, thread, connection, { fromNs: at - 3 * ms, toNs: over, workNs: 60 * ms, pauseNs: 130 * ms }, next);
  }
  scenario.span(main.id, 'accept', at, null, { site: site(22, 'serve_forever') });
  return scenario.running();
}

/** One client holds the loop; the next two wait in the accept queue. */
export function iterative(): Scenario {
  const lengthNs = 4200 * ms;
  const scenario = new Scenario('iterative_echo.py', lengthNs);
  const server = scenario.process('iterative_echo.py', 0, null);
  const main = scenario.thread(server, 'MainThread', 0, null, { site: site(10, 'main') });
  scenario.listener(server, '127.0.0.1:8000', 60 * ms, 2);
  const slow = scenario.connection(main, '127.0.0.1:50710', 702 * ms, 2900 * ms, { bytesIn: 5, bytesOut: 5 });
  const second = scenario.connection(main, '127.0.0.1:50716', 2902 * ms, 3600 * ms, { bytesIn: 12, bytesOut: 12, queuedNs: 1000 * ms });
  const third = scenario.connection(main, '127.0.0.1:50722', 3602 * ms, null, { queuedNs: 1500 * ms });
  scenario.span(main.id, 'active', 0, 70 * ms);
  scenario.span(main.id, 'accept', 70 * ms, 702 * ms, { site: site(16, 'main'), on: { id: 'l1', label: '127.0.0.1:8000', channel: null } });
  const cause = (connection: ConnectionRow): object => ({
    cause: { thread: main.id, threadLabel: 'MainThread', connection: connection.id, connectionLabel: connection.label }, causeSite: site(19, 'serve'), site: site(16, 'main'),
  });
  scenario.span(second.id, 'queued', 1000 * ms, 2902 * ms, cause(slow));
  scenario.span(third.id, 'queued', 1500 * ms, 3602 * ms, cause(slow));
  const serveOne = (connection: ConnectionRow, from: number, waitTo: number, workTo: number, to: number | null): void => {
    const on = { id: connection.id, label: connection.label, channel: null };
    scenario.span(main.id, 'receive', from * ms, waitTo * ms, { on, site: site(19, 'serve') });
    scenario.span(connection.id, 'receiveWait', from * ms, waitTo * ms, { owner: 1, site: site(19, 'serve') });
    scenario.span(main.id, 'active', waitTo * ms, workTo * ms, { site: site(21, 'serve') });
    scenario.span(connection.id, 'working', waitTo * ms, workTo * ms, { owner: 1, site: site(21, 'serve') });
    scenario.span(main.id, 'send', workTo * ms, to === null ? null : to * ms, { on, site: site(22, 'serve') });
    scenario.span(connection.id, 'sendWait', workTo * ms, to === null ? null : to * ms, { owner: 1, site: site(22, 'serve') });
  };
  serveOne(slow, 702, 2500, 2780, 2900);
  scenario.span(main.id, 'accept', 2900 * ms, 2902 * ms);
  serveOne(second, 2902, 3000, 3500, 3600);
  scenario.span(main.id, 'accept', 3600 * ms, 3602 * ms);
  serveOne(third, 3602, 3700, 4100, null);
  return scenario.running();
}

/** A pool of 24 threads, 300 connections, locks, sleeps, joins: every kind of wait. */
export function busy(): Scenario {
  const lengthNs = 30_000 * ms;
  const scenario = new Scenario('pool_server.py', lengthNs);
  const next = random(3);
  const server = scenario.process('pool_server.py', 0, null);
  const main = scenario.thread(server, 'MainThread', 0, null);
  scenario.listener(server, '[::]:8443', 60 * ms, 300);
  scenario.span(main.id, 'accept', 60 * ms, null);
  const workers: ThreadRow[] = [];
  for (let worker = 0; worker < 24; worker++) workers.push(scenario.thread(server, `ThreadPoolExecutor-0_${worker}`, (80 + worker) * ms, null, { target: '_worker' }));
  const free = workers.map(() => 100 * ms);
  const waits = ['lock', 'condition', 'sleep', 'file', 'queue', 'poll', 'gil', 'semaphore', 'connect', 'event'] as const;
  for (let client = 0; client < 300; client++) {
    const arrival = 100 * ms + client * 96 * ms;
    const at = free.indexOf(Math.min(...free));
    const thread = workers[at]!;
    const from = Math.max(arrival, free[at]!);
    const to = from + (400 + 3200 * next()) * ms;
    const connection = scenario.connection(thread, `192.168.1.${2 + (client % 80)}:${30000 + client}`, from, to > lengthNs ? null : to, { queuedNs: arrival });
    if (from > arrival) scenario.span(connection.id, 'queued', arrival, from);
    if (from > free[at]!) scenario.span(thread.id, waits[client % waits.length]!, free[at]!, from);
    scenario.arrow('handover', main, connection, from);
    serve(scenario, thread, connection, { fromNs: from, toNs: to > lengthNs ? null : to, workNs: 40 * ms, pauseNs: 90 * ms }, next);
    free[at] = to;
  }
  scenario.info.lostEvents = 1280;
  return scenario.running();
}

/** Processes of every kind: spawned, orphaned, not covered, a zombie, nested. */
export function family(): Scenario {
  const lengthNs = 5000 * ms;
  const scenario = new Scenario('gunicorn_like.py', lengthNs);
  const next = random(5);
  const master = scenario.process('master', 0, null, { command: ['python3', 'master.py', '--workers', '3'] });
  const main = scenario.thread(master, 'MainThread', 0, null);
  scenario.span(main.id, 'waitpid', 200 * ms, null);
  const child = (label: string, parent: ProcessRow, startNs: number, endNs: number | null, more: Partial<ProcessRow>): ProcessRow =>
    scenario.process(label, startNs, endNs, { parent: parent.id, birth: 'fork', ...more });
  for (let worker = 0; worker < 3; worker++) {
    const process = child(`worker-${'abc'[worker]!}`, master, (250 + worker * 40) * ms, worker === 2 ? 3800 * ms : null, worker === 2 ? { exit: { code: null, signal: 'SIGSEGV' } } : {});
    const thread = scenario.thread(process, 'MainThread', process.startNs, process.endNs);
    scenario.arrow('fork', main, process, process.startNs);
    const connection = scenario.connection(thread, `127.0.0.1:${52000 + worker}`, (600 + worker * 90) * ms, process.endNs);
    serve(scenario, thread, connection, { fromNs: (600 + worker * 90) * ms, toNs: process.endNs, workNs: 120 * ms, pauseNs: 200 * ms }, next);
  }
  const shell = child('sh', master, 900 * ms, 1700 * ms, { birth: 'spawn', command: ['sh', '-c', 'convert'], covered: false, gaps: [{ reason: 'other-program', detail: 'dash' }] });
  child('convert-a-rather-long-command-name', shell, 950 * ms, null, { birth: 'fork', orphaned: true, adopter: { pid: 1, process: null }, covered: false, gaps: [{ reason: 'no-probe', detail: null }] });
  child('exporter', master, 980 * ms, null, { birth: 'spawn', command: ['python3', 'exporter.py'], exec: { times: 1, before: 'master.py' } });
  const helper = child('resource_helper', master, 1100 * ms, null, { birth: 'spawn', state: 'zombie', exit: { code: 3, signal: null } });
  scenario.spans.set(helper.id, []);
  scenario.span(helper.id, 'alive', 1100 * ms, 2600 * ms);
  scenario.span(helper.id, 'zombie', 2600 * ms, null);
  return scenario.running();
}

/** A master with workers that it talks to in every way, and workers that pass things on: like pipes.py, and a pipeline. */
export function talking(workers = 4): Scenario {
  const lengthNs = 6000 * ms;
  const scenario = new Scenario('workers.py', lengthNs);
  const next = random(9);
  const main = scenario.process('workers.py', 0, null);
  const thread = scenario.thread(main, 'MainThread', 0, null);
  let before: ProcessRow | null = null;
  for (let at = 0; at < workers; at++) {
    const startNs = (200 + at * 30) * ms;
    const worker = scenario.process(`stage-${'abcdefghijklmnopqrstuvwxyz'[at % 26]!}${at < 26 ? '' : String(at)}`, startNs, at === 3 ? 4000 * ms : null, { parent: main.id, birth: at === 2 ? 'spawn' : 'fork', command: ['python3', 'workers.py', String(at)] });
    const own = scenario.thread(worker, 'MainThread', startNs, worker.endNs);
    const channel = { kind: 'queue' as const, descriptors: null, way: 'from' as const, others: [main.label], more: 0 };
    for (let ns = startNs; ns < lengthNs; ) {
      const wait = (200 + 500 * next()) * ms;
      const last = ns + wait >= (worker.endNs ?? lengthNs);
      scenario.span(own.id, 'queue', ns, last ? worker.endNs : ns + wait, { site: site(31, 'work'), on: { id: 'h1', label: 'h1', channel } });
      if (last) break;
      scenario.span(own.id, 'running', ns + wait, ns + wait + 90 * ms);
      ns += wait + 90 * ms;
    }
    scenario.talk(main, worker, { queues: 1, pipes: at % 2, forth: { writes: 40 + at, bytes: 5200 + at, whole: true }, back: at === 1 ? null : { writes: 12, bytes: 480, whole: at !== 2 } });
    if (before !== null) scenario.talk(before, worker, { pipes: 1, connections: at, forth: { writes: 7, bytes: 900, whole: true } });
    before = worker;
  }
  scenario.span(thread.id, 'waitpid', 300 * ms, null, { site: site(40, 'main') });
  return scenario.running();
}

/** Ends at once with a traceback. */
export function failing(): Scenario {
  const scenario = new Scenario('broken_server.py', 84 * ms);
  const process = scenario.process('broken_server.py', 0, 84 * ms, { exit: { code: 1, signal: null } });
  const main = scenario.thread(process, 'MainThread', 2 * ms, 84 * ms);
  scenario.span(main.id, 'active', 2 * ms, 84 * ms);
  scenario.info.complete = false;
  return scenario.end({ code: 1, signal: null });
}

/** Two threads that take turns with the interpreter lock, one that sleeps, is blocked for no recorded reason and is stopped. */
export function gil(): Scenario {
  const lengthNs = 3000 * ms;
  const scenario = new Scenario('gil_threads.py', lengthNs);
  const next = random(5);
  const process = scenario.process('gil_threads.py', 0, lengthNs, { exit: { code: 0, signal: null } });
  const main = scenario.thread(process, 'MainThread', 0, lengthNs, { main: true, site: site(45, 'main') });
  scenario.span(main.id, 'running', 0, 90 * ms);
  scenario.span(main.id, 'join', 90 * ms, lengthNs, { site: site(45, 'main') });
  const turns = (label: string, first: boolean): void => {
    const thread = scenario.thread(process, label, 90 * ms, 2900 * ms, { target: 'compute' });
    let holds = first;
    for (let at = 90 * ms; at < 2900 * ms; holds = !holds) {
      const to = Math.min(at + (18 + 14 * next()) * ms, 2900 * ms);
      scenario.span(thread.id, holds ? 'running' : 'gil', at, to);
      at = to;
      if (next() > 0.85 && at < 2880 * ms) scenario.span(thread.id, 'ready', at, (at += 12 * ms));
    }
  };
  turns('left', true);
  turns('right', false);
  const idle = scenario.thread(process, 'idle', 100 * ms, 2500 * ms, { target: 'rest' });
  scenario.span(idle.id, 'running', 100 * ms, 130 * ms);
  scenario.span(idle.id, 'sleep', 130 * ms, 1500 * ms, { site: site(27, 'rest') });
  scenario.span(idle.id, 'blocked', 1500 * ms, 1900 * ms);
  scenario.span(idle.id, 'stopped', 1900 * ms, 2300 * ms);
  scenario.span(idle.id, 'active', 2300 * ms, 2500 * ms);
  return scenario.end({ code: 0, signal: null });
}

/** Sixty workers whose calls are far thinner than a pixel: from hardly any to thousands a second, in bursts, with long waits now and then. */
export function dense(): Scenario {
  const lengthNs = 20_000 * ms;
  const scenario = new Scenario('load_server.py', lengthNs);
  const next = random(11);
  const server = scenario.process('load_server.py', 0, null);
  const states = ['receive', 'lock', 'send', 'file', 'sleep'] as const;
  for (let worker = 0; worker < 60; worker++) {
    const thread = scenario.thread(server, `worker-${worker}`, worker * ms, null, { target: '_worker' });
    const connection = worker % 6 === 0 ? scenario.connection(thread, `10.0.0.${worker}:41000`, worker * ms, null) : null;
    const paceNs = [1, 3, 6, 20, 120][worker % 5]! * ms;
    let at = worker * ms;
    while (at < lengthNs) {
      const burst = Math.floor(20 + 200 * next());
      for (let call = 0; call < burst && at < lengthNs; call++) {
        const waits = paceNs * (0.2 + next());
        const works = paceNs * next() * (worker % 3 === 0 ? 2 : 0.3);
        scenario.span(thread.id, states[Math.floor(next() * (1 + (worker % 5)))]!, at, at + waits);
        scenario.span(thread.id, 'active', at + waits, at + waits + works);
        if (connection !== null) scenario.span(connection.id, call % 2 === 0 ? 'receiveWait' : 'working', at, at + waits * 0.6, { owner: Number(thread.id.slice(1)) });
        at += waits + works;
      }
      const pause = 1500 * ms * next() ** 3;
      scenario.span(thread.id, 'poll', at, Math.min(at + pause, lengthNs));
      at += pause;
    }
  }
  return scenario.running();
}

/** Two clients of a threading server that is debugged: the first handler stopped at a breakpoint for 1.5 s, and stands at another now. */
export function debugged(): Scenario {
  const lengthNs = 5000 * ms;
  const scenario = new Scenario('server.py', lengthNs);
  const server = scenario.process('server.py', 0, null);
  const main = scenario.thread(server, 'MainThread', 0, null, { site: site(41, 'main') });
  const listener = scenario.listener(server, '127.0.0.1:9999', 100 * ms, 2);
  const [first, second] = [500, 1600].map((at, index) => {
    const handler = scenario.thread(server, `Thread-${index + 5} (handle)`, at * ms, null, { target: 'handle', site: site(6, 'handle') });
    const connection = scenario.connection(handler, `127.0.0.1:${50412 + index * 6}`, at * ms, null, { queuedNs: (at - 20) * ms });
    scenario.arrow('thread', main, handler, at * ms);
    return { handler, connection };
  });
  const accepts = (fromNs: number, toNs: number | null): void => scenario.span(main.id, 'accept', fromNs, toNs, { site: site(12, 'main'), on: { id: listener.id, label: listener.address, channel: null } });
  accepts(110 * ms, 500 * ms);
  scenario.span(main.id, 'active', 500 * ms, 520 * ms);
  accepts(520 * ms, 1600 * ms);
  scenario.span(main.id, 'active', 1600 * ms, 2520 * ms);
  accepts(2520 * ms, null);
  const works = ({ handler, connection }: NonNullable<typeof first>, spans: readonly (readonly [SpanState, SpanState, number, number | null])[]): void => {
    for (const [thread, lane, from, to] of spans) {
      scenario.span(handler.id, thread, from * ms, to === null ? null : to * ms, { site: site(7, 'handle') });
      scenario.span(connection.id, lane, from * ms, to === null ? null : to * ms, { owner: ownerOf(handler.id), site: site(7, 'handle') });
    }
  };
  works(first!, [['receive', 'receiveWait', 500, 900], ['active', 'working', 900, 2520], ['send', 'sendWait', 2520, 2600], ['receive', 'receiveWait', 2600, 4200], ['active', 'working', 4200, null]]);
  works(second!, [['active', 'working', 2520, 2560], ['receive', 'receiveWait', 2560, 3700], ['active', 'working', 3700, 3760], ['receive', 'receiveWait', 3760, null]]);
  scenario.stop(first!.handler, 'breakpoint', 7, 1000 * ms, 2500 * ms, [server, first!.connection], [main]);
  scenario.stop(second!.handler, 'step', 8, 3710 * ms, 3722 * ms, [server, second!.connection]);
  scenario.stop(first!.handler, 'breakpoint', 9, 4300 * ms, null, [server, first!.connection], [main, second!.handler]);
  return scenario.running();
}

function ownerOf(id: string): number {
  return Number(id.slice(1));
}

export const scenarios = {
  threading: () => threading(),
  live: () => threading(6000 * ms, true),
  forking, iterative, busy, family, failing, gil, dense,
  debugged,
  talking: () => talking(), crowd: () => talking(50),
} as const;

export type ScenarioName = keyof typeof scenarios;
