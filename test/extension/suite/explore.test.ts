/** Finding, filtering, summing up, notes and pictures, each once by mouse and keys, on a real program that is being traced. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { screenshot, workbenchPage } from '../../harness/window';
import { EchoClient } from '../support/clients';
import { panelFrame, rowHeaders } from '../support/panel';
import { cleanUp, currentRun, eventually, listeningPort, product, sample } from '../support/product';

describe('exploring a recording', function () {
  this.timeout(120_000);
  const clients: EchoClient[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await cleanUp(await product());
  });

  it('finds, filters, sums up, and keeps a note in the recording', async () => {
    const api = await product();
    const program = sample('threading_echo.py');
    await vscode.commands.executeCommand('forkscope.traceActiveFile', program);
    const run = currentRun(api);
    const port = await listeningPort(run);
    for (let number = 1; number <= 3; number++) clients.push(await EchoClient.connect(port));
    await Promise.all(clients.map((client) => client.echo('hello')));
    const frame = await panelFrame();
    await rowHeaders(frame, 'connection').nth(2).waitFor();
    const { keyboard, mouse } = await workbenchPage();
    const lanes = frame.locator('[data-testid="lanes"]');

    // A note on a live run stands in its folder.
    await rowHeaders(frame, 'thread').first().click();
    await keyboard.press('n');
    await frame.locator('[data-testid="note-text"]').waitFor();
    await keyboard.type('Waits for its clients.');
    await keyboard.press('Enter');
    await keyboard.press('Shift+N');
    await frame.locator('.notes-text', { hasText: 'Waits for its clients.' }).waitFor();
    await keyboard.press('Escape');

    // Search goes to a line of the program, and gives the focus back.
    await lanes.focus();
    await keyboard.press('/');
    await keyboard.type('threading_echo.py:');
    await frame.locator('.search-count', { hasText: 'found' }).waitFor();
    await keyboard.press('Enter');
    await frame.locator('.search-count', { hasText: /^1 of / }).waitFor();
    await frame.locator('.row-header.marked').first().waitFor();
    await keyboard.press('Escape');
    await frame.locator('.search').waitFor({ state: 'detached' });

    // The filter leaves the listener and its process.
    await keyboard.press('Shift+F');
    await keyboard.type('kind:listener');
    await eventually('one listener below its process', async () => (await frame.locator('.row-header').count()) === 2);
    await screenshot('explore-filter');
    await keyboard.press('Escape');
    await eventually('all rows', async () => (await rowHeaders(frame, 'connection').count()) === 3);

    // The axis gives a range, the table its states.
    const axis = await frame.locator('canvas.axis').boundingBox();
    assert.ok(axis !== null);
    await mouse.move(axis.x + axis.width * 0.3, axis.y + axis.height / 2);
    await mouse.down();
    await mouse.move(axis.x + axis.width * 0.8, axis.y + axis.height / 2, { steps: 5 });
    await mouse.up();
    await frame.locator('.totals tr[data-state="alive"]').waitFor();
    await frame.locator('.totals-state').first().click();
    await frame.locator('.totals-row').first().waitFor();
    await screenshot('explore-totals');
    await frame.locator('.totals .link').first().focus();
    await keyboard.press('Escape');
    await frame.locator('.totals').waitFor({ state: 'detached' });

    // All waits on a connection.
    await rowHeaders(frame, 'connection').first().click();
    await keyboard.press('o');
    await frame.locator('[data-testid="same-object"]', { hasText: 'connection' }).waitFor();
    await screenshot('explore-same-object');
    await keyboard.press('o');
    await frame.locator('[data-testid="same-object"]').waitFor({ state: 'detached' });

    // The picture's menu opens by its key.
    await keyboard.press('e');
    await frame.locator('[data-testid="save-svg"]').waitFor();
    await keyboard.press('Escape');

    // The note is in the file.
    await vscode.commands.executeCommand('forkscope.stop');
    const { file } = run;
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    api.runs.close(run);
    await vscode.commands.executeCommand('forkscope.openRecording', vscode.Uri.file(file));
    const reopened = await panelFrame();
    await rowHeaders(reopened, 'connection').nth(2).waitFor();
    await reopened.locator('[data-testid="open-notes"]').click();
    await reopened.locator('.notes-text', { hasText: 'Waits for its clients.' }).waitFor();
  });
});
