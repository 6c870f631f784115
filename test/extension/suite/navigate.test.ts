/** Finding one's way through a real recording: every gesture and key of it once, by the window's own mouse and keyboard. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { FrameLocator, Page } from 'playwright-core';
import { screenshot, workbenchPage } from '../../harness/window';
import { EchoClient } from '../support/clients';
import { at, drag, panelFrame, press, rowHeaders, untilEffect } from '../support/panel';
import { cleanUp, currentRun, eventually, listeningPort, product, sample } from '../support/product';

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
  });
}

describe('the panel of a recording', function () {
  this.timeout(300_000);
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
    await eventually('the present', async () => (await live.getAttribute('aria-pressed')) === 'true');
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
    await eventually('the moment', async () => /^[\d:.]+( [mµn]?s)?$/.test(await frame.locator('.cursor-time').innerText()));
  });

  it('stays where it is put once the program has ended', async () => {
    await vscode.commands.executeCommand('forkscope.stop');
    await frame.locator('[data-testid=run-state][data-state=ended]').waitFor();
    await changed(frame, 'W', () => press(frame, 'canvas.lanes', 'w'));
  });

  it('moves, resizes and draws the window in the overview', async () => {
    const dragStrip = (from: number, to: number): Promise<void> => drag(() => at(frame, '.minimap-strip', from, 0.5), () => at(frame, '.minimap-strip', to, 0.5));
    await frame.getByTestId('fit').click();
    // Of the whole nothing is beside the frame: a window has to be made first.
    for (let times = 0; times < 6; times++) await press(frame, 'canvas.lanes', 'w');
    await changed(frame, 'a drag beside the frame', () => dragStrip(0.1, 0.3));
    await changed(frame, 'a drag of the frame', () => dragStrip(0.2, 0.5));
    await changed(frame, 'a drag of its edge', () => dragStrip(0.6, 0.8));
    await changed(frame, 'a click', async () => {
      const { x, y } = await at(frame, '.minimap-strip', 0.2, 0.5);
      await page.mouse.click(x, y);
    });
    await changed(frame, 'an arrow', () => press(frame, frame.getByTestId('minimap-frame'), 'ArrowRight'));
    await changed(frame, 'an arrow with Shift', () => press(frame, frame.getByTestId('minimap-frame'), 'Shift+ArrowRight'));
    await screenshot('navigate-overview');
  });

  it('goes back and forward through its windows', async () => {
    const here = await windowWords(frame);
    await changed(frame, 'Backspace', () => press(frame, 'canvas.lanes', 'Backspace'));
    await press(frame, 'canvas.lanes', 'Shift+Backspace');
    await eventually('the same window', async () => (await windowWords(frame)) === here);
  });

  it('goes from event to event, centres one, and shows all again', async () => {
    const header = rowHeaders(frame, 'thread').nth(1);
    await header.click();
    const row = await header.getAttribute('data-row-id');
    const life = await changed(frame, 'F on a row', () => press(frame, 'canvas.lanes', 'f'));
    const selected = (): Promise<string | null> => frame.locator('canvas.lanes').getAttribute('data-drawn-selected');
    const places: number[] = [];
    // A receive stands between what comes before and after it: there and back again.
    for (const key of ['.', '.', '.', ',', '>', '<']) {
      const before = await selected();
      await press(frame, 'canvas.lanes', key);
      await eventually(`another span after ${key}, by ${places.join()}`, async () => (await selected()) !== before);
      places.push(Number(await selected()));
    }
    assert.ok(places[0]! < places[1]! && places[1]! < places[2]!, places.join());
    assert.equal(places[3], places[1]);
    assert.ok(places[4]! > places[3]! && places[5] === places[3], places.join());
    // All of them lie within the row's life: the window stays.
    assert.equal(await windowWords(frame), life);
    await changed(frame, 'F on a span', () => press(frame, 'canvas.lanes', 'f'));
    assert.equal(await frame.locator(`[data-row-id=${row ?? ''}]`).getAttribute('aria-selected'), 'true');
    await press(frame, 'canvas.lanes', 'f');
    await eventually('the whole', async () => /^from 0 ms to (.*) of \1$/.test(await windowWords(frame)));
  });

  it('shows all arrows by R', async () => {
    await press(frame, 'canvas.lanes', 'Escape');
    const picture = (): Promise<string> => frame.locator('canvas.lanes').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    let last = '';
    const without = await eventually('a picture that stands still', async () => {
      const before = last;
      last = await picture();
      return last === before && last;
    });
    await press(frame, 'canvas.lanes', 'r');
    await eventually('arrows', async () => (await picture()) !== without);
    await press(frame, 'canvas.lanes', 'r');
    await eventually('none', async () => (await picture()) === without);
  });

  it('pins a row to the top, by key and by its button', async () => {
    const header = rowHeaders(frame, 'thread').first();
    await header.click();
    await press(frame, header, 'p');
    const pinned = frame.locator('[data-pinned-id]');
    const many = (count: number): Promise<true> => eventually(`${count} pinned`, async () => (await pinned.count()) === count);
    await many(1);
    await rowHeaders(frame, 'connection').first().hover();
    await rowHeaders(frame, 'connection').first().getByTestId('pin').click();
    await many(2);
    await screenshot('navigate-pinned');
    await pinned.last().locator('button').click();
    await many(1);
    await press(frame, 'canvas.lanes', 'p');
    await eventually('none pinned', async () => (await pinned.count()) === 0);
  });

  it('shows its keys, and gives the focus back', async () => {
    await press(frame, 'canvas.lanes', '?');
    const sheet = frame.getByTestId('key-sheet');
    await sheet.waitFor();
    assert.ok((await sheet.locator('kbd').count()) > 25);
    await screenshot('navigate-keys');
    await press(frame, null, 'Escape');
    await sheet.waitFor({ state: 'detached' });
    await eventually('the focus on the lanes', () => frame.locator('canvas.lanes').evaluate((canvas) => document.activeElement === canvas));
  });

  it('replays what happened', async () => {
    const count = (): Promise<number> => frame.locator('.headers .row-header').count();
    const whole = await count();
    await frame.getByTestId('fit').click();
    await press(frame, 'canvas.lanes', 'k');
    await frame.getByTestId('replay-bar').waitFor();
    await press(frame, 'canvas.lanes', 'k');
    const play = frame.getByTestId('replay-play');
    await eventually('a pause', async () => (await play.getAttribute('aria-label')) === 'Play');
    // The play head is put near the begin, where only the program itself was there; what comes then comes again.
    await untilEffect('fewer rows', async () => {
      const axis = await at(frame, 'canvas.axis', 0.02, 0.5);
      await page.mouse.click(axis.x, axis.y);
    }, async () => (await count()) < whole);
    await screenshot('navigate-replay');
    await frame.getByTestId('replay-speed').selectOption('20');
    await play.click();
    await eventually('all rows', async () => (await count()) === whole);
    await press(frame, 'canvas.lanes', 'Shift+K');
    await frame.getByTestId('replay-bar').waitFor({ state: 'detached' });
    await eventually('the rows as they are', async () => (await count()) === whole);
  });
});
