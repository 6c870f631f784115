/** The list of what the rules found: by mouse and by keyboard, in every theme, in another language. */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { FindingItem } from '../../src/protocol/findings';
import { say } from '../../src/protocol/phrase';
import { Harness, painted, screenshot } from './support/page';
import { themes, type ThemeName } from './support/themes';

const axeScript = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const at = { file: '/home/learner/servers/echo_server.py', line: 31, function: 'handle' };
const items: FindingItem[] = [
  {
    id: 'deadlock', rule: 'deadlock', severity: 'error', title: say`${'2'} threads wait for each other`, detail: say`${'worker-1 waits for lock:2, which worker-2 holds'}. Nobody can go on${''}.`,
    subjects: ['gone', 't2'], fromNs: 0, toNs: null, at,
  },
  {
    id: 'starved', rule: 'starved-client', severity: 'warning', title: say`A client waited ${'1.2 s'} to be accepted`,
    detail: say`${'127.0.0.1:50002'} stood in the queue of ${'127.0.0.1:8000'} while ${'MainThread'} was serving ${'127.0.0.1:50001'}.`, subjects: ['c2', 't1'], fromNs: 0, toNs: null, at,
  },
  { id: 'fact', rule: 'parallel', severity: 'info', title: say`${say`${'2'} processes`} computed at the same time`, detail: say`no message`, subjects: ['p1'], fromNs: 0, toNs: null, at: null },
];

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
});
afterAll(() => harness.stop());

async function tell(page: Page): Promise<void> {
  await page.evaluate((found) => window.fakeHost.post({ type: 'findings', update: { items: found, hidden: 3, failed: [] } }), items);
  await page.locator('[data-testid=findings]').waitFor();
}

const selected = (page: Page): Promise<(string | null)[]> => page.evaluate(() => window.fakeHost.messages('select').map(({ row }) => row));

describe('what was found', () => {
  it('is a number in the header, and nothing where there is none', async () => {
    const { page, faults, close } = await harness.open({ scenario: 'threading' });
    await painted(page);
    expect(await page.locator('[data-testid=findings]').count()).toBe(0);
    await tell(page);
    const button = page.locator('[data-testid=findings]');
    expect(await button.textContent()).toBe('6');
    expect([await button.getAttribute('aria-label'), await button.getAttribute('aria-expanded')]).toEqual(['6 findings', 'false']);
    await button.click();
    expect(await page.locator('.finding-title').allTextContents()).toEqual(['error 2 threads wait for each other', 'warning A client waited 1.2 s to be accepted', 'information 2 processes computed at the same time']);
    expect(await page.locator('.finding-place').allTextContents()).toEqual(['echo_server.py:31', 'echo_server.py:31']);
    // A click goes to the first thing of it that there is.
    await page.locator('[data-rule=deadlock]').click();
    expect(await selected(page)).toEqual(['t2']);
    expect(await page.locator('.findings').count()).toBe(0);
    await page.evaluate(() => window.fakeHost.post({ type: 'findings', update: { items: [], hidden: 0, failed: [] } }));
    await button.waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
    await close();
  });

  it('is gone through by keyboard', async () => {
    const { page, faults, close } = await harness.open({ scenario: 'threading' });
    await painted(page);
    await tell(page);
    const focused = (): Promise<string | undefined> => page.evaluate(() => (document.activeElement as HTMLElement).dataset.rule ?? (document.activeElement as HTMLElement).dataset.testid);
    await page.locator('[data-testid=findings]').focus();
    await page.keyboard.press('Enter');
    await page.locator('.finding:focus').waitFor();
    const seen = [await focused()];
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'Home', 'End', 'Escape']) {
      await page.keyboard.press(key);
      seen.push(await focused());
    }
    expect(seen).toEqual(['deadlock', 'starved-client', 'parallel', 'parallel', 'starved-client', 'deadlock', 'parallel', 'findings']);
    expect(await page.locator('.findings').count()).toBe(0);
    await page.keyboard.press('Enter');
    await page.locator('.finding:focus').waitFor();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    expect(await selected(page)).toEqual(['p1']);
    // A click beside it closes it.
    await page.locator('[data-testid=findings]').click();
    await page.locator('.findings').waitFor();
    await page.locator('h1').click();
    await page.locator('.findings').waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
    await close();
  });

  it('is said in the language of the person', async () => {
    const words = JSON.parse(readFileSync(join(import.meta.dirname, '../../l10n/bundle.l10n.zh-cn.json'), 'utf8')) as Record<string, string>;
    const { page, close } = await harness.open({ scenario: 'threading', words });
    await painted(page);
    await tell(page);
    await page.locator('[data-testid=findings]').click();
    expect(await page.locator('.finding-title').allTextContents()).toEqual(['错误 2 个线程互相等待', '警告 有客户端等待了 1.2 s 才被接受', '信息 2 个进程同时在计算']);
    await close();
  });

  it.each(Object.keys(themes) as ThemeName[])('can be read by everybody in the theme %s', async (theme) => {
    const { page, close } = await harness.open({ scenario: 'threading', theme, scripts: [axeScript] });
    await painted(page);
    await tell(page);
    await page.locator('[data-testid=findings]').click();
    await page.locator('.finding:focus').waitFor();
    await screenshot(page, `findings-${theme}`);
    const violations = await page.evaluate(async () => {
      const { axe } = window as unknown as { axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
      return (await axe.run({ resultTypes: ['violations'] })).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 100)).join(' ')}`);
    });
    expect(violations).toEqual([]);
    await close();
  });
});
