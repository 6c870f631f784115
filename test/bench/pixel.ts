/**
 * From event to pixel: how long after a client has sent a message does the panel show what the server does with it?
 *
 *     client sends ─► server receives ─► record ─► tail ─► model ─► tile ─► canvas painted
 *     t0 (CLOCK_MONOTONIC)                                                  t1 (the page's performance.now())
 *
 * Each message puts its connection from waiting to working for a while. The lane's pixels just left of the present are
 * read back from the canvas after every paint; the first paint that shows the new colour ends the delay. So what is
 * measured is what is drawn, not what was said to be drawn. The window is zoomed to two seconds first: in a longer one the
 * new state is narrower than a pixel at first, which is a matter of scale and not of delay.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ElementHandle, FrameLocator, Locator, Page } from 'playwright-core';
import { descendantsOf } from '../engine/support/tree';
import { sleep } from '../harness/processes';
import { webviewFrame } from '../harness/window';
import { chat, Chatter, monotonic, portIn } from './chat';
import { inWorkbench } from './inWorkbench';
import { moveToCores } from './machine';
import { quantile } from './statistics';

const usualSamples = 60;
const workMs = 400;
/** How waiting looks is seen for so long before anything is said. */
const quietMs = 500;
const chatters = 5;
const chatEveryMs = 100;
/** Lane pixels that are read, in CSS pixels left of the present. */
const strip = { left: 3, width: 2 };
/** Below this distance two mean colours count as the same. */
const leastDistance = 6;

/** The element itself: a locator would look for it anew at every question, and the clocks would be read apart. */
type Canvas = ElementHandle;

/** Whose lane is watched. */
export interface Subject {
  /** Makes it work after a wait: `work 400`. @returns the moment, monotonic ms; null where it is over and says nothing any more. */
  say(line: string): Promise<number | null>;
}

export interface Lane {
  readonly top: number;
  readonly height: number;
  readonly left: number;
  readonly width: number;
}

type Paint = readonly [at: number, red: number, green: number, blue: number, sequence: number];

export async function benchPixel(_python: string, scratch: string, allCores: readonly number[]): Promise<void> {
  const portFile = join(scratch, 'port');
  const folder = join(__dirname, 'programs');
  const env = { FORKSCOPE_BENCH_PROGRAM: join(folder, 'pausing_echo.py'), FORKSCOPE_BENCH_PORT: portFile };
  await inWorkbench({ scratch, allCores, folder, env }, async (page) => measure(page, await portIn(portFile, 90_000), allCores));
}

async function measure(page: Page, port: number, allCores: readonly number[]): Promise<void> {
  const frame = webviewFrame(page);
  const canvas = frame.getByTestId('lanes');
  await canvas.waitFor({ timeout: 60_000 });
  const subject = await Chatter.open(port);
  const others = await Promise.all(Array.from({ length: chatters }, () => Chatter.open(port)));
  const over = new AbortController();
  const talk = chat(others, chatEveryMs, over.signal);
  try {
    const header = frame.locator('.headers [data-kind="connection"]', { hasText: String(subject.socket.localPort) }).first();
    const lane = await laneOf(header, canvas);
    await followClosely(frame, canvas);
    const handle = await canvas.elementHandle();
    if (allCores.length > 1) report(`on ${allCores.length} cores`, await delays(handle, lane, subject));
    for (const pid of [process.pid, ...descendantsOf(process.pid)]) moveToCores(pid, allCores.slice(-1));
    await sleep(1000);
    report('everything on one core', await delays(handle, lane, subject));
  } finally {
    over.abort();
    await Promise.race([talk, sleep(1000)]);
    [subject, ...others].forEach((client) => client.leave());
  }
}

/** Where the lane of this header is on the canvas. */
export async function laneOf(header: Locator, canvas: Locator): Promise<Lane> {
  await header.waitFor({ timeout: 20_000 });
  await sleep(1500); // The rows of the other clients have come by then, and nothing moves any more.
  const [row, lanes] = [await header.boundingBox(), await canvas.boundingBox()];
  if (row === null || lanes === null || row.y + row.height > lanes.y + lanes.height) throw new Error('the lane of the measured connection is not in sight');
  return { top: row.y - lanes.y + 2, height: row.height - 4, ...strip };
}

/** Zooms in to about two seconds, and follows the present again. */
export async function followClosely(frame: FrameLocator, canvas: Locator): Promise<void> {
  await canvas.focus();
  for (let count = 0; count < 10; count++) await canvas.press('+');
  await frame.getByTestId('live').click();
}

export interface Delays {
  readonly found: number[];
  readonly missed: number;
  /** Of each message that was missed: when after it the lane was painted, ms, `+` where it looked like work. */
  readonly instead: readonly string[];
  readonly paintsPerSecond: number;
  /** How far the two clocks may be misread, in ms. */
  readonly clockError: number;
  /** By a picture's number, monotonic ms: when the page got it, and when it had painted it, or a later one. */
  readonly pictures: ReadonlyMap<number, { readonly came: number; readonly painted: number | undefined }>;
}

/** @param pauseMs between the end of one message's work and the next message, at least. */
export async function delays(canvas: Canvas, lane: Lane, subject: Subject, samples = usualSamples, pauseMs = 250): Promise<Delays> {
  const before = await clockOffset(canvas);
  await inPage(canvas, `(${readFileSync(join(__dirname, 'watchPixels.js'), 'utf8')})(canvas, ${JSON.stringify(lane)})`);
  await sleep(quietMs);
  const sent: number[] = [];
  for (let count = 0; count < samples; count++) {
    await sleep(pauseMs + Math.random() * 200); // The delay must not lock in with any period of ours.
    const at = await subject.say(`work ${workMs}`);
    if (at === null) break;
    sent.push(at);
  }
  await sleep(500);
  const { paints, came } = await inPage<{ paints: Paint[]; came: [number, number][] }>(canvas, '(window.forkscopeBench.stop(), window.forkscopeBench)');
  const after = await clockOffset(canvas);
  const offset = (before.offset + after.offset) / 2;
  const clockError = Math.max(before.error, after.error) + Math.abs(before.offset - after.offset) / 2;
  const seconds = ((paints.at(-1)?.[0] ?? 0) - (paints[0]?.[0] ?? 0)) / 1000;
  const pictures = new Map(came.map(([sequence, at]) => {
    const painted = paints.find((paint) => paint[4] >= sequence)?.[0];
    return [sequence, { came: at + offset, painted: painted === undefined ? undefined : painted + offset }] as const;
  }));
  return { ...judge(paints, sent.map((at) => at - offset)), paintsPerSecond: paints.length / seconds, clockError, pictures };
}

/** Evaluates an expression in the panel's page. Made from text: what the bench's own compiler adds to a function is not there. */
function inPage<T>(canvas: Canvas, expression: string): Promise<T> {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  return canvas.evaluate(new Function('canvas', `return ${expression}`) as (element: unknown) => T);
}

/** How much later the page's clock begins than ours: the tightest of many questions bounds it from both sides. */
async function clockOffset(canvas: Canvas): Promise<{ offset: number; error: number }> {
  let best = { offset: 0, error: Infinity };
  for (let count = 0; count < 100; count++) {
    const begin = monotonic();
    const there = await inPage<number>(canvas, 'performance.now()');
    const end = monotonic();
    if (end - begin < 2 * best.error) best = { offset: (begin + end) / 2 - there, error: (end - begin) / 2 };
  }
  return best;
}

/**
 * For each message the first paint whose colour is nearer to that of working than to that of waiting. How waiting looks is seen before the
 * first message, how working looks is what differs most from it: so a picture that is late by any time is still told apart.
 */
function judge(paints: readonly Paint[], sent: readonly number[]): Pick<Delays, 'found' | 'missed' | 'instead'> {
  const between = (from: number, to: number): Paint[] => paints.filter(([at]) => at >= from && at < to);
  const [first = 0] = sent;
  const waiting = meanColour(between(first - quietMs, first));
  const others = paints.filter(([at]) => at >= first).sort((a, b) => distance(colourOf(b), waiting) - distance(colourOf(a), waiting));
  const working = meanColour(others.slice(0, Math.ceil(others.length / 10)));
  if (!(distance(waiting, working) >= leastDistance)) {
    throw new Error(`waiting (${waiting.map(Math.round).join()}) and working (${working.map(Math.round).join()}) can't be told apart in the lane`);
  }
  const found: number[] = [];
  const instead: string[] = [];
  sent.forEach((at, index) => {
    const isWorking = (paint: Paint): boolean => distance(colourOf(paint), working) < distance(colourOf(paint), waiting);
    const shown = between(at, sent[index + 1] ?? at + workMs + quietMs);
    // What was shown as work when it was sent belongs to the message before; between two paints the whole delay may pass.
    const last = paints.filter((paint) => paint[0] < at).at(-1);
    const from = last === undefined || !isWorking(last) ? 0 : shown.findIndex((paint) => !isWorking(paint));
    const hit = from < 0 ? undefined : shown.slice(from).find(isWorking);
    if (hit !== undefined) found.push(hit[0] - at);
    else instead.push(shown.map((paint) => `${(paint[0] - at).toFixed(0)}${isWorking(paint) ? '+' : ''}`).join(' '));
  });
  return { found, missed: sent.length - found.length, instead };
}

const colourOf = (paint: Paint): number[] => paint.slice(1, 4);

function meanColour(paints: readonly Paint[]): number[] {
  return [1, 2, 3].map((part) => quantile(paints.map((paint) => paint[part]!), 0.5));
}

function distance(one: readonly number[], other: readonly number[]): number {
  return Math.hypot(...one.map((value, part) => value - other[part]!));
}

export function report(title: string, { found, missed, instead, paintsPerSecond, clockError }: Delays): void {
  const [p50, p95] = [0.5, 0.95].map((at) => quantile(found, at).toFixed(0));
  console.log(
    `  ${title}: p50 ${p50} ms, p95 ${p95} ms, longest ${Math.max(...found).toFixed(0)} ms, of ${found.length} messages` +
      `${missed > 0 ? `; ${missed} were never seen in the lane` : ''}; ${paintsPerSecond.toFixed(0)} paints/s; clocks within ±${clockError.toFixed(1)} ms`,
  );
  for (const painted of instead) console.log(`    one that was never seen; painted after it, ms, + like work: ${painted}`);
}
