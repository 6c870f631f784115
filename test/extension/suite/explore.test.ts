/** Finding, filtering, summing up, notes and pictures, each once by mouse and keys, on a real program that is being traced. */
import * as vscode from 'vscode';
import { screenshot } from '../../harness/window';
import { EchoClient } from '../support/clients';
import { at, attribute, drag, panelFrame, press, rowHeaders, type, untilEffect } from '../support/panel';
import { cleanUp, currentRun, eventually, listeningPort, product, sample } from '../support/product';

describe('exploring a recording', function () {
  this.timeout(300_000);
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
    const lanes = frame.locator('canvas.lanes');

    // A note on a live run stands in its folder.
    await rowHeaders(frame, 'thread').first().click();
    await press(frame, rowHeaders(frame, 'thread').first(), 'n');
    const note = frame.getByTestId('note-text');
    await type(note, 'Waits for its clients.');
    await press(frame, note, 'Enter');
    await note.waitFor({ state: 'detached' });
    await press(frame, lanes, 'Shift+N');
    const listed = frame.locator('.notes-text', { hasText: 'Waits for its clients.' });
    await listed.waitFor();
    await press(frame, lanes, 'Shift+N');
    await listed.waitFor({ state: 'detached' });

    // Search goes to a line of the program, on and back, and gives the focus back.
    await press(frame, lanes, '/');
    const search = frame.getByTestId('search');
    await type(search, 'threading_echo.py:');
    const count = frame.locator('.search-count');
    await count.filter({ hasText: 'found' }).waitFor();
    for (const [key, place] of [['Enter', /^1 of /], ['Enter', /^2 of /], ['Shift+Enter', /^1 of /]] as const) {
      await press(frame, search, key);
      await count.filter({ hasText: place }).waitFor();
    }
    await frame.locator('.row-header.marked').first().waitFor();
    await press(frame, search, 'Escape');
    await frame.locator('.search').waitFor({ state: 'detached' });

    // The filter leaves the listener and its process.
    await press(frame, lanes, 'Shift+F');
    const filter = frame.getByTestId('filter');
    await type(filter, 'kind:listener');
    await eventually('one listener below its process', async () => (await frame.locator('.row-header').count()) === 2);
    await screenshot('explore-filter');
    await press(frame, filter, 'Escape');
    await eventually('all rows', async () => (await rowHeaders(frame, 'connection').count()) === 3);

    // The axis gives a range, the table its states.
    const alive = frame.locator('.totals tr[data-state="alive"]');
    await untilEffect('totals', () => drag(() => at(frame, 'canvas.axis', 0.3, 0.5), () => at(frame, 'canvas.axis', 0.8, 0.5)), async () => (await alive.count()) > 0);
    await frame.locator('.totals-state').first().click();
    await frame.locator('.totals-row').first().waitFor();
    await screenshot('explore-totals');
    await press(frame, frame.locator('.totals .link').first(), 'Escape');
    await frame.locator('.totals').waitFor({ state: 'detached' });

    // All waits on a connection.
    await rowHeaders(frame, 'connection').first().click();
    await press(frame, rowHeaders(frame, 'connection').first(), 'o');
    await frame.locator('[data-testid="same-object"]', { hasText: 'connection' }).waitFor();
    await screenshot('explore-same-object');
    await press(frame, lanes, 'o');
    await frame.locator('[data-testid="same-object"]').waitFor({ state: 'detached' });

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

    // Its editor forgets its page while another one covers it, as by a reload of the window, and shows what it showed.
    const window = async (): Promise<string> => (await attribute((await panelFrame()).getByTestId('minimap-frame'), 'aria-valuetext')) ?? '';
    await rowHeaders(reopened, 'connection').nth(1).click();
    const row = await attribute(rowHeaders(reopened, 'connection').nth(1), 'data-row-id');
    await untilEffect('the same window', async () => {
      const before = await window();
      await press(await panelFrame(), 'canvas.lanes', 'w');
      const left = await eventually('another window', async () => ((now) => now !== before && now)(await window()));
      await vscode.window.showTextDocument(program, { viewColumn: vscode.ViewColumn.One, preview: false });
      await vscode.commands.executeCommand('forkscope.openRecording', vscode.Uri.file(file));
      const shown = await eventually('a window', async () => (await window()) || undefined);
      if (shown !== left) throw new Error(`${shown} is not ${left}`);
    }, () => true);
    await (await panelFrame()).locator(`.row-header[data-row-id="${row}"][aria-selected=true]`).waitFor();
  });
});
