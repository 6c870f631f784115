/**
 * What a reload of the window leaves behind is found again. A reload ends the extension host that the tests run in, so here
 * the product forgets what it knows, and is handed what VS Code hands over after a reload: a panel, and its saved state.
 * (`../reload/` reloads a window from outside.)
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Manifest } from '../../../src/protocol/files';
import type { PanelState } from '../../../src/protocol/panel';
import type { Run } from '../../../src/ui/run';
import type { ForkscopeApi } from '../../../src/ui/testApi';
import { EchoClient } from '../support/clients';
import { panelFrame, rowHeaders } from '../support/panel';
import { processesWith } from '../support/processes';
import { cleanUp, currentRun, eventually, listeningPort, ofKind, product, sample, sidebar } from '../support/product';

/** A panel as VS Code makes it again, with the state that the webview had saved. */
async function restorePanel(api: ForkscopeApi, source: string): Promise<vscode.WebviewPanel> {
  const panel = vscode.window.createWebviewPanel('forkscope.panel', 'Forkscope', vscode.ViewColumn.One, { enableScripts: true });
  const state: PanelState = { version: 2, source, live: true, fromNs: 0, toNs: 1e9, selection: null, collapsed: [], split: 0.3, features: {} };
  await api.panels.deserializeWebviewPanel(panel, state);
  return panel;
}

/** Everything that a window forgets when it is reloaded; the program runs on. */
async function forget(api: ForkscopeApi, run: Run): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  api.runs.close(run);
}

describe('after a reload of the window', function () {
  this.timeout(300_000);
  const program = sample('threading_echo.py');
  const clients: EchoClient[] = [];

  const start = async (api: ForkscopeApi): Promise<{ run: Run; port: number }> => {
    await vscode.commands.executeCommand('forkscope.traceActiveFile', program);
    const run = currentRun(api);
    return { run, port: await listeningPort(run) };
  };
  const connect = async (port: number): Promise<void> => {
    const client = await EchoClient.connect(port);
    clients.push(client);
    await client.echo('hello');
  };

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await cleanUp(await product());
  });

  it('the panel shows the recording that it showed', async () => {
    const api = await product();
    const { run, port } = await start(api);
    await connect(port);
    await vscode.commands.executeCommand('forkscope.stop');
    await forget(api, run);

    const panel = await restorePanel(api, run.file);
    await rowHeaders(await panelFrame(), 'connection').first().waitFor();
    await eventually('its title', () => panel.title === 'Forkscope: threading_echo.py');
    const restored = currentRun(api);
    assert.notEqual(restored, run);
    assert.deepEqual(restored.source, { kind: 'file', path: run.file });
    assert.equal(restored.status, 'ended');
  });

  it('a run that still grows is followed again, can be stopped, and started again', async () => {
    const api = await product();
    const { run, port } = await start(api);
    await connect(port);
    await forget(api, run);
    assert.equal(api.runs.live.length, 0);

    await api.adopt();
    await restorePanel(api, run.file);
    const again = currentRun(api);
    assert.equal(again.status, 'running');
    assert.deepEqual(api.runs.all, [again]);
    const frame = await panelFrame();
    await rowHeaders(frame, 'connection').first().waitFor();
    await connect(port);
    await rowHeaders(frame, 'connection').nth(1).waitFor();
    await eventually('both in the sidebar', async () => ofKind(await sidebar(api), 'connection').length === 2);

    await vscode.commands.executeCommand('forkscope.stop');
    assert.equal(again.status, 'ended');
    // Its recorder is another window's: only its file says here that it has done its work.
    await eventually('nothing that is left', () => processesWith(program.fsPath).length === 0);
    assert.deepEqual(again.source, { kind: 'file', path: run.file });
    assert.ok(existsSync(run.file));
    assert.equal((await api.report(again)).connections.length, 2);

    await vscode.commands.executeCommand('forkscope.restart');
    const next = currentRun(api);
    await listeningPort(next);
    assert.deepEqual(next.launch?.command.at(-1), program.fsPath);
  });

  it('a recording that is gone is said to be gone', async () => {
    const api = await product();
    await restorePanel(api, '/nowhere/old.forkscope');
    await (await panelFrame()).getByText(/old\.forkscope is no longer there/).first().waitFor();
  });
});

describe('a run whose recorder was killed', function () {
  this.timeout(300_000);
  afterEach(async () => cleanUp(await product()));

  it('is a recording like any other', async () => {
    const api = await product();
    await vscode.commands.executeCommand('forkscope.traceActiveFile', sample('threading_echo.py'));
    const run = currentRun(api);
    const client = await EchoClient.connect(await listeningPort(run));
    await client.echo('hello');
    const folder = run.folder!;
    const { supervisor } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as Manifest;
    process.kill(supervisor!.pid, 'SIGKILL');
    await eventually('its end', () => run.status === 'ended');
    client.close();
    assert.deepEqual(run.source, { kind: 'file', path: run.file });
    assert.equal(existsSync(folder), false);
    const report = await api.report(run);
    assert.equal(report.recording.complete, false);
    assert.deepEqual(report.connections.map(({ bytesIn }) => bytesIn), [5]);
  });

  it('is listed by a later window and packed when it is opened', async () => {
    const api = await product();
    await vscode.commands.executeCommand('forkscope.traceActiveFile', sample('threading_echo.py'));
    const run = currentRun(api);
    const folder = run.folder!;
    await listeningPort(run);
    // The state that a machine leaves behind that lost its power: the folder, and nobody who packs it.
    const names = ['run.json', 'target', 'lease'];
    const kept = new Map<string, Buffer>();
    for (const name of [...names, ...(await segmentsOf(folder))]) if (existsSync(join(folder, name))) kept.set(name, readFileSync(join(folder, name)));
    await vscode.commands.executeCommand('forkscope.stop');
    assert.equal(run.status, 'ended');
    api.runs.close(run);
    rmSync(run.file);
    mkdirSync(folder);
    for (const [name, bytes] of kept) writeFileSync(join(folder, name), bytes);

    const listed = (await api.recordings().list(new Set())).find(({ source }) => source.path === folder);
    assert.deepEqual(listed?.source, { kind: 'folder', path: folder });
    await vscode.commands.executeCommand('forkscope.openRecording', vscode.Uri.file(folder));
    const opened = currentRun(api);
    assert.deepEqual(opened.source, { kind: 'file', path: run.file });
    assert.equal(existsSync(folder), false);
    await rowHeaders(await panelFrame(), 'process').first().waitFor();
  });
});

async function segmentsOf(folder: string): Promise<string[]> {
  const entries = await vscode.workspace.fs.readDirectory(vscode.Uri.file(folder));
  return entries.map(([name]) => name).filter((name) => /\.(arena|segment)$/.test(name));
}
