/** A debugger's stops over the lanes, in words, and taken off the lengths of time. */
import { describe, expect, it } from 'vitest';
import type { TileBand } from '../../src/protocol/tile';
import { lengthWithout } from '../../src/protocol/stopped';
import { paintBands, wordsOf } from '../../webview/features/stops/paint';
import { readTile } from '../../webview/timeline/columns';
import { pageTests, pointOf, savedState } from './support/drive';
import { painted, screenshot } from './support/page';
import { lane, recordingSurface, testPalette, testScene, testTile, threadRow } from './support/recording';
import { ms } from './support/scenario';
import { themes, type ThemeName } from './support/themes';

function band(more: Partial<TileBand>): TileBand {
  const made = { row: 't1', fromNs: 200, toNs: 600, open: false, light: false, stops: 1, asked: more.stops ?? 1, thread: 't1', reason: 'breakpoint', at: { file: '/srv/server.py', line: 7 }, ...more };
  return { ...made, stoppedNs: made.toNs - made.fromNs };
}

function painting(bands: TileBand[], more: Parameters<typeof testScene>[0] = {}): string[] {
  const { surface, calls } = recordingSurface();
  const columns = readTile({ ...testTile({ t1: [], t2: [] }), bands });
  paintBands(surface, testScene({ lanes: [lane(threadRow('t1')), lane(threadRow('t2'))], columns, width: 400, ...more }));
  return calls;
}

describe('bands', () => {
  const { stop } = testPalette();

  it('stand at their time in their lane, with an edge at both ends, and strokes within', () => {
    const calls = painting([band({ row: 't2' })]);
    expect(calls).toContain(`fillRect(80, 23, 2, 19) ${stop}`);
    expect(calls).toContain(`fillRect(238, 23, 2, 19) ${stop}`);
    const xs = calls.filter((call) => /^(moveTo|lineTo)/.test(call)).map((call) => Number(/\(([\d.]+)/.exec(call)![1]));
    expect(xs.length).toBeGreaterThan(40);
    expect([Math.min(...xs), Math.max(...xs)]).toEqual([81, 240]);
  });

  it('say why and for how long where there is room', () => {
    expect(painting([band({ toNs: 800 })]).some((call) => call.startsWith('fillText(breakpoint · server.py:7 · 600 ns,'))).toBe(true);
    expect(painting([band({ toNs: 300 })]).some((call) => call.startsWith('fillText'))).toBe(false);
    expect(wordsOf(band({ stops: 3, reason: null, at: null }), 600)).toEqual(['3 stops · 400 ns', '3 stops']);
    expect(wordsOf(band({ reason: null, at: null }), 600)[0]).toBe('stopped · 400 ns');
  });

  it('that are light have fewer strokes and no frame', () => {
    const strokes = (calls: string[]): number => calls.filter((call) => call.startsWith('moveTo')).length;
    const [light, solid] = [painting([band({ light: true })]), painting([band({})])];
    expect(strokes(light)).toBeLessThan(strokes(solid));
    expect(light.filter((call) => call.startsWith('fillRect') && call.endsWith(stop))).toHaveLength(2);
  });

  it('that last reach to the present and have no end', () => {
    const calls = painting([band({ open: true })], { nowNs: 900 });
    expect(calls.filter((call) => call.endsWith(stop) && call.startsWith('fillRect(') && call.includes(', 2, 19'))).toEqual([`fillRect(80, 1, 2, 19) ${stop}`]);
    expect(calls.some((call) => call.includes('700 ns'))).toBe(true);
  });

  it('out of sight, of no row, or of none at all draw nothing', () => {
    expect(painting([band({ row: 't9' }), band({ fromNs: 5000, toNs: 6000 })]).filter((call) => /^(fill|stroke|move)/.test(call))).toEqual([]);
  });
});

it('a length without stops never grows while it is stopped, and is never negative', () => {
  expect(lengthWithout(0, 100, 500, undefined)).toBe(100);
  expect(lengthWithout(0, 100, 500, { ns: 30, sinceNs: null })).toBe(70);
  expect([500, 900].map((now) => lengthWithout(0, null, now, { ns: 30, sinceNs: 400 }))).toEqual([370, 370]);
  expect(lengthWithout(0, 10, 500, { ns: 30, sinceNs: null })).toBe(0);
});

describe('in the page', () => {
  const { open } = pageTests();

  it.each(Object.keys(themes) as ThemeName[])('is seen in the theme %s', async (theme) => {
    for (const [width, height] of [[1100, 640], [600, 520]] as const) {
      const page = await open({ scenario: 'debugged', theme, width, height });
      await painted(page);
      await page.waitForTimeout(300);
      await screenshot(page, `stops-${theme}-${width}`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    }
  });

  it('a paused thread says so by a word, and a band in a sentence', async () => {
    const page = await open({ scenario: 'debugged', width: 1200, height: 640 });
    await painted(page);
    expect(await page.locator('[data-row-id=t2] [data-testid=paused]').textContent()).toContain('paused · breakpoint');
    expect(await page.locator('[data-row-id=t3] [data-testid=paused]').count()).toBe(0);
    const { x, y } = await pointOf(page, 't2', 1500 * ms);
    await page.mouse.move(x, y);
    await page.locator('.tooltip-stop').waitFor();
    expect(await page.locator('.tooltip-stop').textContent()).toBe('Stopped in the debugger (breakpoint, echo_server.py:7) for 1.50 s.');
    await screenshot(page, 'stops-tooltip');
    await page.mouse.click(x, y);
    await page.getByTestId('doing').filter({ hasText: 'Stopped in the debugger' }).waitFor();
  });

  it('the switch takes stopped time off, by key and button, and survives a reload', async () => {
    const page = await open({ scenario: 'debugged', width: 1200, height: 640 });
    await painted(page);
    const { x, y } = await pointOf(page, 'c1', 1500 * ms);
    await page.mouse.click(x, y);
    const doing = page.getByTestId('doing');
    await doing.filter({ hasText: 'For 1.62 s.' }).waitFor();
    await page.mouse.move(x + 2, y);
    await page.locator('.tooltip').filter({ hasText: '1.62 s' }).waitFor();
    await page.keyboard.press('b');
    await page.locator('.tooltip').filter({ hasText: '120 ms' }).waitFor();
    await doing.filter({ hasText: 'For 120 ms.' }).waitFor();
    expect(await page.getByTestId('without-stops').getAttribute('aria-pressed')).toBe('true');
    await screenshot(page, 'stops-without');
    await expect.poll(async () => (await savedState(page)).features.stops).toBe(true);
    const again = await open({ scenario: 'debugged', width: 1200, height: 640, state: await savedState(page) });
    await painted(again);
    await again.locator('[data-testid=without-stops][aria-pressed=true]').waitFor();
    await page.getByTestId('without-stops').click();
    await doing.filter({ hasText: 'For 1.62 s.' }).waitFor();
  });

  it('the switch reaches what the panel sums up itself: ages, the table of rows, a range and its totals', async () => {
    const page = await open({ scenario: 'debugged', width: 1200, height: 760 });
    await painted(page);
    const age = page.locator('[data-node-id=p1] .node-age');
    await expect.poll(() => age.textContent()).toBe('5.0 s');
    await page.locator('canvas.lanes').focus();
    await page.keyboard.press('t');
    const cell = page.locator('[data-testid=rows-table] tr', { hasText: 'server.py' }).first().locator('td.number').first();
    await expect.poll(() => cell.textContent()).toBe('5.0 s');
    const from = await pointOf(page, 't1', 500 * ms);
    const to = await pointOf(page, 't1', 3500 * ms);
    const axis = (await page.locator('canvas.axis').boundingBox())!;
    await page.mouse.move(from.x, axis.y + 10);
    await page.mouse.down();
    await page.mouse.move(to.x, axis.y + 10, { steps: 4 });
    await page.mouse.up();
    const range = page.getByTestId('range');
    const lengthS = async (): Promise<number> => Number(/([\d.]+) s/.exec((await range.textContent()) ?? '')?.[1]);
    await expect.poll(lengthS).toBeCloseTo(3, 1);
    await page.keyboard.press('b');
    await expect.poll(lengthS).toBeCloseTo(1.5, 1);
    // Two stops, of which one lasts: 1.5 s and 0.7 s.
    await expect.poll(async () => Number.parseFloat((await age.textContent()) ?? '')).toBeLessThan(3);
    await expect.poll(async () => Number.parseFloat((await cell.textContent()) ?? '')).toBeLessThan(3);
    await screenshot(page, 'stops-range');
    await page.keyboard.press('b');
    await expect.poll(lengthS).toBeCloseTo(3, 1);
    await expect.poll(() => age.textContent()).toBe('5.0 s');
  });

  it('a recording without stops has no switch', async () => {
    const page = await open({ scenario: 'threading' });
    await painted(page);
    expect(await page.getByTestId('without-stops').count()).toBe(0);
  });
});
