/** One selection everywhere: the panel's details say what a client waits for and lead to the line; the editor marks it, and leads back. */
import * as vscode from 'vscode';
import { screenshot, workbenchPage } from '../../harness/window';
import { EchoClient } from '../support/clients';
import { panelFrame, press, rowHeaders } from '../support/panel';
import { cleanUp, currentRun, eventually, product, sample } from '../support/product';
import { receivingLine, starve } from '../support/starved';

describe('the details', function () {
  this.timeout(300_000);
  const clients: EchoClient[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await cleanUp(await product());
  });

  it('say for whom a queued client waits, and lead to the line, by mouse and by key', async () => {
    const api = await product();
    const program = sample('iterative_echo.py');
    await vscode.commands.executeCommand('forkscope.traceActiveFile', program);
    const run = currentRun(api);
    await starve(run, clients);

    const frame = await panelFrame();
    const page = await workbenchPage();
    const queued = rowHeaders(frame, 'connection').and(frame.locator('[data-state=queued]'));
    await queued.waitFor();
    if ((await frame.locator('.details').count()) === 0) await frame.locator('[data-testid=details-toggle]').click();
    await queued.click();
    const doing = frame.locator('[data-testid=doing]');
    await doing.waitFor();
    await eventually('the sentence', async () => /^Connected, and waits in the accept queue: MainThread is serving 127\.0\.0\.1:\d+ and has not come back to accept\./.test(await doing.innerText()));
    await screenshot('details');

    // The cause is a row that can be gone to; its line opens, and is marked while it is selected.
    await frame.locator('[data-testid=go-cause]').click();
    await rowHeaders(frame, 'thread').and(frame.locator('[aria-selected=true]')).waitFor();
    await frame.locator('[data-testid=open-line]').click();
    const line = await receivingLine(program);
    const editor = await eventually('the line in an editor', () => vscode.window.activeTextEditor?.document.uri.fsPath === program.fsPath && vscode.window.activeTextEditor);
    await eventually(`line ${line}, marked`, () => editor.selection.active.line + 1 === line && api.selectedLine.site?.line === line);

    // From the line back to the row.
    await press(frame, 'canvas.lanes', 'Escape');
    await frame.locator('.row-header[aria-selected=true]').waitFor({ state: 'detached' });
    await eventually('no line is marked', () => api.selectedLine.site === null);
    await vscode.window.showTextDocument(editor.document, editor.viewColumn);
    // The thread and its connection stand there: the person is asked which.
    const asked = vscode.commands.executeCommand('forkscope.selectAtLine');
    await page.locator('.quick-input-list .monaco-list-row').first().waitFor();
    await page.keyboard.press('Enter');
    await asked;
    await frame.locator('.row-header[aria-selected=true]').waitFor();
    await eventually('the line is marked again', () => api.selectedLine.site !== null && api.selectedLine.site.line === line);

    // By key alone: the pane goes and comes, and its events are walked.
    await rowHeaders(frame, 'thread').first().click();
    const open = await frame.locator('.details').count();
    await press(frame, rowHeaders(frame, 'thread').first(), 'i');
    await frame.locator('.details').waitFor({ state: open > 0 ? 'detached' : 'attached' });
    await press(frame, 'canvas.lanes', 'i');
    await frame.locator('.details').waitFor({ state: open > 0 ? 'attached' : 'detached' });
  });
});
