/**
 * A run of 50,000 events a second for a minute, in a real VS Code with the panel open: from event to pixel, how busy the extension host's
 * thread is meanwhile, and whether everything that was written is there in the end.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { reportOf } from '../../../src/engine/reportFile';
import { ROOT } from '../../harness/root';
import { sleep } from '../../harness/processes';
import { webviewFrame } from '../../harness/window';
import { inWorkbench } from '../inWorkbench';
import { manifestFile, type Manifest } from '../../../src/protocol/files';
import { delays, followClosely, laneOf, report, type Delays, type Subject } from '../pixel';
import { quantile } from '../statistics';
import { eventsPerSecond } from '../recordings/madeRun';
import type { FromWriter, ToWriter } from './writer';

const seconds = Number(process.env.FORKSCOPE_BENCH_SECONDS ?? 60);
/** Of the made-up run's first client, which is the subject. */
const subjectPort = '20000';
const likeDesktop = process.env.FORKSCOPE_BENCH_WINDOW !== 'browser';
/** By then the window that follows the present has its full length, and the run its full rate. */
const settledSeconds = 22;
/** Nobody answers here, so between two messages there is time for the work of one and for a picture that is late. */
const pauseMs = 800;
const mostApartMs = pauseMs + 200;
/** As many as there is time for: of 25 the tail is one or two. */
const samples = Math.floor(((seconds - settledSeconds) * 1000) / mostApartMs);
const endWithinMs = 120_000;
/** At the end of it the editor has nothing to do. */
const restMs = 12_000;
/** As the extension does. */
const watchedEveryMs = 500;

/** A line of what the extension wrote down. */
interface Watched {
  readonly at: number;
  readonly active: number;
  readonly idle: number;
  readonly cpuMs: number;
  readonly waitedMs: number;
  readonly turns: number;
  /** That came from the engine meanwhile: number, youngest moment in ns from the first event, when it came in monotonic ms, bytes of a patch's buffer or -1. Number 0: an update of rows, its bytes. */
  readonly pictures: readonly (readonly [sequence: number, nowNs: number, came: number, bytes: number])[];
  readonly events: number;
  readonly state?: string;
  readonly selected: boolean;
}

export async function benchLive(_python: string, scratch: string, allCores: readonly number[]): Promise<void> {
  const folder = join(scratch, 'made.run');
  const watch = join(scratch, 'watch');
  const { FORKSCOPE_BENCH_PROFILE: profile } = process.env;
  const env = { FORKSCOPE_BENCH_FOLDER: folder, FORKSCOPE_BENCH_WATCH: watch, FORKSCOPE_BENCH_PEER: subjectPort, ...(profile === undefined ? {} : { FORKSCOPE_BENCH_PROFILE: profile }) };
  console.log(likeDesktop ? '  the window as a desktop has it: nothing is compressed on its way (FORKSCOPE_BENCH_WINDOW=browser for the other)' : '  the window as a browser has it: what goes there is compressed');
  await inWorkbench({ scratch, allCores, likeDesktop, folder: join(__dirname, '..', 'programs'), env }, async (page) => {
    const writer = new Writer(folder, seconds * eventsPerSecond);
    try {
      await measure(page, writer, watch, folder);
    } finally {
      writer.stop();
    }
  });
}

async function measure(page: Page, writer: Writer, watch: string, folder: string): Promise<void> {
  const frame = webviewFrame(page);
  const canvas = frame.getByTestId('lanes');
  await canvas.waitFor({ timeout: 60_000 });
  await until('the subject is shown', 30_000, () => watched(watch).at(-1)?.selected === true);
  await sleep(Math.max(0, settledSeconds * 1000 - writer.ageMs()));
  await followClosely(frame, canvas);
  // Others come and go all the time: a pinned lane stays where it is.
  await canvas.press('p');
  const lane = await laneOf(frame.locator('.pinned-headers .row-header').first(), canvas);
  const handle = await canvas.elementHandle();
  const from = watched(watch).at(-1)!;
  const fromMs = writer.ageMs();
  const found = await delays(handle, lane, writer, samples, pauseMs);
  const to = watched(watch).at(-1)!;
  const toMs = writer.ageMs();
  report('event to pixel (aim: p95 ≤ 100 ms)', found);
  for (const line of legs(found, watched(watch).flatMap(({ pictures }) => pictures), beganMs(folder))) console.log(`    ${line}`);
  const passed = (to.at - from.at) / 1000;
  console.log(`  the extension host's thread: ${workOf(from, to)} (aim: busy ≤ 5 %); from second ${(fromMs / 1000).toFixed(0)} to ${(toMs / 1000).toFixed(0)} of the run, with ${((to.events - from.events) / passed).toFixed(0)} events/s shown`);
  const ended = await writer.ended();
  await until('the panel has everything', endWithinMs, () => watched(watch).at(-1)?.state === 'ended');
  await sleep(restMs);
  const [rest, now] = [watched(watch).at(-Math.round(restMs / 2 / watchedEveryMs))!, watched(watch).at(-1)!];
  console.log(`    when the run has ended, and nothing but the editor itself is at work: ${workOf(rest, now)}`);
  const { report: last, problems } = await reportOf({ kind: 'folder', path: folder }, false);
  const shown = watched(watch).at(-1)!.events;
  console.log(`  written ${String(ended.events)} events in ${ended.seconds.toFixed(0)} s, the writer at most ${ended.lateMs.toFixed(0)} ms behind the clock; ` +
    `lost (aim: none): in the panel ${String(ended.events - shown)}, in the report ${String(ended.events - last.recording.events)}, said by the recording ${String(last.recording.lostEvents)}`);
  for (const problem of problems) console.log(`  ${problem}`);
}

/** Busy is the time in which it does not wait for news, also where it has work and no core: how much of the time it had none stands beside it. */
function workOf(from: Watched, to: Watched): string {
  const active = to.active - from.active;
  const passed = to.at - from.at;
  return `busy ${share(active / (active + to.idle - from.idle))} of the time, processor time ${share((to.cpuMs - from.cpuMs) / passed)} of a core, ` +
    `ready and without a core ${share((to.waitedMs - from.waitedMs) / passed)}; put on a core ${((1000 * (to.turns - from.turns)) / passed).toFixed(0)} times a second`;
}

/** What costs the page a long frame holds up the pictures beside it. */
const besideMs = 60;

/** Where the delay comes from: each picture followed from the engine to the screen. The run's first event is at its beginning, within a ms. */
function legs({ pictures }: Delays, sent: Watched['pictures'], runBeganMs: number): string[] {
  const followed = sent.flatMap(([sequence, nowNs, atHost, bytes]) => {
    const there = pictures.get(sequence);
    return there?.painted === undefined ? [] : [{ youngest: runBeganMs + nowNs / 1e6, atHost, bytes, came: there.came, painted: there.painted }];
  });
  const line = (name: string, values: number[]): string => `${name}: ${[0.5, 0.95].map((at) => quantile(values, at).toFixed(1)).join(' / ')}`;
  const [first, last] = [followed[0]?.atHost ?? 0, followed.at(-1)?.atHost ?? 0];
  const rows = sent.filter(([sequence, , at]) => sequence === 0 && at >= first && at <= last);
  const [beside, alone] = [true, false].map((wanted) => followed.filter(({ atHost }) => wanted === rows.some(([, , at]) => Math.abs(at - atHost) < besideMs)));
  const patches = followed.filter(({ bytes }) => bytes >= 0);
  return [
    `of ${String(followed.length)} pictures, ${String(patches.length)} of them patches, p50 / p95:`,
    line('its youngest moment, held back, to the extension host, ms', followed.map(({ youngest, atHost }) => atHost - youngest)),
    line('from the extension host to the page, ms', followed.map(({ atHost, came }) => came - atHost)),
    line(`  of them ${String(beside!.length)} within ${String(besideMs)} ms of an update of rows`, beside!.map(({ atHost, came }) => came - atHost)),
    line('  the others', alone!.map(({ atHost, came }) => came - atHost)),
    line('until it was painted, ms', followed.map(({ came, painted }) => painted - came)),
    line('its youngest moment to painted, ms', followed.map(({ youngest, painted }) => painted - youngest)),
    line('from one to the next at the extension host, ms', followed.slice(1).map(({ atHost }, at) => atHost - followed[at]!.atHost)),
    line(`rows, ${((1000 * rows.length) / (last - first)).toFixed(1)} times a second, kB`, rows.map(([, , , length]) => length / 1000)),
    line('a patch, kB', patches.map(({ bytes }) => bytes / 1000)),
  ];
}

/** CLOCK_MONOTONIC, ms. */
function beganMs(folder: string): number {
  const { startedNs } = JSON.parse(readFileSync(join(folder, manifestFile), 'utf8')) as Manifest;
  return Number(startedNs) / 1e6;
}

const share = (part: number): string => `${(part * 100).toFixed(1)} %`;

function watched(file: string): Watched[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split('\n').filter((line) => line.endsWith('}')).map((line) => JSON.parse(line) as Watched);
}

async function until(what: string, withinMs: number, condition: () => boolean): Promise<void> {
  for (const end = Date.now() + withinMs; !condition(); ) {
    if (Date.now() > end) throw new Error(`within ${String(withinMs / 1000)} s not: ${what}`);
    await sleep(100);
  }
}

class Writer implements Subject {
  private readonly child: ChildProcess;
  private readonly began = Date.now();
  private readonly end: Promise<Extract<FromWriter, { type: 'ended' }>>;
  private spoken: (atMs: number | null) => void = () => undefined;

  constructor(folder: string, events: number) {
    this.child = fork(join(__dirname, 'writer.ts'), [folder, String(events)], { execArgv: ['--require', 'tsx/cjs'], cwd: ROOT });
    this.end = new Promise((resolve, reject) => {
      this.child.on('message', (message: FromWriter) => {
        if (message.type === 'ended') resolve(message);
        else this.spoken(message.atMs);
      });
      this.child.on('exit', (code) => reject(new Error(`the writer ended with ${String(code)}`)));
    });
    this.end.catch(() => undefined);
  }

  ageMs(): number {
    return Date.now() - this.began;
  }

  say(line: string): Promise<number | null> {
    const workMs = Number(line.split(' ')[1]);
    return new Promise((resolve) => {
      this.spoken = resolve;
      this.tell({ type: 'speak', workMs });
    });
  }

  ended(): Promise<Extract<FromWriter, { type: 'ended' }>> {
    return this.end;
  }

  stop(): void {
    if (this.child.connected) this.tell({ type: 'end' });
  }

  private tell(message: ToWriter): void {
    this.child.send(message);
  }
}
