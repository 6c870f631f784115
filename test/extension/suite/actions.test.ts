/** The rest of what can be done with the panel, each once by mouse and keys on a real recording; the table in ./README.md says which suite does what. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { FrameLocator, Page } from 'playwright-core';
import { screenshot, workbenchPage } from '../../harness/window';
import { EchoClient } from '../support/clients';
import { saveAs } from '../support/dialog';
import { at, attribute, drag, holdStill, panelFrame, press, rowHeaders, untilEffect } from '../support/panel';
import { cleanUp, currentRun, eventually, listeningPort, product, sample } from '../support/product';

/** So many clients that the oldest threads fold away once they have ended. */
const manyClients = 60;

describe('each action of the panel', function () {
  this.timeout(300_000);
  const lanes = 'canvas.lanes';
  const folder = mkdtempSync(join(tmpdir(), 'forkscope-saved-'));
  let page: Page;
  let frame: FrameLocator;

  const shownWindow = async (): Promise<string> => (await attribute(frame.getByTestId('minimap-frame'), 'aria-valuetext')) ?? '';
  const movesBy = async (key: string): Promise<void> => {
    const before = await shownWindow();
    await press(frame, lanes, key);
    await eventually(`another window than ${before} after ${key}`, async () => (await shownWindow()) !== before);
  };
  /** A test may be run alone, so each that needs the run's end asks for it. */
  const ended = async (): Promise<void> => {
    if ((await attribute(frame.getByTestId('run-state'), 'data-state')) !== 'ended') await vscode.commands.executeCommand('forkscope.stop');
    await frame.locator('[data-testid=run-state][data-state=ended]').waitFor();
  };
  /** Of a run that goes on the whole grows. */
  const whole = async (): Promise<void> => {
    await ended();
    await frame.getByTestId('fit').click();
    await eventually('the whole', async () => /^from 0 ms to (.*) of \1$/.test(await shownWindow()));
  };

  before(async () => {
    await vscode.window.showTextDocument(sample('threading_echo.py'));
    await vscode.commands.executeCommand('workbench.view.extension.forkscope');
    await vscode.commands.executeCommand('forkscope.traceActiveFile', sample('threading_echo.py'));
    const port = await listeningPort(currentRun(await product()));
    for (let number = 0; number < manyClients; number++) {
      const client = await EchoClient.connect(port);
      await client.echo('hello');
      client.close();
    }
    frame = await panelFrame();
    page = await workbenchPage();
    await rowHeaders(frame, 'connection').first().waitFor();
  });

  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await cleanUp(await product());
  });

  it('follows the present by L', async () => {
    const live = frame.getByTestId('live');
    await holdStill(frame);
    await press(frame, lanes, 'l');
    await eventually('the present', async () => (await attribute(live, 'aria-pressed')) === 'true');
    await ended();
  });

  it('moves and zooms by each of its keys', async () => {
    await whole();
    for (const key of ['w', '+', 'w', 'Home', 'd', 'ArrowRight', 'a', 'ArrowLeft', 'Shift+D', 'Shift+A', 'Shift+ArrowRight', 'Shift+ArrowLeft', 'End', 'Home', 's', '-']) await movesBy(key);
  });

  it('goes through its rows, folds and opens them', async () => {
    await whole();
    const selected = frame.locator('.headers [aria-selected=true]');
    const process = rowHeaders(frame, 'process').first();
    await process.click();
    const first = await attribute(process, 'data-row-id');
    await press(frame, lanes, 'ArrowDown');
    await eventually('the row below', async () => ((now) => typeof now === 'string' && now !== first)(await attribute(selected, 'data-row-id')));
    await press(frame, lanes, 'ArrowUp');
    await eventually('the row above', async () => (await attribute(selected, 'data-row-id')) === first);
    for (const expanded of ['false', 'true']) {
      await press(frame, lanes, 'Space');
      await eventually(`a process with aria-expanded ${expanded}`, async () => (await attribute(process, 'aria-expanded')) === expanded);
    }
    const scrolled = (): Promise<number> => frame.locator('.scroller').evaluate((scroller) => scroller.scrollTop);
    await press(frame, lanes, 'PageDown');
    await eventually('a page further down', async () => (await scrolled()) > 0);
    // As often as it takes: where the page was slow to hear PageDown, it was pressed once more.
    await untilEffect('the first page', () => press(frame, lanes, 'PageUp'), async () => (await scrolled()) === 0);

    // The oldest of many that ended are one row, which says how many.
    const fold = frame.locator('.headers .row-header.fold').filter({ hasText: /\d+ ended/ }).first();
    const rows = (): Promise<number> => frame.locator('.headers').evaluate((tree) => (tree as HTMLElement).offsetHeight);
    await fold.scrollIntoViewIfNeeded();
    const [folded, id] = [await rows(), await attribute(fold, 'data-row-id')];
    await fold.click();
    await eventually('its rows', async () => (await rows()) > folded);
    await frame.locator(`[data-row-id="${id}"]`).click();
    await eventually('the fold', async () => (await rows()) === folded);
    await press(frame, lanes, 'PageUp');
  });

  it('opens a line by Enter, and says what is under the pointer', async () => {
    const program = sample('threading_echo.py');
    await vscode.commands.executeCommand('workbench.action.focusFirstEditorGroup');
    await vscode.window.showTextDocument(program, { viewColumn: vscode.ViewColumn.One, selection: new vscode.Range(0, 0, 0, 0) });
    await rowHeaders(frame, 'thread').filter({ hasText: /Thread-\d/ }).first().click();
    await press(frame, lanes, 'Enter');
    await eventually('the line in the editor', () => vscode.window.activeTextEditor?.document.uri.fsPath === program.fsPath && vscode.window.activeTextEditor.selection.active.line > 0);

    const tooltip = frame.locator('.tooltip');
    await untilEffect('a tooltip with a state, its length and its begin', async () => {
      const row = await rowHeaders(frame, 'thread').first().boundingBox();
      const { x } = await at(frame, lanes, 0.6, 0);
      assert.ok(row !== null);
      await page.mouse.move(x - 3, row.y + row.height / 2);
      await page.mouse.move(x, row.y + row.height / 2);
    }, async () => (await tooltip.count()) === 1 && /MainThread[\s\S]*began at/.test(await tooltip.innerText()));
    await screenshot('actions-tooltip');
  });

  it('shows the rows as a table by T, and selects what was clicked there or in the sidebar', async () => {
    await press(frame, lanes, 't');
    const table = frame.getByTestId('rows-table');
    await table.locator('.link', { hasText: 'MainThread' }).click();
    const main = rowHeaders(frame, 'thread').and(frame.locator('[aria-selected=true]')).filter({ hasText: 'MainThread' });
    await main.waitFor();
    await press(frame, lanes, 't');
    await table.waitFor({ state: 'detached' });

    await press(frame, lanes, 'Escape');
    await main.waitFor({ state: 'detached' });
    await untilEffect('the row that was clicked in the sidebar', () => page.locator('.sidebar .monaco-list-row', { hasText: 'MainThread' }).first().click(), async () => (await main.count()) === 1);
  });

  it('sums up what Shift and a drag choose, sorts it, copies it and saves it', async () => {
    await whole();
    const words = frame.getByTestId('range');
    await untilEffect('a range of some rows', async () => {
      await page.keyboard.down('Shift');
      await drag(() => at(frame, lanes, 0.2, 0.2), () => at(frame, lanes, 0.9, 0.6)).finally(() => page.keyboard.up('Shift'));
    }, async () => (await words.count()) === 1 && /of \d+ rows$/.test(await words.innerText()));
    const states = frame.locator('.totals tr[data-state]');
    await eventually('its states', async () => (await states.count()) > 1);
    const column = frame.locator('.totals th.count');
    for (const order of ['descending', 'ascending']) {
      await column.locator('button').click();
      await eventually(order, async () => (await attribute(column, 'aria-sort')) === order);
    }
    const counts = (await states.locator('td:nth-of-type(3)').allInnerTexts()).map((text) => Number(text.replaceAll(',', '')));
    assert.deepEqual(counts, [...counts].sort((one, other) => one - other));

    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const copied = /^State\tRow\tTotal \(ms\)[\s\S]*\tall rows\t/;
    await frame.getByTestId('copy-totals').click();
    await eventually('the table in the clipboard', async () => {
      assert.match(await frame.locator('body').evaluate((body) => body.ownerDocument.defaultView!.navigator.clipboard.readText()), copied);
      return true;
    });

    await frame.getByTestId('save-totals').click();
    const csv = (await saveAs('totals.csv', join(folder, 'sums.csv'))).toString();
    assert.match(csv, /^State,Row,Total \(ms\),Share \(%\),Count,Longest \(ms\),Mean \(ms\)\r\n/);
    assert.equal(csv.trim().split('\r\n').every((line) => line.split(',').length >= 7), true, csv);
    await screenshot('actions-totals');

    // The same by key: from the middle of this window to the middle of another.
    await press(frame, words.locator('xpath=ancestor::section').locator('button').first(), 'Escape');
    await words.waitFor({ state: 'detached' });
    await movesBy('w');
    await movesBy('w');
    await press(frame, lanes, '[');
    await words.filter({ hasText: 'of all rows' }).waitFor();
    const begun = await words.innerText();
    await movesBy('d');
    await press(frame, lanes, ']');
    await eventually(`another range than ${begun}`, async () => (await words.innerText()) !== begun);
    await press(frame, lanes, 'Escape');
    await words.waitFor({ state: 'detached' });
  });

  it('hides lanes that stay in one state, and shows them again', async () => {
    // At its end the program only waits for clients.
    for (let times = 0; times < 4; times++) await movesBy('w');
    await press(frame, lanes, 'End');
    await press(frame, lanes, 'Shift+F');
    const toggle = frame.getByTestId('hide-quiet');
    await toggle.click();
    const hidden = frame.getByTestId('rows-hidden');
    await hidden.waitFor();
    await screenshot('actions-quiet');
    await hidden.click();
    await hidden.waitFor({ state: 'detached' });
    assert.equal(await attribute(toggle, 'aria-pressed'), 'false');
    await press(frame, frame.getByTestId('filter'), 'Escape');
    await toggle.waitFor({ state: 'detached' });
  });

  it('saves the picture as SVG and PNG', async () => {
    await whole();
    await press(frame, lanes, 'e');
    await press(frame, frame.getByTestId('save-svg'), 'Enter');
    const svg = (await saveAs('threading_echo.py.svg', join(folder, 'picture.svg'))).toString();
    assert.match(svg, /^(<\?xml[^>]*>\s*)?<svg /);
    assert.ok(svg.includes('MainThread') && svg.trimEnd().endsWith('</svg>'), svg.slice(0, 200));
    await press(frame, lanes, 'e');
    await press(frame, frame.getByTestId('save-svg'), 'ArrowDown');
    await press(frame, frame.getByTestId('save-png').and(frame.locator(':focus')), 'Enter');
    const png = await saveAs('threading_echo.py.png', join(folder, 'picture.png'));
    assert.equal(png.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n');
    assert.ok(png.readUInt32BE(16) > 400, 'so many pixels wide');
  });
});
