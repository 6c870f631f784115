/** The whole road: trace by command, clients, sidebar, panel, a click to the line, stop, and the same again from the saved file. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { screenshot } from '../../harness/window';
import { EchoClient } from '../support/clients';
import { clickLane, panelFrame, rowHeaders } from '../support/panel';
import { processesWith } from '../support/processes';
import { cleanUp, currentRun, eventually, listeningPort, ofKind, product, sample, sidebar } from '../support/product';

describe('tracing a threading server', function () {
  this.timeout(300_000);
  const program = sample('threading_echo.py');
  const clients: EchoClient[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await cleanUp(await product());
  });

  it('shows what it does while it does it, and the same from its recording', async () => {
    const api = await product();
    await vscode.window.showTextDocument(program);
    await vscode.commands.executeCommand('workbench.view.extension.forkscope');
    await vscode.commands.executeCommand('forkscope.traceActiveFile');
    const run = currentRun(api);
    const port = await listeningPort(run);

    // Five clients at once, each with a message of its own length.
    for (let number = 1; number <= 5; number++) clients.push(await EchoClient.connect(port));
    await Promise.all(clients.map((client, index) => client.echo('x'.repeat(100 * (index + 1)))));

    const sizes = [100, 200, 300, 400, 500].map((size) => `↓${size} B ↑${size} B`);
    const shown = await eventually('five served connections in the sidebar', async () => {
      const all = await sidebar(api);
      const traffic = ofKind(all, 'connection').map(({ description }) => description.split(' · ')[0]!);
      return sizes.every((size) => traffic.includes(size)) && all;
    });
    assert.equal(ofKind(shown, 'process').length, 1, 'one process');
    const threads = ofKind(shown, 'thread');
    assert.equal(threads.length, 6, 'the main thread and five handlers');
    assert.equal(ofKind(shown, 'connection').length, 5);
    assert.equal(threads.filter((thread) => ofKind(thread.children, 'connection').length === 1).length, 5, 'each handler has its connection');
    assert.ok(threads.some(({ label }) => label.includes('MainThread')), threads.map(({ label }) => label).join());

    // The same in the panel.
    const frame = await panelFrame();
    await rowHeaders(frame, 'connection').nth(4).waitFor();
    await eventually('a process, six threads and five connections', async () => {
      const counts = await Promise.all(['process', 'thread', 'connection'].map((kind) => rowHeaders(frame, kind).count()));
      assert.deepEqual(counts, [1, 6, 5]);
      return true;
    });
    await screenshot('trace-live');

    // A click on a lane lands on a line of the handler.
    const editor = await clickLane(frame, rowHeaders(frame, 'connection').first(), 0.9, 'an editor at the handler', () => {
      const active = vscode.window.activeTextEditor;
      const text = active?.document.lineAt(active.selection.active.line).text ?? '';
      return active?.document.uri.fsPath === program.fsPath && /self\.request\.(recv|sendall)/.test(text) && active;
    });
    assert.notEqual(editor.viewColumn, vscode.window.tabGroups.all.find((group) => group.activeTab?.input instanceof vscode.TabInputWebview)?.viewColumn);

    // Stop: nothing is left, and the recording is a file.
    await vscode.commands.executeCommand('forkscope.stop');
    assert.equal(run.status, 'ended');
    assert.deepEqual(processesWith(program.fsPath), []);
    const live = await eventually('the whole report', async () => {
      const report = await api.report(run);
      return report.recording.complete && report;
    });
    assert.equal(live.processes.length, 1);
    assert.equal(live.connections.length, 5);
    assert.deepEqual(live.connections.map(({ bytesIn }) => bytesIn).sort((a, b) => a - b), [100, 200, 300, 400, 500]);
    assert.ok(existsSync(run.file), run.file);
    await screenshot('trace-ended');

    // The next day.
    const { file } = run;
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    api.runs.close(run);
    await vscode.commands.executeCommand('forkscope.openRecording', vscode.Uri.file(file));
    const reopened = await eventually('the opened recording', () => api.runs.find(file));
    const saved = await eventually('its report', () => api.report(reopened));
    assert.deepEqual(saved, live);
    await rowHeaders(await panelFrame(), 'connection').nth(4).waitFor();
    await screenshot('trace-reopened');
  });

  it('restarts the same program', async () => {
    const api = await product();
    await vscode.commands.executeCommand('forkscope.traceActiveFile', program);
    const first = currentRun(api);
    await listeningPort(first);
    await vscode.commands.executeCommand('forkscope.restart');
    const second = currentRun(api);
    assert.notEqual(second, first);
    assert.equal(first.status, 'ended');
    await listeningPort(second);
    assert.deepEqual(second.launch, first.launch);
    assert.equal(processesWith(program.fsPath).filter((line) => !line.includes('cli.js')).length, 1);
  });

  it('traces a typed command, and says how it ended', async () => {
    const api = await product();
    await vscode.commands.executeCommand('forkscope.traceCommand', `python3 -c "import sys; sys.exit(3)"`);
    const run = currentRun(api);
    await eventually('its end', () => run.status === 'ended');
    await eventually('its exit code', () => run.exit?.code === 3);
  });
});
