/**
 * Nothing that a client was answered is lost when the server is killed. The driver keeps the books on the clients' side;
 * children, the parent or all of them get SIGKILL at random moments; then the report must hold every answered byte.
 *
 * A failure prints its seed: FORKSCOPE_TEST_SEED=… does the same again, as far as processes that race allow it.
 * FORKSCOPE_TEST_KILLS=200 kills so often, over all shapes together.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenVariable } from '../../src/protocol/files';
import type { Report } from '../../src/protocol/report';
import { Pool } from '../probes/support/deadline';
import { programPath } from '../probes/support/programs';
import type { Python } from '../probes/support/pythons';
import { makeReport } from '../probes/support/reporter';
import { chosenPythons, ownProgram } from './support/compared';
import { EchoLane } from './support/echoLane';
import { Program, recorded } from './support/program';
import { Seeded } from './support/seeded';
import { childrenOf, findBelow, kill, processesWith } from './support/tree';

const victims = ['child', 'parent', 'all'] as const;
type Victim = (typeof victims)[number];

interface Shape {
  readonly name: string;
  /** What the interpreter is given. */
  readonly command: readonly string[];
  /** Who can be killed: a server without children is only ever a parent. */
  readonly victims: readonly Victim[];
  /** A call that can't block is recorded when it returns: the one that its only thread was in when it died left no trace. */
  readonly untracedSend?: boolean;
}

const own = (shape: string, ...who: Victim[]): Shape => ({ name: shape, command: [ownProgram('echoes.py'), shape], victims: who });
const sample = (program: string, ...who: Victim[]): Shape => ({ name: program, command: [programPath(program)], victims: who });

const shapes: readonly Shape[] = [
  sample('forking_echo.py', ...victims),
  sample('fork_per_connection.py', ...victims),
  sample('threading_echo.py', 'parent'),
  sample('thread_per_connection.py', 'parent'),
  sample('iterative_echo.py', 'parent'),
  own('selectors', 'parent'),
  { ...own('asyncio', 'parent'), untracedSend: true },
  own('prefork', ...victims),
  own('processes', ...victims),
];

const random = Seeded.fromEnvironment();
const kills = Number(process.env.FORKSCOPE_TEST_KILLS ?? 64);

/** All on the interpreter that a person has, fewer on the oldest and the newest. */
const plan = chosenPythons().map((python, index): [Python, number] => [python, index === 0 ? kills : shapes.length]);

describe('a server that is killed', () => {
  let folder = '';
  const pool = new Pool(4);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forkscope-sigkill-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  for (const [python, times] of plan) {
    it(`has every answered request in its report, ${times} times (${python.version})`, { timeout: 60_000 + times * 3000 }, async () => {
      const trials = Array.from({ length: times }, (_, number) => pool.run(() => killOnce(python, number, join(folder, `${python.version}-${number}.forkscope`))));
      const faults = (await Promise.all(trials)).flat();
      expect(faults, `seed ${random.seed}:\n${faults.join('\n')}\n`).toEqual([]);
    });
  }
});

/** One server, its clients and its end. Returns what is wrong with its report. */
async function killOnce(python: Python, number: number, file: string): Promise<string[]> {
  const dice = random.branch(number);
  const shape = shapes[number % shapes.length]!;
  const victim = shape.victims[Math.floor(number / shapes.length) % shape.victims.length]!;
  const program = new Program(recorded(file, [python.path, ...shape.command]));
  try {
    const port = await program.port();
    const server = findBelow(program.pid, shape.command.at(-1)!);
    if (server === undefined) throw new Error(`${shape.name} is not below forkscope record`);
    const lanes: EchoLane[] = [];
    const clients = Array.from({ length: 3 }, (_, client) => converse(port, lanes, dice.branch(client + 1)));
    await delay(dice.integer(0, 120)); // The random moment.
    await strike(victim, server, lanes, dice);
    await Promise.all(clients);
    // Who still lives: the parent, or workers that go on without it.
    processesWith(tokenVariable, `${file}.run`).forEach((pid) => kill(pid));
    await program.ended();
    return compareBooks(lanes, await makeReport(file, '--all-waits'), shape.untracedSend === true).map((fault) => `trial ${number}, ${shape.name}, ${victim}: ${fault}`);
  } finally {
    program.stop();
  }
}

/** A client: some connections after each other, a few requests of different size on each, until the server is gone. */
async function converse(port: number, lanes: EchoLane[], dice: Seeded): Promise<void> {
  for (let connections = dice.integer(6, 12); connections > 0; connections--) {
    const lane = await EchoLane.open(port);
    if (lane === undefined) return;
    lanes.push(lane);
    for (let requests = dice.integer(1, 8); requests > 0; requests--) {
      if (!(await lane.ask(dice.integer(1, 3000)))) break;
    }
    await lane.leave();
  }
}

/** Kills, after somebody has been answered. */
async function strike(victim: Victim, server: number, lanes: readonly EchoLane[], dice: Seeded): Promise<void> {
  while (!lanes.some((lane) => lane.requests > 0)) await delay(1);
  const children = childrenOf(server);
  if (victim === 'child') {
    for (let count = dice.integer(1, 4); count > 0; count--) {
      const living = childrenOf(server);
      if (living.length > 0) kill(dice.pick(living));
      await delay(dice.integer(0, 15));
    }
    return;
  }
  const doomed = victim === 'parent' ? [server] : dice.pick([[server, ...children], [...children, server]]);
  doomed.forEach((pid) => kill(pid));
}

/** The sample server sends back what one receive gave it. */
const largestSend = 1024;

/**
 * Whether the process was killed inside a send on the connection: how much of that one left it nobody in it lived to say. The
 * report shows the call that never returned, and does not guess.
 */
function wasSending(report: Report, connection: Report['connections'][number]): boolean {
  const threads = report.processes.flatMap((process) => process.threads);
  return connection.owners.some((owner) => {
    const thread = threads.find((each) => each.id === owner.thread);
    const last = thread?.waits.at(-1);
    return last?.reason === 'send' && last.on === `connection:${connection.id}` && last.endNs === thread?.endNs;
  });
}

/** What the clients know and the report does not. Two connections from one address count together. */
function compareBooks(lanes: readonly EchoLane[], report: Report, untracedSend: boolean): string[] {
  const faults: string[] = [];
  let untraced = untracedSend ? 1 : 0;
  for (const address of new Set(lanes.map((lane) => lane.address))) {
    const total = (of: (lane: EchoLane) => number): number => lanes.reduce((sum, lane) => sum + (lane.address === address ? of(lane) : 0), 0);
    const [sent, answered, received] = [total((lane) => lane.sent), total((lane) => lane.answered), total((lane) => lane.received)];
    const known = report.connections.filter((each) => each.role === 'server' && each.peer === address);
    const bytesIn = known.reduce((sum, each) => sum + each.bytesIn, 0);
    const bytesOut = known.reduce((sum, each) => sum + each.bytesOut, 0);
    const books = `${address} (client: ${sent} sent, ${answered} answered, ${received} received; report: ${bytesIn} in, ${bytesOut} out)`;
    if (bytesIn < answered) faults.push(`answered bytes are missing from what came in: ${books}`);
    const oneSend = known.some((each) => wasSending(report, each)) ? largestSend : 0;
    const unsaid = received - oneSend - bytesOut;
    if (unsaid > 0 && unsaid <= largestSend && untraced > 0) untraced--;
    else if (unsaid > 0) faults.push(`received bytes are missing from what went out: ${books}`);
    // Nor may anything be made up.
    if (bytesIn > sent) faults.push(`more came in than was sent: ${books}`);
    if (bytesOut > sent) faults.push(`more went out than was sent in: ${books}`);
  }
  return faults;
}
