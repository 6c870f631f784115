/** The menu of a row: by mouse on its name, lane and node, by the menu key; what can't be done says why. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { RowAction } from '../../src/protocol/rowActions';
import { pageTests, pointOf, said } from './support/drive';
import { screenshot } from './support/page';
import { ms } from './support/scenario';
import { themes, type ThemeName } from './support/themes';

const offered: RowAction[] = [
  { name: 'showInCallStack', title: 'Show in Call Stack', note: null, hindered: null },
  { name: 'breakOnReceive', title: 'Break on This Connection\'s Next Receive', note: 'echo_server.py:7', hindered: null },
  { name: 'breakOnFork', title: 'Break When This Process Forks', note: null, hindered: 'No process of this run has forked at a recorded line yet.' },
];

async function offer(page: Page, actions: RowAction[] = offered): Promise<void> {
  await page.evaluate((list) => void (window.fakeHost.rowActions = list), actions);
}

const focusedItem = (page: Page): Promise<string | undefined> => page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.item);

describe('the menu of a row', () => {
  const { open } = pageTests();

  it('opens on its name, its lane and its node, and does what is chosen', async () => {
    const page = await open({ scenario: 'debugged', width: 1100, height: 640 });
    await offer(page);
    const menu = page.getByTestId('row-menu');
    await page.locator('.headers [data-row-id=c1]').click({ button: 'right' });
    await menu.getByText('Show in Call Stack').click();
    await menu.waitFor({ state: 'detached' });
    expect(await said(page, 'rowActions')).toMatchObject([{ row: 'c1' }]);
    expect(await said(page, 'rowAction')).toEqual([{ type: 'rowAction', row: 'c1', action: 'showInCallStack' }]);

    const { x, y } = await pointOf(page, 't2', 1500 * ms);
    await page.mouse.click(x, y, { button: 'right' });
    await menu.getByText('Next Receive').waitFor();
    expect(await menu.getAttribute('aria-label')).toContain('thread');
    // What can't be done stays, says why, and does nothing.
    const fork = menu.locator('[data-item=breakOnFork]');
    expect(await fork.textContent()).toContain('No process of this run');
    await fork.click({ force: true });
    await page.mouse.click(5, 5);
    await menu.waitFor({ state: 'detached' });

    await page.locator('[data-node-id=p1]').click({ button: 'right' });
    await menu.locator('[data-item=pin]').click();
    await page.locator('[data-pinned-id=p1]').click({ button: 'right' });
    await menu.getByText('Unpin').waitFor();
    expect((await said(page, 'rowAction')).length).toBe(1);
  });

  it.each(['Shift+F10', 'ContextMenu'])('opens by %s, and is used by keys', async (key) => {
    const page = await open({ scenario: 'debugged', width: 1100, height: 640 });
    await offer(page);
    await page.locator('.headers [data-row-id=t2]').click();
    await page.locator('.headers [data-row-id=t2]').focus();
    await page.keyboard.press(key);
    const menu = page.getByTestId('row-menu');
    await menu.locator('[data-item=breakOnFork]').waitFor();
    const first = await focusedItem(page);
    await page.keyboard.press('ArrowUp');
    expect(await focusedItem(page)).toBe('breakOnFork');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    expect(await focusedItem(page)).toBe(first);
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await menu.waitFor({ state: 'detached' });
    expect(await said(page, 'rowAction')).toEqual([{ type: 'rowAction', row: 't2', action: 'breakOnReceive' }]);
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.rowId)).toBe('t2');
    // From the lanes: of the row that is selected.
    await page.locator('canvas.lanes').focus();
    await page.keyboard.press(key);
    await menu.waitFor();
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).className)).toContain('lanes');
  });

  it('has a row’s own line and pin where nobody debugs', async () => {
    const page = await open({ scenario: 'threading', width: 1100, height: 640 });
    await page.locator('.headers [data-row-id=t2]').click({ button: 'right' });
    const menu = page.getByTestId('row-menu');
    await menu.locator('[data-item=open]').click();
    expect((await said(page, 'openSource')).length).toBe(1);
  });

  it('a process that the debugger did not follow says so in its row and its node', async () => {
    const page = await open({ scenario: 'debugged', width: 1100, height: 640 });
    await page.evaluate(() => window.fakeHost.post({ type: 'unfollowed', rows: ['p1'] }));
    await page.locator('.headers [data-row-id=p1] [data-testid=unfollowed]').waitFor();
    await page.locator('[data-node-id=p1] [data-testid=unfollowed]').waitFor();
    expect(await page.locator('[data-node-id=p1]').getAttribute('title')).toContain('did not follow');
    await page.evaluate(() => window.fakeHost.post({ type: 'unfollowed', rows: [] }));
    await page.locator('[data-testid=unfollowed]').first().waitFor({ state: 'detached' });
  });

  it.each(Object.keys(themes) as ThemeName[])('is seen in the theme %s', async (theme) => {
    for (const [width, height] of [[1100, 640], [600, 520]] as const) {
      const page = await open({ scenario: 'debugged', theme, width, height });
      await offer(page);
      await page.evaluate(() => window.fakeHost.post({ type: 'unfollowed', rows: ['p1'] }));
      await page.locator('.headers [data-row-id=c2]').click({ button: 'right' });
      await page.getByTestId('row-menu').getByText('forked').waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await screenshot(page, `rowMenu-${theme}-${width}`);
      const box = (await page.getByTestId('row-menu').boundingBox())!;
      expect(box.x + box.width <= width && box.y + box.height <= height).toBe(true);
    }
  });
});
