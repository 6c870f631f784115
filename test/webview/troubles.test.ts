/** Whatever fails says so where it is seen, with a way back; and what the lanes show is there as a table. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { windowOf } from './support/drive';
import { Harness, painted, screenshot } from './support/page';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
});
afterAll(() => harness.stop());

async function open(options: Parameters<Harness['open']>[0] = {}): Promise<{ page: Page; faults: string[]; close(): Promise<void> }> {
  const opened = await harness.open({ scenario: 'threading', width: 1100, height: 640, ...options });
  await painted(opened.page);
  return opened;
}

describe('the lanes', () => {
  it('say that a window has nothing in it, and lead back', async () => {
    const { page, close, faults } = await open();
    await page.evaluate(() => window.fakeHost.blank(true));
    await page.locator('canvas.lanes').focus();
    await page.keyboard.press('w');
    const words = page.getByTestId('trouble');
    await words.waitFor();
    expect(await words.getAttribute('data-kind')).toBe('empty');
    await screenshot(page, 'trouble-empty');
    // The words lie over the lanes: the wheel is the lanes' all the same.
    const before = await windowOf(page);
    await words.getByRole('button', { name: 'Show the whole recording' }).hover();
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -100);
    await page.keyboard.up('Control');
    await expect.poll(async () => (await windowOf(page)).toNs).toBeLessThan(before.toNs);
    await page.evaluate(() => window.fakeHost.blank(false));
    await words.getByRole('button', { name: 'Show the whole recording' }).click();
    await words.waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
    await close();
  });

  it('are hatched while nothing is known of them, not empty', async () => {
    const { page, close, faults } = await harness.open({ scenario: 'threading', width: 1100, height: 640, tileDelayMs: 3000 });
    await page.locator('canvas.lanes:not([data-awaited="0"])[data-awaited]').waitFor();
    expect(await page.locator('canvas.lanes').getAttribute('data-drawn-sequence')).toBe('0');
    await screenshot(page, 'lanes-awaited');
    await painted(page);
    expect(await page.locator('canvas.lanes').getAttribute('data-awaited')).toBe('0');
    expect(faults).toEqual([]);
    await close();
  });

  it('say that the canvas was lost, and draw again', async () => {
    const { page, close } = await open();
    await page.evaluate(() => document.querySelector('canvas.lanes')!.dispatchEvent(new Event('contextlost')));
    await page.getByTestId('trouble').and(page.locator('[data-kind=lost]')).waitFor();
    await page.getByTestId('trouble').getByRole('button', { name: 'Draw Again' }).click();
    await page.getByTestId('trouble').waitFor({ state: 'detached' });
    await page.evaluate(() => document.querySelector('canvas.lanes')!.dispatchEvent(new Event('contextlost')));
    await page.getByTestId('trouble').waitFor();
    await page.evaluate(() => document.querySelector('canvas.lanes')!.dispatchEvent(new Event('contextrestored')));
    await page.getByTestId('trouble').waitFor({ state: 'detached' });
    await close();
  });

  it('say that a picture failed, tell the log once, and recover', async () => {
    const { page, close } = await open();
    await page.evaluate(() => {
      const { prototype } = CanvasRenderingContext2D;
      const own = prototype.fillRect;
      Object.assign(window, { mend: () => (prototype.fillRect = own) });
      prototype.fillRect = () => {
        throw new Error('no memory');
      };
    });
    await page.locator('canvas.lanes').focus();
    for (const key of ['w', 's', 'w']) await page.keyboard.press(key);
    await page.getByTestId('trouble').and(page.locator('[data-kind=failed]')).waitFor();
    expect(await page.evaluate(() => window.fakeHost.received.filter((message) => message.type === 'log' && message.message.includes('no memory')).length)).toBe(1);
    await page.evaluate(() => (window as unknown as { mend(): void }).mend());
    await page.getByTestId('trouble').getByRole('button', { name: 'Draw Again' }).click();
    await page.getByTestId('trouble').waitFor({ state: 'detached' });
    await close();
  });
});

describe('a recording that is being read', () => {
  it('tells how far, shows what there is, and can be cut short', async () => {
    const { page, close } = await open();
    const progress = async (indexing: { share: number; cancelled: boolean } | undefined): Promise<void> => page.evaluate((state) => window.fakeHost.indexing(state), indexing);
    await progress({ share: 0.42, cancelled: false });
    await page.getByTestId('indexing').waitFor();
    expect(await page.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('42');
    await screenshot(page, 'indexing');
    await page.getByTestId('cancel-indexing').click();
    await page.waitForFunction(() => window.fakeHost.received.some(({ type }) => type === 'cancelIndexing'));
    await progress({ share: 0.5, cancelled: true });
    await page.getByTestId('indexing').waitFor({ state: 'detached' });
    expect(await page.locator('.note').innerText()).toContain('read in part');
    await progress(undefined);
    await page.locator('.note').waitFor({ state: 'detached' });
    await close();
  });

  it('is shown whole, as far as it is read, until somebody moves', async () => {
    const { page, close } = await open();
    await page.evaluate(() => window.fakeHost.showReading('forking', 0.001));
    await page.getByTestId('indexing').waitFor();
    await page.evaluate(() => window.fakeHost.tick(4e9));
    await expect.poll(async () => (await windowOf(page)).toNs).toBeGreaterThan(4e9);
    const whole = await windowOf(page);
    await page.locator('canvas.lanes').focus();
    await page.keyboard.press('w');
    await expect.poll(async () => (await windowOf(page)).toNs).toBeLessThan(whole.toNs);
    const moved = await windowOf(page);
    await page.evaluate(() => {
      window.fakeHost.tick(4e9);
      window.fakeHost.indexing(undefined);
    });
    await page.getByTestId('indexing').waitFor({ state: 'detached' });
    expect(await windowOf(page)).toEqual(moved);
    await close();
  });
});

describe('the rows as a table', () => {
  it('open by key, say what the lanes show, and go away', async () => {
    const { page, close, faults } = await open();
    await page.locator('canvas.lanes').focus();
    await page.keyboard.press('t');
    const table = page.getByTestId('rows-table');
    await table.waitFor();
    // The program's rows: a listener, a process, six threads, five connections.
    expect(await table.locator('tbody tr').count()).toBe(13);
    expect(await table.locator('tbody tr').filter({ hasText: '127.0.0.1:50412' }).innerText()).toMatch(/127\.0\.0\.1:50412\s+connection\s+closed/);
    await table.getByRole('button', { name: '127.0.0.1:50412' }).click();
    await page.locator('[data-row-id=c1][aria-selected=true]').waitFor();
    await screenshot(page, 'rows-table');
    await page.keyboard.press('t');
    await table.waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
    await close();
  });

  it('are told of the selection', async () => {
    const { page, close } = await open();
    await page.locator('canvas.lanes').focus();
    await page.locator('[data-row-id=p1]').click();
    await page.waitForFunction(() => document.querySelector('[data-testid=selected]')?.textContent === 'process echo_server.py killed by SIGINT');
    await close();
  });
});
