/** How long the panel says that something lasted, with a debugger's stop and, after the key B, without it. */
import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import type { ReportMark } from '../../../src/protocol/report';
import type { Run } from '../../../src/ui/run';
import { clickLane, press } from './panel';
import { eventually } from './product';

const unitsMs: Readonly<Record<string, number>> = { s: 1000, ms: 1, 'µs': 1e-3, ns: 1e-6 };

/** A machine that is shared may keep a test for so long that lengths are said by the tenth of a second, or by the second. */
const minuteMs = 60_000;
const saidWithin = (ms: number): number => (ms < 10_000 ? 50 : ms < minuteMs ? 150 : 1000);

/** What is said of the piece that was clicked: “For 1.52 s.”, “For 1 min 05 s.” NaN where nothing is. */
async function shownMs(frame: FrameLocator): Promise<number> {
  const [, minutes = '0', value, unit = ''] = /For (?:(\d+) min )?([\d.]+) ([a-zµ]+)\./.exec(await frame.getByTestId('doing').innerText()) ?? [];
  return Number(minutes) * minuteMs + Number(value) * (unitsMs[unit] ?? NaN);
}

/**
 * Of an ended run: what a row was at during the stop is said with the stop's length, and without it once the switch is on. The switch stays on.
 * @param look is called between the two.
 */
export async function lengthWithoutStop(frame: FrameLocator, run: Run, row: string, mark: ReportMark, look: () => Promise<unknown>): Promise<void> {
  const stopMs = markMs(mark);
  await frame.locator('[data-testid=run-state][data-state=ended]').waitFor();
  await frame.getByTestId('fit').click();
  if ((await frame.locator('.details').count()) === 0) await frame.getByTestId('details-toggle').click();
  const header = frame.locator(`.headers [data-row-id="${row}"]`);
  const middle = (mark.fromNs + (stopMs * 1e6) / 2) / run.rows.info!.nowNs;
  await clickLane(frame, header, middle, 'the length with the stop', async () => (await shownMs(frame)) >= stopMs * 0.9);
  const withStop = await shownMs(frame);
  await look();
  await press(frame, 'canvas.lanes', 'b');
  await eventually('the length without it', async () => Math.abs(withStop - (await shownMs(frame)) - stopMs) <= saidWithin(withStop));
}

/** NaN while it lasts. */
export function markMs({ fromNs, toNs }: ReportMark): number {
  return ((toNs ?? NaN) - fromNs) / 1e6;
}

/** The stop is as long as its client felt it, who asked just before and was answered just after: where everything takes long because others want the cores, that does too. */
export function assertFelt(mark: ReportMark, feltMs: number, leastMs: number): void {
  const lasted = markMs(mark);
  console.log(`      the stop is ${lasted.toFixed(0)} ms long, its client waited for ${feltMs.toFixed(0)} ms`);
  assert.ok(feltMs >= leastMs && lasted <= feltMs && feltMs - lasted <= 50 + feltMs / 50, `${lasted} ms of ${feltMs} ms`);
}
