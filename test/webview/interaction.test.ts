/** The panel by hand: what a person does with mouse and keys, and what the host hears of it. In a real browser. */
import { describe, expect, it } from 'vitest';
import { pageTests, pointOf, said, savedState } from './support/drive';
import { painted, screenshot } from './support/page';

const { open } = pageTests();

describe('selection and source', () => {
  it('selects a span on a click, opens its line, and draws who holds it', async () => {
    const page = await open({ scenario: 'iterative' });
    const at = await pointOf(page, 'c2', 1.8e9);
    await page.mouse.move(at.x, at.y);
    await page.waitForSelector('.tooltip dd.strong');
    expect(await page.locator('.tooltip').innerText()).toContain('MainThread, which serves 127.0.0.1:50710');
    await screenshot(page, 'tooltip-dark');
    await page.mouse.click(at.x, at.y);
    await expect.poll(() => said(page, 'openSource')).toMatchObject([{ site: { line: 16 } }]);
    expect(await said(page, 'select')).toMatchObject([{ row: 'c2' }]);
    await page.mouse.move(at.x, 40);
    await page.waitForTimeout(200);
    await screenshot(page, 'cause-dark');
    await page.keyboard.press('Escape');
    expect(await said(page, 'select')).toMatchObject([{ row: 'c2' }, { row: null }]);
  });

  it('is one selection in tree and timeline, and the host can set it', async () => {
    const page = await open({ scenario: 'family' });
    await page.locator('[data-node-id=p3]').click();
    expect(await page.locator('[data-row-id=p3]').getAttribute('aria-selected')).toBe('true');
    await page.evaluate(() => window.fakeHost.post({ type: 'select', row: 't2', reveal: true }));
    await page.waitForSelector('[data-row-id=t2][aria-selected=true]');
    expect(await page.locator('[data-node-id=p2]').getAttribute('aria-selected')).toBe('true');
    // What the host said is not said back.
    expect(await said(page, 'select')).toHaveLength(1);
  });

  it('walks rows and opens lines with the keys alone', async () => {
    const page = await open({ scenario: 'threading' });
    await page.locator('[data-row-id=p1]').focus();
    // Past the listener and its queue.
    for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-row-id') === 't1');
    await page.keyboard.press('Enter');
    expect(await said(page, 'openSource')).toMatchObject([{ site: { line: 41 } }]);
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowLeft');
    // The counters above are folded until somebody opens them.
    expect(await page.locator('.row-header').count()).toBe(2);
    expect((await savedState(page)).collapsed).toEqual(['n:', 'p1']);
  });

  it('opens a fold of alike children', async () => {
    const page = await open({ scenario: 'forking' });
    expect(await page.locator('.node').count()).toBe(3);
    await page.locator('.node.fold').click();
    await expect.poll(() => page.locator('.tree').getAttribute('data-nodes')).toBe('43');
    await page.waitForTimeout(600);
    await screenshot(page, 'fold-open-dark');
  });
});

describe('the tree', () => {
  it('is laid out by ELK in its worker under the content policy', async () => {
    const page = await open({ scenario: 'family' });
    await page.waitForSelector('.tree[data-layout=elk]');
    const tops = await page.locator('.node').evaluateAll((nodes) => nodes.map((node) => ({ id: node.getAttribute('data-node-id'), top: node.getBoundingClientRect().top })));
    const order = tops.filter(({ id }) => ['p2', 'p3', 'p4'].includes(id ?? '')).map(({ top }) => top);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });
});

describe('time', () => {
  it('zooms at the cursor, pans, and fits', async () => {
    const page = await open({ scenario: 'threading' });
    const whole = await savedState(page);
    const at = await pointOf(page, 't1', 2e9);
    await page.mouse.move(at.x, at.y);
    await page.keyboard.down('Control');
    for (let turn = 0; turn < 8; turn++) await page.mouse.wheel(0, -100);
    await page.keyboard.up('Control');
    const near = await savedState(page);
    expect(near.toNs - near.fromNs).toBeLessThan((whole.toNs - whole.fromNs) / 4);
    expect(Math.abs((await pointOf(page, 't1', 2e9)).x - at.x)).toBeLessThan(4);
    await painted(page);
    await screenshot(page, 'zoomed-dark');
    await page.locator('canvas.lanes').focus();
    await page.keyboard.press('d');
    expect((await savedState(page)).fromNs).toBeGreaterThan(near.fromNs);
    await page.getByTestId('fit').click();
    expect(await savedState(page)).toMatchObject({ fromNs: whole.fromNs, toNs: whole.toNs });
  });

  it('follows a running program until the person moves, and again on Live', async () => {
    const page = await open({ scenario: 'live' });
    // A window that follows the present is saved without its place.
    const askedUntil = (): Promise<number> => page.evaluate(() => window.fakeHost.tileRequests.at(-1)!.toNs);
    await page.evaluate(() => window.fakeHost.tick(3e9));
    await painted(page, 9e9);
    expect(await askedUntil()).toBeGreaterThan(9e9);
    await page.mouse.move(700, 400);
    await page.keyboard.down('Shift');
    await page.mouse.wheel(0, -200);
    await page.keyboard.up('Shift');
    const stayed = await savedState(page);
    expect(stayed.live).toBe(false);
    await page.evaluate(() => window.fakeHost.tick(30e9));
    expect(await savedState(page)).toMatchObject({ fromNs: stayed.fromNs, toNs: stayed.toNs });
    await page.getByTestId('live').click();
    await page.evaluate(() => window.fakeHost.tick(1e9));
    await painted(page, 40e9);
    expect((await savedState(page)).live).toBe(true);
    expect(await askedUntil()).toBeGreaterThan(40e9);
    await page.evaluate(() => window.fakeHost.endRun());
    await expect.poll(async () => (await savedState(page)).live).toBe(false);
    expect(await page.getByTestId('stop').count()).toBe(0);
  });

  it('has one tile under way at most, and draws the last one asked for', async () => {
    const page = await open({ scenario: 'busy', tileDelayMs: 120 });
    await page.locator('canvas.lanes').focus();
    for (let press = 0; press < 30; press++) await page.keyboard.press('w');
    await page.waitForTimeout(600);
    expect(await page.evaluate(() => window.fakeHost.mostOutstanding)).toBe(1);
    const last = await page.evaluate(() => window.fakeHost.tileRequests.at(-1)!.sequence);
    expect(await page.evaluate(() => window.fakeHost.tileRequests.length)).toBeLessThan(30);
    expect(await page.locator('canvas.lanes').getAttribute('data-drawn-sequence')).toBe(String(last));
  });
});

describe('the panel', () => {
  it('comes back after a reload as it was', async () => {
    const state = { version: 2 as const, source: '/recordings/family', live: false, fromNs: 1e9, toNs: 2e9, selection: 'p2', collapsed: ['p3'], split: 0.5, features: {} };
    const page = await open({ scenario: 'family', state: { ...state, source: '/recordings/gunicorn_like.py' } });
    expect(await page.locator('[data-row-id=p2]').getAttribute('aria-selected')).toBe('true');
    expect(await page.locator('[data-row-id=p3]').getAttribute('aria-expanded')).toBe('false');
    expect(await savedState(page).catch(() => null)).toMatchObject({ fromNs: 1e9, toNs: 2e9, split: 0.5 });
  });

  it('comes back to its selection once that row is read', async () => {
    const state = { version: 2 as const, source: '/recordings/gunicorn_like.py', live: false, fromNs: 1e9, toNs: 2e9, selection: 'p2', collapsed: [], split: 0.5, features: {} };
    const page = await open({ scenario: null, state });
    await page.evaluate(() => {
      const host = window.fakeHost;
      const post = host.post.bind(host);
      host.post = (message) => post(message.type === 'snapshot' ? { ...message, update: { ...message.update, rows: message.update.rows.filter(({ id }) => id !== 'p2') } } : message);
      host.show('family');
    });
    await page.locator('[data-row-id=p3]').waitFor();
    expect(await page.locator('[aria-selected=true]').count()).toBe(0);
    // A second reload meanwhile does not lose it either.
    expect((await savedState(page)).selection).toBe('p2');
    await page.evaluate(() => window.fakeHost.update());
    await page.locator('[data-row-id=p2][aria-selected=true]').waitFor();
  });

  it('sends its buttons as commands', async () => {
    const page = await open({ scenario: 'live' });
    for (const id of ['stop', 'restart', 'saveAs']) await page.getByTestId(id).click();
    expect(await said(page, 'command')).toMatchObject([{ command: 'stop' }, { command: 'restart' }, { command: 'saveAs' }]);
  });

  it('shows a problem with what can be done', async () => {
    const page = await open({ scenario: null });
    await page.evaluate(() => window.fakeHost.post({
      type: 'problem', message: 'No Python interpreter was found. Install one, or choose one with the Python extension.', error: { code: 'interpreter-missing', message: '', values: [] },
    }));
    await page.waitForSelector('[data-testid=problem]');
    await screenshot(page, 'problem-dark');
    await page.getByRole('button', { name: 'Try Again' }).click();
    expect(await said(page, 'command')).toMatchObject([{ command: 'restart' }]);
  });

  it('moves the splitter by keys', async () => {
    const page = await open({ scenario: 'family' });
    const tree = page.locator('.tree');
    const before = (await tree.boundingBox())!.height;
    await page.getByRole('separator', { name: 'Height of the process tree' }).focus();
    for (let press = 0; press < 3; press++) await page.keyboard.press('ArrowDown');
    await page.waitForTimeout(100);
    expect((await tree.boundingBox())!.height).toBeGreaterThan(before + 40);
  });

  it('takes a change of theme at once', async () => {
    const page = await open({ scenario: 'threading' });
    const shot = (): Promise<string> => page.locator('canvas.lanes').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    const dark = await shot();
    await page.evaluate(() => {
      document.documentElement.style.setProperty('--vscode-editor-background', '#ffffff');
      document.body.className = 'vscode-light';
    });
    await page.waitForTimeout(100);
    expect(await shot()).not.toBe(dark);
  });

  it('speaks the words that the host sends', async () => {
    const page = await open({ scenario: 'live', words: { Live: '实时', running: '运行中', accept: '接受连接', Fit: '适应窗口', '{0} threads': '{0} 个线程', '1 process': '1 个进程', '{0} connections': '{0} 个连接' } });
    expect(await page.getByTestId('live').innerText()).toBe('实时');
    expect(await page.getByTestId('threads').innerText()).toBe('5 个线程');
    await screenshot(page, 'chinese-dark');
  });

  it('saves what is shown at once: what covers the panel takes its page away in a moment', async () => {
    const page = await open({ scenario: 'threading' });
    const before = await savedState(page);
    const after = await page.evaluate(() => {
      document.querySelector('canvas.lanes')!.dispatchEvent(new KeyboardEvent('keydown', { key: 'w', bubbles: true, cancelable: true }));
      return window.fakeHost.state!.toNs;
    });
    expect(after).toBeLessThan(before.toNs);
  });
});
