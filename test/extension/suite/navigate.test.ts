/** Finding one's way through a real recording: every gesture and key of it once, by the window's own mouse and keyboard. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { FrameLocator, Page } from 'playwright-core';
import { screenshot, workbenchPage } from '../../harness/window';
import { EchoClient } from '../support/clients';
import { panelFrame, rowHeaders } from '../support/panel';
import { cleanUp, currentRun, eventually, listeningPort, product, sample } from '../support/product';

/** A place in an element, as shares of its width and height. */
async function at(frame: FrameLocator, selector: string, x: number, y: number): Promise<{ x: number; y: number }> {
  const box = await frame.locator(selector).boundingBox();
  assert.ok(box !== null, `${selector} is in sight`);
  return { x: box.x + box.width * x, y: box.y + box.height * y };
}

/** `from 1.2 s to 3.4 s of 6.0 s`: what the overview's frame says of the window. */
async function windowWords(frame: FrameLocator): Promise<string> {
  return (await frame.getByTestId('minimap-frame').getAttribute('aria-valuetext')) ?? '';
}

async function changed(frame: FrameLocator, what: string, act: () => Promise<void>): Promise<string> {
  const before = await windowWords(frame);
  await act();
  return eventually(`another window after ${what} than ${before}`, async () => {
    const now = await windowWords(frame);
    return now !== before && now;
  }, 10_000);
}

describe('the panel of a recording', function () {
  this.timeout(180_000);
  const clients: EchoClient[] = [];
  let page: Page;
  let frame: FrameLocator;

  before(async () => {
    await product();
    const program = sample('threading_echo.py');
    await vscode.window.showTextDocument(program);
    await vscode.commands.executeCommand('forkscope.traceActiveFile', program);
    const port = await listeningPort(currentRun(await product()));
    for (let number = 1; number <= 3; number++) {
      clients.push(await EchoClient.connect(port));
      for (const client of clients) await client.echo('x'.repeat(100));
    }
    frame = await panelFrame();
    page = await workbenchPage();
    await rowHeaders(frame, 'connection').nth(2).waitFor();
    // The present goes on for as long as this takes.
    await eventually('two seconds of recording', async () => Number(await frame.getByTestId('minimap-frame').getAttribute('aria-valuemax')) > 2000);
  });

  after(async () => {
    for (const client of clients.splice(0)) client.close();
    await cleanUp(await product());
  });

  it('leaves the present for a wheel, says how far it is, and goes back by the chip', async () => {
    const live = frame.getByTestId('live');
    assert.equal(await live.getAttribute('aria-pressed'), 'true');
    const { x, y } = await at(frame, 'canvas.lanes', 0.5, 0.5);
    await page.mouse.move(x, y);
    await page.keyboard.down('Control');
    for (let turn = 0; turn < 4; turn++) await page.mouse.wheel(0, -100);
    await page.keyboard.up('Control');
    const chip = frame.getByTestId('jump-to-live');
    await eventually('how far behind it is', async () => /Jump to live[\s\S]*\d s behind/.test(await chip.innerText()));
    await screenshot('navigate-behind');
    await chip.click();
    await eventually('the present', async () => (await live.getAttribute('aria-pressed')) === 'true');
  });

  it('shows the moment under the pointer', async () => {
    const { x, y } = await at(frame, 'canvas.lanes', 0.4, 0.3);
    await page.mouse.move(x, y);
    await page.mouse.move(x + 2, y);
    assert.match(await frame.locator('.cursor-time').innerText(), /^[\d:.]+( [mµn]?s)?$/);
  });

  it('stays where it is put once the program has ended', async () => {
    await vscode.commands.executeCommand('forkscope.stop');
    await frame.locator('[data-testid=run-state][data-state=ended]').waitFor();
    await frame.locator('canvas.lanes').focus();
    await changed(frame, 'W', () => page.keyboard.press('w'));
  });

  it('moves, resizes and draws the window in the overview', async () => {
    const drag = async (from: number, to: number): Promise<void> => {
      const [start, end] = [await at(frame, '.minimap-strip', from, 0.5), await at(frame, '.minimap-strip', to, 0.5)];
      await page.mouse.move(start.x, start.y);
      await page.mouse.down();
      await page.mouse.move(end.x, end.y, { steps: 5 });
      await page.mouse.up();
    };
    await frame.getByTestId('fit').click();
    // Of the whole nothing is beside the frame: a window has to be made first.
    await frame.locator('canvas.lanes').focus();
    for (let press = 0; press < 6; press++) await page.keyboard.press('w');
    await changed(frame, 'a drag beside the frame', () => drag(0.1, 0.3));
    await changed(frame, 'a drag of the frame', () => drag(0.2, 0.5));
    await changed(frame, 'a drag of its edge', () => drag(0.6, 0.8));
    await changed(frame, 'a click', async () => {
      const { x, y } = await at(frame, '.minimap-strip', 0.2, 0.5);
      await page.mouse.click(x, y);
    });
    await frame.getByTestId('minimap-frame').focus();
    await changed(frame, 'an arrow', () => page.keyboard.press('ArrowRight'));
    await changed(frame, 'an arrow with Shift', () => page.keyboard.press('Shift+ArrowRight'));
    await screenshot('navigate-overview');
  });

  it('goes back and forward through its windows', async () => {
    await frame.locator('canvas.lanes').focus();
    const here = await windowWords(frame);
    await changed(frame, 'Backspace', () => page.keyboard.press('Backspace'));
    await page.keyboard.press('Shift+Backspace');
    await eventually('the same window', async () => (await windowWords(frame)) === here);
  });

  it('goes from event to event, centres one, and shows all again', async () => {
    const header = rowHeaders(frame, 'thread').nth(1);
    await header.click();
    const row = await header.getAttribute('data-row-id');
    await frame.locator('canvas.lanes').focus();
    const life = await changed(frame, 'F on a row', () => page.keyboard.press('f'));
    const selected = (): Promise<string | null> => frame.locator('canvas.lanes').getAttribute('data-drawn-selected');
    const places: number[] = [];
    // A receive stands between what comes before and after it: there and back again.
    for (const key of ['.', '.', '.', ',', '>', '<']) {
      const before = await selected();
      await page.keyboard.press(key);
      await eventually(`another span after ${key}, by ${places.join()}`, async () => (await selected()) !== before, 10_000);
      places.push(Number(await selected()));
    }
    assert.ok(places[0]! < places[1]! && places[1]! < places[2]!, places.join());
    assert.equal(places[3], places[1]);
    assert.ok(places[4]! > places[3]! && places[5] === places[3], places.join());
    // All of them lie within the row's life: the window stays.
    assert.equal(await windowWords(frame), life);
    await changed(frame, 'F on a span', () => page.keyboard.press('f'));
    assert.equal(await frame.locator(`[data-row-id=${row ?? ''}]`).getAttribute('aria-selected'), 'true');
    await changed(frame, 'F again', () => page.keyboard.press('f'));
    assert.match(await windowWords(frame), /^from 0 ms to (.*) of \1$/);
  });

  it('pins a row to the top, by key and by its button', async () => {
    const header = rowHeaders(frame, 'thread').first();
    await header.click();
    await page.keyboard.press('p');
    const pinned = frame.locator('[data-pinned-id]');
    await pinned.first().waitFor();
    assert.equal(await pinned.count(), 1);
    await rowHeaders(frame, 'connection').first().hover();
    await rowHeaders(frame, 'connection').first().getByTestId('pin').click();
    assert.equal(await pinned.count(), 2);
    await screenshot('navigate-pinned');
    await pinned.last().locator('button').click();
    await frame.locator('canvas.lanes').focus();
    await page.keyboard.press('p');
    await eventually('none pinned', async () => (await pinned.count()) === 0);
  });

  it('shows its keys, and gives the focus back', async () => {
    await frame.locator('canvas.lanes').focus();
    await page.keyboard.press('?');
    const sheet = frame.getByTestId('key-sheet');
    await sheet.waitFor();
    assert.ok((await sheet.locator('kbd').count()) > 25);
    await screenshot('navigate-keys');
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    assert.equal(await frame.locator('canvas.lanes').evaluate((canvas) => document.activeElement === canvas), true);
  });

  it('replays what happened', async () => {
    const count = (): Promise<number> => frame.locator('.headers .row-header').count();
    const whole = await count();
    await frame.getByTestId('fit').click();
    await frame.locator('canvas.lanes').focus();
    const { x, y } = await at(frame, 'canvas.lanes', 0.02, 0.9);
    await page.mouse.move(x, y);
    await page.keyboard.press('k');
    await frame.getByTestId('replay-bar').waitFor();
    await eventually('fewer rows', async () => (await count()) < whole, 10_000);
    await frame.getByTestId('replay-speed').selectOption('5');
    await eventually('all rows', async () => (await count()) === whole);
    await frame.locator('canvas.lanes').focus();
    const axis = await at(frame, 'canvas.axis', 0.5, 0.5);
    await page.mouse.click(axis.x, axis.y);
    await screenshot('navigate-replay');
    await page.keyboard.press('Shift+K');
    await frame.getByTestId('replay-bar').waitFor({ state: 'detached' });
    await eventually('the rows as they are', async () => (await count()) === whole);
  });
});
