/** Finding one's way in time: F, back and forward, the line at the pointer, the way back to the present, the sheet of keys. */
import { describe, expect, it } from 'vitest';
import { pageTests, pointOf, windowOf } from './support/drive';
import { painted, screenshot } from './support/page';
import './support/fakeHost.types';

const { open } = pageTests();

const spanOf = ({ fromNs, toNs }: { fromNs: number; toNs: number }): number => toNs - fromNs;

describe('F', () => {
  it('centres the selected span, then shows all', async () => {
    const page = await open({ scenario: 'iterative' });
    await page.locator('canvas.lanes').focus();
    await page.keyboard.press('f');
    const whole = await windowOf(page);
    const at = await pointOf(page, 'c2', 1.8e9);
    await page.mouse.click(at.x, at.y);
    await page.keyboard.press('f');
    const near = await windowOf(page);
    expect(spanOf(near)).toBeLessThan(spanOf(whole) * 0.9);
    await page.keyboard.press('f');
    expect(await windowOf(page)).toEqual(whole);
    // A row without a span: its life.
    await page.locator('[data-row-id=c2]').click();
    await page.locator('canvas.lanes').focus();
    await page.keyboard.press('f');
    const life = await windowOf(page);
    expect(life).not.toEqual(whole);
    // Another selection: the window is where F put it, but not for this one.
    await page.keyboard.press('.');
    await expect.poll(() => page.locator('canvas.lanes').getAttribute('data-drawn-selected')).not.toBe('');
    await page.keyboard.press('f');
    expect(spanOf(await windowOf(page))).toBeLessThan(spanOf(life));
    await page.keyboard.press('Escape');
    await page.keyboard.press('f');
    expect(await windowOf(page)).toEqual(whole);
  });
});

describe('zooming by key', () => {
  it('keeps the moment under the pointer, and the middle where there is none', async () => {
    const page = await open({ scenario: 'threading' });
    const at = await pointOf(page, 't1', 1.5e9);
    await page.locator('canvas.lanes').focus();
    await page.mouse.move(at.x, at.y);
    for (let press = 0; press < 5; press++) await page.keyboard.press('w');
    expect(Math.abs((await pointOf(page, 't1', 1.5e9)).x - at.x)).toBeLessThan(4);
    await page.mouse.move(5, 5);
    const before = await windowOf(page);
    await page.keyboard.press('s');
    const after = await windowOf(page);
    expect((after.fromNs + after.toNs) / 2).toBeCloseTo((before.fromNs + before.toNs) / 2, -3);
  });

  it('pinches in small steps, and a sideways wheel moves through time', async () => {
    const page = await open({ scenario: 'threading' });
    const whole = await windowOf(page);
    const at = await pointOf(page, 't1', 2e9);
    // What Chromium makes of a pinch: wheel events with Ctrl, a few pixels each.
    await page.locator('canvas.lanes').evaluate((canvas, { x, y }) => {
      for (let step = 0; step < 20; step++) canvas.dispatchEvent(new WheelEvent('wheel', { deltaY: -4, ctrlKey: true, clientX: x, clientY: y, bubbles: true, cancelable: true }));
    }, at);
    const near = await windowOf(page);
    expect(spanOf(near) / spanOf(whole)).toBeCloseTo(Math.exp(-0.8), 2);
    expect(Math.abs((await pointOf(page, 't1', 2e9)).x - at.x)).toBeLessThan(2);
    await page.mouse.move(at.x, at.y);
    await page.mouse.wheel(120, 0);
    const moved = await windowOf(page);
    expect(moved.fromNs).toBeGreaterThan(near.fromNs);
    expect(spanOf(moved)).toBeCloseTo(spanOf(near), -3);
  });
});

describe('back and forward', () => {
  it('go through the windows, a gesture at a time', async () => {
    const page = await open({ scenario: 'threading' });
    const whole = await windowOf(page);
    await page.locator('canvas.lanes').focus();
    for (let press = 0; press < 4; press++) await page.keyboard.press('w');
    const near = await windowOf(page);
    await page.waitForTimeout(700);
    await page.keyboard.press('Shift+d');
    const later = await windowOf(page);
    await page.keyboard.press('Backspace');
    expect(await windowOf(page)).toEqual(near);
    await page.keyboard.press('Backspace');
    expect(await windowOf(page)).toEqual(whole);
    await page.keyboard.press('Backspace');
    expect(await windowOf(page)).toEqual(whole);
    await page.keyboard.press('Shift+Backspace');
    await page.keyboard.press('Shift+Backspace');
    expect(await windowOf(page)).toEqual(later);
  });

  it('have no step for a move that leads nowhere', async () => {
    const page = await open({ scenario: 'threading' });
    await page.locator('canvas.lanes').focus();
    // Moves that follow each other sooner are one step.
    const pause = (): Promise<void> => page.waitForTimeout(700);
    for (const key of ['w', 'Shift+a', 'Shift+a']) await page.keyboard.press(key);
    const edge = await windowOf(page);
    await pause();
    await page.keyboard.press('d');
    const later = await windowOf(page);
    expect(later).not.toEqual(edge);
    for (let press = 0; press < 2; press++) {
      await pause();
      await page.keyboard.press('Shift+a');
      expect(await windowOf(page)).toEqual(edge);
    }
    await page.keyboard.press('Backspace');
    expect(await windowOf(page)).toEqual(later);
  });

  it('lead back to following the present', async () => {
    const page = await open({ scenario: 'live' });
    await page.locator('canvas.lanes').focus();
    await page.keyboard.press('a');
    await page.waitForSelector('[data-testid=jump-to-live]');
    await page.keyboard.press('Backspace');
    await expect.poll(() => page.getByTestId('live').getAttribute('aria-pressed')).toBe('true');
  });
});

describe('the line at the pointer', () => {
  it('says its time', async () => {
    const page = await open({ scenario: 'threading' });
    const at = await pointOf(page, 't1', 2e9);
    await page.mouse.move(at.x, at.y);
    const box = await page.locator('.cursor').boundingBox();
    expect(Math.abs(box!.x - at.x)).toBeLessThan(2);
    expect(await page.locator('.cursor-time').innerText()).toMatch(/^(1\.99|2\.00)\d* s$/);
    await screenshot(page, 'cursor-dark');
    await page.mouse.move(5, 5);
    expect(await page.locator('.cursor').count()).toBe(0);
  });
});

describe('the way back to the present', () => {
  it('is a chip that says how far it is', async () => {
    const page = await open({ scenario: 'live' });
    expect(await page.getByTestId('jump-to-live').count()).toBe(0);
    await page.mouse.move(700, 400);
    await page.keyboard.down('Shift');
    await page.mouse.wheel(0, -200);
    await page.keyboard.up('Shift');
    await page.evaluate(() => window.fakeHost.tick(12e9));
    await expect.poll(() => page.getByTestId('jump-to-live').innerText()).toMatch(/Jump to live\s*1\d s behind/);
    await screenshot(page, 'jump-to-live-dark');
    await page.getByTestId('jump-to-live').click();
    await painted(page, 18e9);
    expect(await page.getByTestId('live').getAttribute('aria-pressed')).toBe('true');
    expect(await page.getByTestId('jump-to-live').count()).toBe(0);
  });
});

describe('the sheet of keys', () => {
  it('lists every action, keeps the focus, and gives it back', async () => {
    const page = await open({ scenario: 'threading' });
    await page.locator('canvas.lanes').focus();
    await page.keyboard.press('?');
    const sheet = page.getByTestId('key-sheet');
    await sheet.waitFor();
    const text = await sheet.innerText();
    for (const words of ['Zoom in', 'Back to the window before', 'Show the keys', 'pinch']) expect(text).toContain(words);
    expect(await sheet.locator('kbd').count()).toBeGreaterThan(25);
    await screenshot(page, 'keys-dark');
    for (let press = 0; press < 6; press++) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement === document.body || document.activeElement?.closest('.key-sheet') !== null)).toBe(true);
    }
    const before = await windowOf(page);
    await page.keyboard.press('w');
    expect(await windowOf(page)).toEqual(before);
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('lanes');
    await page.getByTestId('keys').click();
    await sheet.waitFor();
  });

  it('opens again by a key that comes in the same moment as the one that closed it', async () => {
    const page = await open({ scenario: 'threading' });
    await page.locator('canvas.lanes').focus();
    await page.keyboard.press('?');
    await page.getByTestId('key-sheet').waitFor();
    // Both before the browser's task that says that the dialog has closed.
    await page.evaluate(() => {
      document.querySelector('dialog')!.dispatchEvent(new Event('cancel', { cancelable: true }));
      document.querySelector('dialog')!.close();
      return Promise.resolve().then(() => document.querySelector('canvas.lanes')!.dispatchEvent(new KeyboardEvent('keydown', { key: '?', bubbles: true, cancelable: true })));
    });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
    expect(await page.evaluate(() => document.querySelector('dialog')?.open ?? false)).toBe(true);
  });
});

describe('the next event', () => {
  it('is selected and brought into sight, also of the same state', async () => {
    const page = await open({ scenario: 'threading' });
    await page.locator('canvas.lanes').focus();
    for (let press = 0; press < 14; press++) await page.keyboard.press('w');
    const before = await windowOf(page);
    await page.evaluate(() => window.fakeHost.post({ type: 'select', row: 't2', reveal: true }));
    await page.waitForSelector('[data-row-id=t2][aria-selected=true]');
    const asked = (): Promise<string[]> => page.evaluate(() => window.fakeHost.messages('query').flatMap(({ query }) => (query.name === 'details' ? [`${query.ask.row} ${query.ask.atNs}`] : [])));
    const places: number[] = [];
    for (const key of ['.', '.', '.', ',']) {
      const had = (await asked()).length;
      await page.keyboard.press(key);
      // What is selected is inspected: its begin is what was asked for.
      await expect.poll(async () => (await asked()).length).toBeGreaterThan(had);
      places.push(Number((await asked()).at(-1)!.split(' ')[1]));
    }
    expect(places[1]!).toBeGreaterThan(places[0]!);
    expect(places[2]!).toBeGreaterThan(places[1]!);
    expect(places[3]).toBe(places[1]);
    const after = await windowOf(page);
    expect(after).not.toEqual(before);
    expect(spanOf(after)).toBeCloseTo(spanOf(before), -3);
    expect(after.fromNs).toBeLessThanOrEqual(places[3]!);
    expect(after.toNs).toBeGreaterThan(places[3]!);
    const had = (await asked()).length;
    await page.keyboard.press('>');
    await expect.poll(async () => (await asked()).length).toBeGreaterThan(had);
    const queries = await page.evaluate(() => window.fakeHost.messages('query').flatMap(({ query }) => (query.name === 'neighbour' ? [query.ask] : [])));
    expect(queries.at(-1)).toMatchObject({ row: 't2', forward: true, sameState: true });
  });
});

describe('the overview', () => {
  it('moves, resizes and selects the window by mouse', async () => {
    const page = await open({ scenario: 'iterative' });
    const strip = (await page.locator('.minimap-strip').boundingBox())!;
    const at = (share: number): { x: number; y: number } => ({ x: strip.x + strip.width * share, y: strip.y + 18 });
    const extent = await page.evaluate(() => window.fakeHost.messages('tile').length > 0 ? (JSON.parse(document.querySelector('.minimap-frame')!.getAttribute('aria-valuemax')!) as number) * 1e6 : 0);
    const drag = async (from: number, to: number): Promise<void> => {
      await page.mouse.move(at(from).x, at(from).y);
      await page.mouse.down();
      await page.mouse.move(at(to).x, at(to).y, { steps: 6 });
      await page.mouse.up();
    };
    await page.getByTestId('fit').click();
    await page.locator('canvas.lanes').focus();
    for (let press = 0; press < 8; press++) await page.keyboard.press('w');
    const near = await windowOf(page);
    // A click centres.
    await page.mouse.click(at(0.25).x, at(0.25).y);
    const centred = await windowOf(page);
    expect(spanOf(centred)).toBeCloseTo(spanOf(near), -3);
    expect((centred.fromNs + centred.toNs) / 2 / extent).toBeCloseTo(0.25, 2);
    // A drag inside moves.
    await drag(0.25, 0.5);
    expect(((await windowOf(page)).fromNs - centred.fromNs) / extent).toBeCloseTo(0.25, 2);
    // A drag beside it draws a new window.
    await drag(0.7, 0.9);
    const drawn = await windowOf(page);
    expect(drawn.fromNs / extent).toBeCloseTo(0.7, 2);
    expect(drawn.toNs / extent).toBeCloseTo(0.9, 2);
    // An edge resizes.
    await drag(0.9, 0.8);
    const resized = await windowOf(page);
    expect(resized.fromNs).toBeCloseTo(drawn.fromNs, -3);
    expect(resized.toNs / extent).toBeCloseTo(0.8, 2);
    await screenshot(page, 'minimap-dark');
  });

  it('has a frame for the keyboard', async () => {
    const page = await open({ scenario: 'threading' });
    await page.locator('canvas.lanes').focus();
    for (let press = 0; press < 6; press++) await page.keyboard.press('w');
    const before = await windowOf(page);
    await page.getByTestId('minimap-frame').focus();
    await page.keyboard.press('ArrowRight');
    const moved = await windowOf(page);
    expect(moved.fromNs - before.fromNs).toBeCloseTo(spanOf(before) / 10, -3);
    await page.keyboard.press('Shift+ArrowRight');
    const wider = await windowOf(page);
    expect(wider.fromNs).toBeCloseTo(moved.fromNs, -3);
    expect(spanOf(wider)).toBeCloseTo(spanOf(moved) * 1.1, -3);
    expect(await page.getByTestId('minimap-frame').getAttribute('aria-valuetext')).toMatch(/^from \d.* to .* of /);
  });

  it('is asked for at most once a second', async () => {
    const page = await open({ scenario: 'live' });
    await page.waitForTimeout(300);
    const asked = (): Promise<number> => page.evaluate(() => window.fakeHost.messages('query').filter(({ query }) => query.name === 'overview').length);
    const before = await asked();
    const began = performance.now();
    for (let tick = 0; tick < 30; tick++) {
      await page.evaluate(() => window.fakeHost.tick(50e6));
      await page.waitForTimeout(50);
    }
    const after = (await asked()) - before;
    expect(after).toBeGreaterThanOrEqual(1);
    expect(after).toBeLessThanOrEqual(1 + Math.ceil((performance.now() - began) / 1000));
  });
});

describe('pinned rows', () => {
  it('have their button in a header that the pointer or the focus is in, and in no other', async () => {
    const page = await open({ scenario: 'busy' });
    const headers = page.locator('.headers .row-header[data-kind=thread]');
    const [one, other] = [headers.nth(0), headers.nth(1)];
    const pins = page.locator('.headers [data-testid=pin]');
    await one.hover();
    await one.getByTestId('pin').waitFor();
    await other.hover();
    await other.getByTestId('pin').waitFor();
    expect(await pins.count()).toBe(1);
    await other.click();
    await page.mouse.move(600, 5);
    await page.waitForFunction(() => document.querySelectorAll('.headers .hovered').length === 0);
    expect(await other.getByTestId('pin').isVisible()).toBe(true);
    await one.focus();
    await one.getByTestId('pin').waitFor();
    expect(await pins.count()).toBe(1);
  });

  it('stand at the top while the others scroll, and can be clicked there', async () => {
    const page = await open({ scenario: 'busy' });
    const ids = await page.locator('.headers .row-header[data-kind=thread]').evaluateAll((headers) => headers.map((header) => header.getAttribute('data-row-id')!));
    const row = ids[0]!;
    await page.locator(`[data-row-id=${row}]`).hover();
    await page.locator(`[data-row-id=${row}]`).getByTestId('pin').click();
    const pinned = page.locator(`[data-pinned-id=${row}]`);
    await pinned.waitFor();
    const top = (await pinned.boundingBox())!.y;
    const first = page.locator('.headers .row-header').first();
    expect((await first.boundingBox())!.y).toBe(top + 22);
    await page.mouse.move(700, 500);
    await page.mouse.wheel(0, 300);
    await painted(page);
    expect((await pinned.boundingBox())!.y).toBe(top);
    await screenshot(page, 'pinned-dark');
    // Its lane is beside it.
    const canvas = (await page.locator('canvas.lanes').boundingBox())!;
    await page.mouse.click(canvas.x + canvas.width * 0.6, top + 11);
    await expect.poll(() => page.evaluate(() => window.fakeHost.messages('select').at(-1)?.row)).toBe(row);
    // The last tile asked for holds it, although its own place is out of sight.
    await expect.poll(() => page.evaluate((id) => window.fakeHost.tileRequests.at(-1)!.rows.includes(id), row)).toBe(true);
    const state = await page.evaluate(() => window.fakeHost.state!.features);
    expect(state.pins).toEqual([row]);
    await page.keyboard.press('p');
    expect(await pinned.count()).toBe(0);
    await page.keyboard.press('p');
    expect(await pinned.count()).toBe(1);
  });

  it('hide no row that is revealed, and come back after a reload', async () => {
    const state = { version: 2 as const, source: '/recordings/echo_server.py', live: false, fromNs: 0, toNs: 5e9, selection: null, collapsed: [], split: 0, features: { pins: ['t1', 't3', 'gone'] } };
    const page = await open({ scenario: 'threading', state });
    expect(await page.locator('[data-pinned-id]').evaluateAll((headers) => headers.map((header) => header.getAttribute('data-pinned-id')))).toEqual(['t1', 't3']);
    await page.evaluate(() => window.fakeHost.post({ type: 'select', row: 'p1', reveal: true }));
    await page.waitForSelector('[data-row-id=p1][aria-selected=true]');
    const header = (await page.locator('[data-row-id=p1]').boundingBox())!;
    const last = (await page.locator('[data-pinned-id=t3]').boundingBox())!;
    expect(header.y).toBeGreaterThanOrEqual(last.y + 22);
  });
});
