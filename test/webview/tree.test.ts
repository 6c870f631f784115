/** The tree of processes at scale and while it grows, in a real browser with the real layout worker. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { ProcessRow } from '../../src/protocol/rows';
import { pageTests } from './support/drive';

const { open: openPage } = pageTests();
const open = (): Promise<Page> => openPage({ scenario: 'family' });

/** Processes that nothing folds: each has a name of its own. */
function strangers(from: number, count: number, parent: string): ProcessRow[] {
  return Array.from({ length: count }, (_, at) => {
    const number = from + at;
    const name = number.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)]!);
    return {
      id: `p${number}`, kind: 'process' as const, parent, label: name, startNs: number, endNs: null, state: 'alive' as const, stateSinceNs: 0, site: null, pid: number, birth: 'fork' as const,
      command: [name], exit: null, threads: 1, connections: 0, multiprocessing: null, orphaned: false, covered: true, gaps: [],
    };
  });
}

/** @param selected at once, before there is another frame. */
async function send(page: Page, rows: ProcessRow[], removed: string[] = [], selected: string | null = null): Promise<void> {
  await page.evaluate(([update, row]) => {
    const nowNs = 5e9;
    window.fakeHost.post({ type: 'rows', update: { info: { title: 'family', command: [], directory: '/', startedAt: '', state: 'running', nowNs, exit: null, complete: true, events: 0, lostEvents: 0, droppedBytes: 0, processes: 0, threads: 0, connections: 0 }, reset: false, edges: [], ...update } });
    if (row !== null) window.fakeHost.post({ type: 'select', row, reveal: true });
  }, [{ rows, removed }, selected] as const);
}

const nodes = (page: Page): Promise<number> => page.locator('.tree').getAttribute('data-nodes').then(Number);
const topOf = (page: Page, id: string): Promise<number> => page.locator(`[data-node-id="${id}"]`).evaluate((node) => node.getBoundingClientRect().top);

describe('a tree of thousands', () => {
  it('that ELK does not lay out within two seconds stays tidy, and the next small one has a new worker', async () => {
    const page = await open();
    await page.waitForSelector('.tree[data-layout=elk]');
    await page.evaluate(() => {
      const { terminate } = Worker.prototype;
      Worker.prototype.terminate = function () {
        document.body.dataset.terminated = 'yes';
        terminate.call(this);
      };
    });
    const many = strangers(1000, 12_000, 'p1');
    await send(page, many);
    await expect.poll(() => nodes(page), { timeout: 30_000 }).toBeGreaterThan(12_000);
    await page.waitForSelector('body[data-terminated=yes]', { timeout: 60_000 });
    expect(await page.locator('.tree').getAttribute('data-layout')).toBe('tidy');
    // Whatever there is, only what is in sight exists.
    expect(await page.locator('.node').count()).toBeLessThan(40);
    expect(await page.locator('.tree .edge').count()).toBeLessThan(40);
    await send(page, [], many.slice(3).map(({ id }) => id));
    await page.waitForSelector('.tree[data-layout=elk]', { timeout: 60_000 });
    expect(await nodes(page)).toBeLessThan(20);
  }, 180_000);

  it('is gone through by keyboard to its end and back', async () => {
    const page = await open();
    await send(page, strangers(1000, 300, 'p1'));
    await expect.poll(() => nodes(page)).toBeGreaterThan(300);
    await page.locator('.node').first().focus();
    await page.keyboard.press('ArrowRight');
    for (let press = 0; press < 12; press++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    // The orphan, under init.
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-node-id') === 'p6');
    const box = await page.locator('[data-node-id=p6]').boundingBox();
    const tree = await page.locator('.tree').boundingBox();
    expect(box!.y).toBeGreaterThanOrEqual(tree!.y - 1);
    expect(box!.y + box!.height).toBeLessThanOrEqual(tree!.y + tree!.height + 1);
    await page.keyboard.press('Home');
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-node-id') === 'p1');
  });

  it('gives a forked child of whom nothing is known a card only when it is young no longer', async () => {
    const page = await open();
    const alike = (from: number, count: number, more: Partial<ProcessRow>): ProcessRow[] => strangers(from, count, 'p1').map((row) => ({ ...row, label: 'worker', command: ['worker'], ...more }));
    await send(page, alike(1000, 20, {}));
    await page.waitForSelector('[data-node-id="fold:p1000"]');
    const before = await nodes(page);
    await send(page, alike(2000, 3, { startNs: 4.9e9, covered: false, command: [], gaps: [{ reason: 'no-probe', detail: null }] }));
    await page.waitForFunction(() => document.querySelector('[data-node-id="fold:p1000"]')?.textContent.includes('23') === true);
    expect(await nodes(page)).toBe(before);
    await page.evaluate(() => window.fakeHost.post({ type: 'changed', nowNs: 6.5e9 }));
    await expect.poll(() => nodes(page)).toBe(before + 3);
  });

  it('stays where one looks when something comes above', async () => {
    const page = await open();
    await send(page, strangers(1000, 100, 'p1'));
    await expect.poll(() => nodes(page)).toBeGreaterThan(100);
    await page.waitForSelector('.tree[data-layout=elk]', { timeout: 30_000 });
    await page.evaluate(() => window.fakeHost.post({ type: 'select', row: 'p1050', reveal: true }));
    await page.waitForSelector('[data-node-id=p1050].selected');
    const before = await topOf(page, 'p1050');
    // Children of the second worker, which stands above: they push all below down.
    await send(page, strangers(5000, 7, 'p2'));
    await expect.poll(() => nodes(page)).toBeGreaterThan(107);
    await page.waitForSelector('.tree[data-layout=elk]', { timeout: 30_000 });
    await page.waitForTimeout(300);
    expect(Math.abs((await topOf(page, 'p1050')) - before)).toBeLessThan(2);
  });

  it('shows a process that is selected together with the rows that bring it', async () => {
    const page = await open();
    await send(page, strangers(1000, 100, 'p1'));
    await expect.poll(() => nodes(page)).toBeGreaterThan(100);
    await send(page, strangers(2000, 50, 'p1'), [], 'p2040');
    await page.waitForSelector('[data-node-id=p2040].selected');
    const [card, tree] = [await page.locator('[data-node-id=p2040]').boundingBox(), await page.locator('.tree').boundingBox()];
    expect(card!.y).toBeGreaterThanOrEqual(tree!.y - 1);
    expect(card!.y + card!.height).toBeLessThanOrEqual(tree!.y + tree!.height + 1);
  });
});
