/** From the selection to what keeps it waiting, by key, and back. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CauseLink } from '../../src/protocol/causeChain';
import { Harness, painted, screenshot } from './support/page';
import './support/fakeHost.types';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
}, 60_000);
afterAll(() => harness.stop());

const link = (row: string, label: string, atNs: number, more: Partial<CauseLink>): CauseLink => ({
  row, label, process: null, atNs, state: 'receive', beginNs: 1.0e9, endNs: 2.4e9, why: 'itself', on: null, serves: null, site: null, backTo: null, ...more,
});

it('leads by C from cause to cause, by Shift+C back, and G groups the rows otherwise', async () => {
  const { page, faults, close } = await harness.open({ scenario: 'iterative' });
  await painted(page);
  const links = [
    link('c2', '127.0.0.1:50716', 1.5e9, { why: 'queued', state: 'queued' }),
    link('t1', 'MainThread', 1.6e9, { why: 'bytes', on: { id: 'c1', label: '127.0.0.1:50710' }, serves: { id: 'c1', label: '127.0.0.1:50710' }, site: { file: '/srv/echo_server.py', line: 31, function: 'handle' } }),
    link('c1', '127.0.0.1:50710', 1.7e9, { why: 'silent', state: 'receiveWait' }),
  ];
  await page.evaluate((chain) => void (window.fakeHost.answers.causeChain = () => ({ links: chain, more: false })), links);
  await page.locator('[data-row-id=c2]').click();
  await page.locator('canvas.lanes').focus();
  const selected = (): Promise<string | null> => page.locator('.row-header.selected').first().getAttribute('data-row-id');
  // At once: the chain may still be on its way.
  await page.keyboard.press('c');
  await expect.poll(selected).toBe('t1');
  await page.waitForTimeout(300);
  await screenshot(page, 'causes-dark');
  // The same steps stand in the details, the one at hand marked.
  await page.locator('.details').waitFor();
  expect(await page.locator('.details-cause').allInnerTexts()).toEqual([
    '127.0.0.1:50716 waits to be accepted by MainThread', 'MainThread waits for bytes of 127.0.0.1:50710', '127.0.0.1:50710 sends nothing',
  ]);
  expect(await page.locator('.details-causes [aria-current=step] .details-step').innerText()).toBe('2');
  await page.locator('.details-line').click();
  await page.waitForFunction(() => window.fakeHost.received.some((message) => message.type === 'openSource' && message.site.line === 31));
  await page.getByTestId('cause-1').click();
  await expect.poll(selected).toBe('c2');
  await page.getByTestId('cause-2').click();
  await expect.poll(selected).toBe('t1');
  await page.locator('canvas.lanes').focus();
  await page.keyboard.press('c');
  await expect.poll(selected).toBe('c1');
  await page.keyboard.press('c');
  await expect.poll(selected).toBe('c1');
  for (const row of ['t1', 'c2']) {
    await page.keyboard.press('Shift+C');
    await expect.poll(selected).toBe(row);
  }
  await page.keyboard.press('r');
  const choice = page.locator('select.grouping');
  expect(await choice.inputValue()).toBe('process');
  for (const grouping of ['listener', 'client', 'process']) {
    await page.keyboard.press('g');
    await expect.poll(() => choice.inputValue()).toBe(grouping);
  }
  expect(faults).toEqual([]);
  await close();
}, 60_000);
