/** Who stands at which line, at the ends of the lines of the editor, as a person sees and uses them. */
import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { screenshot, workbenchPage } from '../../harness/window';
import { EchoClient } from '../support/clients';
import { drawnLine, endOf, gutterMarks } from '../support/lineEnds';
import { attribute, panelFrame, rowHeaders, untilEffect } from '../support/panel';
import { cleanUp, currentRun, eventually, listeningPort, product, sample } from '../support/product';

describe('the ends of lines in the editor', function () {
  this.timeout(300_000);
  const clients: EchoClient[] = [];
  const setting = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('forkscope.editor');

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await setting().update('threadsAtLines', undefined, vscode.ConfigurationTarget.Global);
    await cleanUp(await product());
  });

  it('say who stands there and how long; the hover leads to the lanes; nothing is left when the run is closed', async () => {
    const api = await product();
    const program = sample('threading_echo.py');
    const document = await vscode.workspace.openTextDocument(program);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One });
    await vscode.commands.executeCommand('forkscope.traceActiveFile', program);
    const run = currentRun(api);
    const port = await listeningPort(run);
    for (let number = 0; number < 3; number++) {
      const client = await EchoClient.connect(port);
      clients.push(client);
      await client.echo('hello');
    }

    const page = await workbenchPage();
    const lineNumber = (text: string): number => document.getText().split('\n').findIndex((line) => line.includes(text)) + 1;
    const receive = lineNumber('self.request.recv(');
    const serve = lineNumber('server.serve_forever()');
    await eventually('three threads at their line', async () => /^3 threads here · longest [\d.:]+ ?\w*/.test(await endOf(page, document, receive)));
    await eventually('the main thread at its', async () => (await endOf(page, document, serve)).startsWith("1 thread here · "));
    const said = await endOf(page, document, receive);
    await eventually('the time, running', async () => (await endOf(page, document, receive)) !== said);
    await eventually('a mark in the gutter of both', async () => (await gutterMarks(page)) === 2);
    await screenshot('lines-now');

    const frame = await panelFrame();
    await rowHeaders(frame, 'thread').first().waitFor();
    const link = page.locator('.monaco-hover a', { hasText: 'Thread-2' }).first();
    await untilEffect('the hover', async () => {
      await page.mouse.move(10, 10);
      await (await drawnLine(page, document, receive)).locator('span span').last().hover();
    }, async () => (await link.count()) > 0 && (await link.isVisible()));
    await screenshot('lines-hover');
    await link.click();
    const selected = frame.locator('.headers [aria-selected=true]');
    await eventually('its lane, selected', async () => (await attribute(selected, 'data-kind')) === 'thread' && (await selected.innerText()).includes('Thread-2'));

    clients.pop()!.close();
    await eventually('two are left, and what was waited', async () => /^2 threads here · longest .* · \d+ waits, .* in all$/.test(await endOf(page, document, receive)));

    await setting().update('threadsAtLines', false, vscode.ConfigurationTarget.Global);
    await eventually('nothing, switched off', async () => (await endOf(page, document, receive)) === '' && (await gutterMarks(page)) === 0);
    await setting().update('threadsAtLines', true, vscode.ConfigurationTarget.Global);
    await eventually('again', async () => (await endOf(page, document, receive)) !== '');

    await vscode.commands.executeCommand('forkscope.stop');
    await eventually('the end', () => !run.isLive);
    await eventually('nobody now, but the sums', async () => /^\d+ waits, .* in all$/.test(await endOf(page, document, receive)) && (await gutterMarks(page)) === 0);
    assert.ok(api.lineEnds.count > 0);
    api.runs.close(run);
    await eventually('nothing is left', async () => api.lineEnds.count === 0 && (await endOf(page, document, receive)) === '');
  });

  it('leave a file alone whose lines are not those that ran', async () => {
    const api = await product();
    const folder = await mkdtemp(join(tmpdir(), 'forkscope-lines-'));
    const program = vscode.Uri.file(join(folder, 'server.py'));
    await copyFile(sample('threading_echo.py').fsPath, program.fsPath);
    const document = await vscode.workspace.openTextDocument(program);
    const editor = await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One });
    await vscode.commands.executeCommand('forkscope.traceActiveFile', program);
    await eventually('marks', () => api.lineEnds.count > 0);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '\n'));
    await eventually('none while it is changed', () => api.lineEnds.count === 0);
    await document.save();
    assert.equal(await holdsFor(2000, () => api.lineEnds.count === 0), true, 'none of what was saved since');
    await editor.edit((edit) => edit.delete(new vscode.Range(0, 0, 1, 0)));
    await document.save();
    await eventually('marks again', () => api.lineEnds.count > 0);
    await rm(folder, { recursive: true, force: true });
  });
});

async function holdsFor(ms: number, check: () => boolean): Promise<boolean> {
  const until = Date.now() + ms;
  while (Date.now() < until && check()) await new Promise((resolve) => setTimeout(resolve, 50));
  return check();
}
