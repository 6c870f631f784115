/** A recording that is played again: nothing in the panel knows more than the play head. */
import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/protocol/rows';
import { noState } from '../../src/protocol/navigate';
import { stateCode, type SpanState } from '../../src/protocol/states';
import { infoAt, livesAt, rowsAt } from '../../webview/features/replay/rowsAt';
import { pageTests, windowOf } from './support/drive';
import { threadRow } from './support/recording';
import { Scenario } from './support/scenario';
import { screenshot } from './support/page';
import './support/fakeHost.types';

describe('rows as they were', () => {
  const scenario = new Scenario('server.py', 100);
  const process = scenario.process('server.py', 0, 100);
  const main = scenario.thread(process, 'MainThread', 0, 100);
  const handler = scenario.thread(process, 'Thread-1', 50, 90);
  const connection = scenario.connection(handler, '127.0.0.1:5000', 40, 80, { startNs: 30, queuedNs: 30, bytesIn: 12 });
  const all = new Map<string, Row>([process, main, handler, connection].map((row) => [row.id, row]));
  const at = (moment: number, known: Partial<Record<string, [SpanState, number, number]>>): Map<string, Row> => {
    const asked = [...all.values()].filter((row) => livesAt(row, moment)).map(({ id }) => id);
    return rowsAt(all, moment, asked, {
      state: Uint8Array.from(asked, (id) => (known[id] === undefined ? noState : stateCode[known[id][0]])).buffer,
      since: Float64Array.from(asked, (id) => known[id]?.[1] ?? 0).buffer,
      owner: Uint32Array.from(asked, (id) => known[id]?.[2] ?? 0).buffer,
      accepted: new Uint32Array(asked.length).buffer,
    });
  };

  it('are not there before they begin, and do not know their end', () => {
    expect([...at(20, {}).keys()]).toEqual(['p1', 't1']);
    const then = at(60, { t2: ['receive', 55, 0], c1: ['receiveWait', 55, 2], p1: ['alive', 0, 0] });
    expect(then.get('t2')).toMatchObject({ state: 'receive', stateSinceNs: 55, endNs: null });
    expect(then.get('p1')).toMatchObject({ exit: null, threads: 2, connections: 1 });
    expect(then.get('c1')).toMatchObject({ owner: 't2', parent: 't2', acceptedNs: 40 });
    // Its bytes up to then are not known.
    expect(then.get('c1')).toMatchObject({ bytesIn: NaN });
    expect(infoAt(scenario.info, then)).toMatchObject({ processes: 1, threads: 2, connections: 1 });
  });

  it('hang under who had them: in the queue, with their first owner, with their last', () => {
    expect(at(35, { c1: ['queued', 30, 0] }).get('c1')).toMatchObject({ owner: null, parent: null, acceptedNs: null, queuedNs: 30 });
    expect(at(45, { c1: ['working', 40, 1] }).get('c1')).toMatchObject({ owner: 't1', parent: 't1' });
    expect(at(85, {}).get('c1')).toMatchObject({ owner: 't2', endNs: 80, bytesIn: 12 });
  });

  it('are left as they are where they are over', () => {
    const over = threadRow('t9', { startNs: 1, endNs: 2, state: 'receive' });
    expect(livesAt(over, 3)).toBe(false);
    expect(livesAt(over, 1)).toBe(true);
    expect(livesAt(over, 0)).toBe(false);
  });
});

const { open } = pageTests();

describe('replay', () => {
  it('plays from the pointer, pauses, seeks, and ends as it was', async () => {
    const page = await open({ scenario: 'threading' });
    const rows = (): Promise<string[]> => page.locator('.headers .row-header').evaluateAll((headers) => headers.map((header) => header.getAttribute('data-row-id')!));
    const whole = await rows();
    const view = await windowOf(page);
    const canvas = (await page.locator('canvas.lanes').boundingBox())!;
    await page.locator('canvas.lanes').focus();
    await page.mouse.move(canvas.x + canvas.width * 0.15, canvas.y + 60);
    await page.keyboard.press('k');
    await page.getByTestId('replay-bar').waitFor();
    // Rows that are not there yet are not shown, and come.
    await expect.poll(async () => (await rows()).length).toBeLessThan(whole.length);
    const early = (await rows()).length;
    await page.getByTestId('replay-speed').selectOption('2');
    await expect.poll(async () => (await rows()).length, { timeout: 20_000 }).toBeGreaterThan(early);
    expect(await page.getByTestId('threads').count()).toBe(1);
    await page.getByTestId('replay-play').click();
    expect(await page.getByRole('status').filter({ hasText: /^Paused at/ }).count()).toBe(1);
    await screenshot(page, 'replay-dark');
    // A press on the axis puts the head.
    const axis = (await page.locator('canvas.axis').boundingBox())!;
    await page.mouse.click(axis.x + axis.width * 0.2, axis.y + 10);
    await expect.poll(() => page.getByTestId('replay-time').innerText()).toMatch(/^1\.\d s of 6\.0 s$/);
    // What is not there yet cannot be pointed at.
    await page.mouse.move(canvas.x + canvas.width * 0.9, canvas.y + 54);
    expect(await page.locator('.tooltip').count()).toBe(0);
    await page.locator('canvas.lanes').focus();
    await page.keyboard.press('Shift+K');
    await expect.poll(rows).toEqual(whole);
    expect(await page.getByTestId('replay-bar').count()).toBe(0);
    expect(await windowOf(page)).toEqual(view);
  });

  it('moves once a second where motion is to be reduced', async () => {
    const page = await open({ scenario: 'threading', reducedMotion: true });
    await page.locator('canvas.lanes').focus();
    await page.keyboard.press('k');
    const heads = await page.evaluate(async () => {
      const seen = new Set<string>();
      const until = performance.now() + 2600;
      while (performance.now() < until) {
        seen.add(document.querySelector<HTMLElement>('.minimap-head')?.style.left ?? '');
        await new Promise((done) => requestAnimationFrame(done));
      }
      return seen.size;
    });
    expect(heads).toBeGreaterThan(1);
    expect(heads).toBeLessThanOrEqual(4);
  });

  it('is not there while the program runs', async () => {
    const page = await open({ scenario: 'live' });
    await page.locator('canvas.lanes').focus();
    await page.keyboard.press('k');
    expect(await page.getByTestId('replay').count()).toBe(0);
    expect(await page.getByTestId('replay-bar').count()).toBe(0);
  });
});
