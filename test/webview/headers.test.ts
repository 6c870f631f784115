/** Row headers while many processes come and end, in a real browser: their elements are used again, and the focus stays with a row. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { ProcessRow } from '../../src/protocol/rows';
import { pageTests } from './support/drive';

const { open } = pageTests();

function ended(from: number, count: number): ProcessRow[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `p${from + at}`, kind: 'process' as const, parent: 'p1', label: `child ${from + at}`, startNs: (from + at) * 1000, endNs: (from + at) * 1000 + 500, state: 'alive' as const, stateSinceNs: 0, site: null,
    pid: from + at, birth: 'fork' as const, command: ['child'], exit: { code: 0, signal: null }, threads: 0, connections: 0, multiprocessing: null, orphaned: false, covered: true, gaps: [],
  }));
}

async function send(page: Page, rows: ProcessRow[]): Promise<void> {
  await page.evaluate((update) => {
    window.fakeHost.post({ type: 'rows', update: { info: { title: 'family', command: [], directory: '/', startedAt: '', state: 'running', nowNs: 5e9, exit: null, complete: true, events: 0, lostEvents: 0, droppedBytes: 0, processes: 0, threads: 0, connections: 0 }, reset: false, edges: [], removed: [], ...update } });
  }, { rows });
}

const header = (id: string): string => `.headers [data-row-id="${id}"]`;
const focused = (page: Page): Promise<string | null> => page.evaluate(() => document.activeElement?.getAttribute('data-row-id') ?? null);
/** The ids in sight, those of elements that were there at the mark with a star. */
const inSight = (page: Page): Promise<string[]> => page.locator('.headers [data-row-id]').evaluateAll((all) => all.map((each) => `${(each as HTMLElement).dataset.rowId!}${'marked' in each ? '*' : ''}`));

async function crowd(): Promise<Page> {
  const page = await open({ scenario: 'family' });
  await send(page, ended(1000, 60));
  await page.waitForSelector(header('p1045'));
  await page.locator('.headers [data-row-id]').evaluateAll((all) => all.forEach((each) => Object.assign(each, { marked: true })));
  return page;
}

describe('headers of a crowd whose oldest fold away', () => {
  it('are the same elements for other rows, each in its place', async () => {
    const page = await crowd();
    await send(page, ended(1060, 30));
    await page.waitForSelector(header('p1075'));
    const after = await inSight(page);
    expect(after.filter((id) => id.startsWith('p10')).length).toBeGreaterThan(5);
    expect(after.filter((id) => !id.endsWith('*'))).toEqual([]);
    const tops = await page.locator('.headers [data-row-id]').evaluateAll((all) => all.map((each) => each.getBoundingClientRect().top));
    expect(tops).toEqual([...tops].sort((one, other) => one - other));
    expect(await page.locator(header('p1075')).innerText()).toContain('child 1075');
    await page.locator(header('p1075')).click();
    await page.waitForSelector(`${header('p1075')}[aria-selected=true]`);
  });

  it('keep the focus on a row that stays, and take it along with one that goes', async () => {
    const page = await crowd();
    await page.locator(header('p1')).focus();
    await send(page, ended(1060, 30));
    await page.waitForSelector(header('p1075'));
    expect(await focused(page)).toBe('p1');
    await page.locator(header('p1075')).focus();
    await send(page, ended(1090, 30));
    await page.waitForSelector(header('p1105'));
    expect(await focused(page)).toBe(null);
    expect(await page.locator('.headers [tabindex="0"]').count()).toBe(1);
  });
});
