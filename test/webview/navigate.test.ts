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
    expect(await sheet.count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('lanes');
    await page.getByTestId('keys').click();
    await sheet.waitFor();
  });
});
