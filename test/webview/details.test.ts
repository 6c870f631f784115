/** The details pane: what it says of the selection, where its buttons lead, and how it is used by key. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { Harness, painted, screenshot } from './support/page';
import { themes, type ThemeName } from './support/themes';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
});
afterAll(() => harness.stop());

async function open(options: Parameters<Harness['open']>[0] = {}): Promise<{ page: Page; close(): Promise<void>; faults: string[] }> {
  const opened = await harness.open({ scenario: 'threading', width: 1300, height: 760, ...options });
  await painted(opened.page);
  return opened;
}

const sentence = (page: Page): Promise<string> => page.getByTestId('doing').innerText();

describe('the details', () => {
  it('say what the selected row does and why, and lead to its line and its owner', async () => {
    const { page, close, faults } = await open();
    expect(await page.locator('.details').innerText()).toContain('Select a row or a span');
    await page.locator('[data-row-id=c2]').click();
    await page.getByTestId('doing').waitFor();
    expect(await sentence(page)).toMatch(/^Its owner waits for bytes of this connection\. For [\d.]+ m?s\. At EchoHandler\.handle \(echo_server\.py:34\)\.|^Its owner works|^Its owner is sending/);
    await page.getByTestId('open-line').click();
    expect(await page.evaluate(() => window.fakeHost.received.filter(({ type }) => type === 'openSource').length)).toBe(1);
    await page.getByTestId('go-owner').click();
    await page.locator('[data-row-id=t3][aria-selected=true]').waitFor();
    await page.waitForFunction(() => document.querySelector('.details-title')?.textContent === 'Thread-2 (process_request_thread)');
    expect(faults).toEqual([]);
    await close();
  });

  it('say which share of all its life it was in each state, the wait in the accept queue before it with it', async () => {
    const { page, close } = await open({ scenario: 'iterative' });
    const served = page.locator('.headers [data-kind=connection]').nth(1);
    await served.click();
    await page.locator('.details-totals').waitFor();
    const states = await page.locator('.details-totals tbody tr').allInnerTexts();
    expect(states.some((state) => state.includes('queued'))).toBe(true);
    const shares = (await page.locator('.details-totals td:nth-child(3)').allInnerTexts()).map((text) => Number(/^(\d+) %$/.exec(text)?.[1] ?? 0));
    expect(Math.abs(shares.reduce((sum, share) => sum + share) - 100)).toBeLessThanOrEqual(shares.length);
    await close();
  });

  it('list the events, and go to one of them', async () => {
    const { page, close } = await open();
    await page.locator('[data-row-id=t2]').click();
    const events = page.locator('.details-event');
    await events.first().waitFor();
    const few = await events.count();
    await page.locator('.details-more').click();
    await page.waitForFunction((before) => document.querySelectorAll('.details-event').length > before, few);
    await events.nth(1).click();
    await page.waitForFunction(() => document.querySelectorAll('.details-events .current').length === 1 && document.querySelectorAll('.details-event')[1]?.parentElement?.classList.contains('current'));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => window.fakeHost.received.some(({ type }) => type === 'openSource'));
    await close();
  });

  it('are shown and hidden by key, and stay as they were after a reload', async () => {
    const { page, close } = await open();
    await page.locator('[data-row-id=t2]').click();
    await page.locator('.details').waitFor();
    await page.keyboard.press('i');
    await page.locator('.details').waitFor({ state: 'detached' });
    await page.waitForFunction(() => JSON.stringify(window.fakeHost.state?.features) === JSON.stringify({ ...window.fakeHost.state?.features, details: { open: false, width: 300 } }));
    const state = await page.evaluate(() => window.fakeHost.state);
    await close();
    const again = await open({ state });
    expect(await again.page.locator('.details').count()).toBe(0);
    await again.page.locator('[data-row-id=t2]').focus();
    await again.page.keyboard.press('i');
    await again.page.locator('.details').waitFor();
    await again.close();
  });

  it.each(Object.keys(themes) as ThemeName[])('look right in %s', async (theme) => {
    const { page, close, faults } = await open({ theme });
    await page.locator('[data-row-id=c2]').click();
    await page.getByTestId('doing').waitFor();
    await screenshot(page, `details-${theme}`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    expect(faults).toEqual([]);
    await close();
  });
});
