/** Search, totals of a range, and the waits on one object, by mouse and keys in a real browser. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { pageTests, said } from './support/drive';
import { screenshot } from './support/page';

const { open } = pageTests();

const selected = (page: Page): Promise<string | null> => page.locator('.row-header.selected').first().getAttribute('data-row-id');

/** Totals as the engine gives them: states' codes are those of `spanStates`. */
async function answerTotals(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.fakeHost.answers.totals = (ask) => {
      const rows = ask.rows === null ? ['t1', 't2', 'c1'] : ask.rows.filter((id) => !id.startsWith('l')).slice(0, 3);
      const lines = rows.flatMap((_, at) => [[at, 1, 3e8 * (at + 1), 12 + at, 5e7, 9e8], [at, 20, 1e8 * (at + 2), 4, 8e7, 1.2e9]]);
      const column = (index: number): number[] => lines.map((line) => line[index]!);
      return {
        rows, count: lines.length, after: null, row: Uint32Array.from(column(0)).buffer, state: Uint8Array.from(column(1)).buffer, total: Float64Array.from(column(2)).buffer,
        spans: Uint32Array.from(column(3)).buffer, longest: Float64Array.from(column(4)).buffer, longestAt: Float64Array.from(column(5)).buffer,
      };
    };
  });
}

describe('search', () => {
  it('goes from match to match, opens what hides them, and gives the focus back', async () => {
    const page = await open({ scenario: 'threading' });
    await page.evaluate(() => {
      window.fakeHost.answers.find = ({ text }) => ({ rows: ['t1'], count: text === 'thread-2' ? 1 : 0, row: Uint32Array.of(0).buffer, at: Float64Array.of(1.5e9).buffer, more: false });
    });
    await page.locator('[data-row-id=p1] .twistie').click();
    expect(await page.locator('[data-kind=connection]').count()).toBe(0);
    await page.locator('canvas.lanes').focus();
    await page.keyboard.press('/');
    await page.keyboard.type('THREAD-2');
    await expect.poll(() => page.locator('.search-count').innerText()).toMatch(/^\d+ found$/);
    const total = Number((await page.locator('.search-count').innerText()).split(' ')[0]);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.search-count').innerText()).toBe(`1 of ${total} found`);
    await expect.poll(() => page.locator('.row-header.selected .label').first().innerText()).toContain('Thread-2');
    expect(await page.locator('.row-header.marked').count()).toBeGreaterThan(0);
    await page.keyboard.press('Shift+Enter');
    await expect.poll(() => page.locator('.search-count').innerText()).toBe(`${total} of ${total} found`);
    await screenshot(page, 'search-dark');
    await page.keyboard.press('Escape');
    expect(await page.locator('.search').count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('lanes');
    expect(await page.locator('.row-header.marked').count()).toBe(0);
  });

  it('says that nothing matches, and takes letters for text', async () => {
    const page = await open({ scenario: 'threading' });
    await page.locator('canvas.lanes').focus();
    await page.keyboard.press('/');
    await page.keyboard.type('nowhere/do');
    await expect.poll(() => page.locator('.search-count').innerText()).toBe('No matches');
    expect(await page.locator('[data-testid=search]').inputValue()).toBe('nowhere/do');
  });

  it('finds by address, state and kind', async () => {
    const page = await open({ scenario: 'threading' });
    const first = await page.locator('[data-kind=connection] .label').first().innerText();
    await page.locator('canvas.lanes').focus();
    await page.keyboard.press('/');
    for (const text of [first.slice(0, 9), 'listener', 'pid 47', 'echo_server.py:']) {
      await page.locator('[data-testid=search]').fill(text);
      await expect.poll(() => page.locator('.search-count').innerText(), { message: text }).toMatch(/\d found$/);
    }
  });
});

describe('the totals of a range', () => {
  it('come for an area that is drawn with Shift, sort, and are saved', async () => {
    const page = await open({ scenario: 'threading' });
    await answerTotals(page);
    const canvas = (await page.locator('canvas.lanes').boundingBox())!;
    await page.keyboard.down('Shift');
    await page.mouse.move(canvas.x + 200, canvas.y + 30);
    await page.mouse.down();
    await page.mouse.move(canvas.x + 420, canvas.y + 95, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await expect.poll(() => page.locator('[data-testid=range]').innerText()).toMatch(/ s of 4 rows$/);
    const first = (): Promise<string | null> => page.locator('.totals tbody tr').first().getAttribute('data-state');
    expect(await first()).toBe('receive');
    await page.locator('.totals th.longest button').click();
    expect(await page.locator('.totals th.longest').getAttribute('aria-sort')).toBe('descending');
    expect(await first()).toBe('active');
    await page.locator('.totals th.longest button').press('Enter');
    expect(await first()).toBe('receive');
    await page.locator('.totals-state').first().click();
    expect(await page.locator('.totals-row').count()).toBe(3);
    await screenshot(page, 'totals-dark');
    await page.locator('[data-testid=save-totals]').click();
    const [file] = await said(page, 'saveFile');
    expect(file).toMatchObject({ name: 'totals.csv' });
    const lines = (file?.content as string).split('\r\n');
    expect(lines[0]).toBe('State,Row,Total (ms),Share (%),Count,Longest (ms),Mean (ms)');
    expect(lines[1]).toMatch(/^receive,all rows,1800,66\.67,39,50,46\.15/);
    expect(lines).toHaveLength(10);
    await page.locator('.totals .link').first().click();
    expect(await selected(page)).not.toBeNull();
    await page.locator('canvas.lanes').focus();
    await page.keyboard.press('Escape');
    expect(await page.locator('.totals').count()).toBe(0);
  });

  it('come for all rows by a drag over the axis, and by the keys', async () => {
    const page = await open({ scenario: 'threading' });
    await answerTotals(page);
    const axis = (await page.locator('canvas.axis').boundingBox())!;
    await page.mouse.move(axis.x + 100, axis.y + 10);
    await page.mouse.down();
    await page.mouse.move(axis.x + 300, axis.y + 12, { steps: 3 });
    await page.mouse.up();
    await expect.poll(() => page.locator('[data-testid=range]').innerText()).toMatch(/of all rows$/);
    await page.locator('.totals .link').first().focus();
    await page.keyboard.press('Escape');
    expect(await page.locator('.totals').count()).toBe(0);
    await page.locator('canvas.lanes').focus();
    await page.keyboard.press('[');
    await expect.poll(() => page.locator('[data-testid=range]').innerText()).toMatch(/of all rows$/);
    const long = await page.locator('[data-testid=range]').innerText();
    await page.keyboard.press('d');
    await page.keyboard.press(']');
    await expect.poll(() => page.locator('[data-testid=range]').innerText()).not.toBe(long);
    await page.keyboard.press('Escape');
  });
});

describe('the same object', () => {
  it('is outlined in every lane, named, and left by its key', async () => {
    const page = await open({ scenario: 'threading' });
    await page.evaluate(() => {
      window.fakeHost.answers.sameObject = (ask) => ({
        object: 'lock:3', label: null, waits: 14, threads: 5, atLeast: false, holder: { row: 't2', label: 'Thread-2' }, count: 2,
        spanRow: Uint32Array.of(ask.rows.indexOf('t1'), ask.rows.indexOf('t2')).buffer, begin: Float64Array.of(5e8, 9e8).buffer, end: Float64Array.of(8e8, 1.4e9).buffer,
      });
    });
    await page.locator('[data-row-id=t1]').click();
    await page.keyboard.press('o');
    await expect.poll(() => page.locator('[data-testid=same-object]').innerText()).toContain('lock 3 · 14 waits · 5 threads · held by Thread-2');
    await page.waitForTimeout(150);
    await screenshot(page, 'same-object-dark');
    await page.keyboard.press('o');
    expect(await page.locator('[data-testid=same-object]').count()).toBe(0);
  });
});
