/** By keyboard alone: to a client that waits, along the arrow of its cause to the thread that keeps it waiting, and to that one's line. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { screenshot } from '../../harness/window';
import { EchoClient } from '../support/clients';
import { attribute, panelFrame, press, rowHeaders } from '../support/panel';
import { cleanUp, currentRun, eventually, product, sample } from '../support/product';
import { receivingLine, starve } from '../support/starved';

/** So many elements of the panel are passed at most on the way to the rows. */
const mostTabs = 60;

describe('the keyboard alone', function () {
  this.timeout(300_000);
  const clients: EchoClient[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await cleanUp(await product());
  });

  it('selects a connection, follows the arrow of its cause, and opens the source', async () => {
    const api = await product();
    const program = sample('iterative_echo.py');
    await vscode.commands.executeCommand('forkscope.traceActiveFile', program);
    const run = currentRun(api);
    await starve(run, clients);
    const frame = await panelFrame();
    await rowHeaders(frame, 'connection').and(frame.locator('[data-state=queued]')).waitFor();

    // The palette's command gives the panel the keyboard; Tab leads to the rows.
    await vscode.commands.executeCommand('forkscope.showPanel');
    await eventually('the keyboard in the panel', () => frame.locator('body').evaluate(() => document.hasFocus()));
    const focused = frame.locator('.headers [role=treeitem]:focus');
    for (let tabs = 0; tabs < mostTabs && (await focused.count()) === 0; tabs++) await press(frame, null, 'Tab');
    assert.equal(await focused.count(), 1, 'Tab reaches the rows');

    const queued = frame.locator('.headers [data-kind=connection][data-state=queued]:focus');
    const place = (): Promise<string | null | undefined> => attribute(focused, 'aria-posinset').then(async (position) => position && `${position} of ${await attribute(focused, 'data-row-id')}`);
    await press(frame, null, 'Home');
    await eventually('the first row', async () => (await attribute(focused, 'data-row-id')) === (await attribute(frame.locator('.headers [role=treeitem]'), 'data-row-id')));
    for (let downs = 0; downs < 12 && (await queued.count()) === 0; downs++) {
      const before = await place();
      await press(frame, null, 'ArrowDown');
      // The focus goes along with the next frame: pressed sooner, the key would pass the row by.
      await eventually('the next row', async () => ((now) => typeof now === 'string' && now !== before)(await place()));
    }
    await queued.and(frame.locator('[aria-selected=true]')).waitFor();

    await press(frame, null, 'c');
    const cause = rowHeaders(frame, 'thread').and(frame.locator('[aria-selected=true]'));
    await cause.waitFor();
    await screenshot('keyboard-cause');
    await press(frame, null, 'Shift+C');
    await rowHeaders(frame, 'connection').and(frame.locator('[aria-selected=true]')).waitFor();
    await press(frame, null, 'c');
    await cause.waitFor();

    // The keyboard is with the rows still, on the thread: Enter opens the line that it stands at.
    await frame.locator('.headers [data-kind=thread]:focus, canvas.lanes:focus').waitFor();
    await press(frame, null, 'Enter');
    const line = await receivingLine(program);
    const editor = await eventually('the line in an editor', () => vscode.window.activeTextEditor?.document.uri.fsPath === program.fsPath && vscode.window.activeTextEditor);
    await eventually(`line ${line}`, () => editor.selection.active.line + 1 === line);
  });
});
