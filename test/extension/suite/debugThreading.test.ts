/** A threading server under debugpy: *Start Debugging* makes a run, its stops are in it, and the frame that is shown selects its lane. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { screenshot, workbenchPage } from '../../harness/window';
import { EchoClient } from '../support/clients';
import { breakAt, debugHooks, debugTrace, lineOf, pythonLaunch, selectedByFrame, wholeReport } from '../support/debugging';
import { endOf } from '../support/lineEnds';
import { rowHeaders } from '../support/panel';
import { eventually, listeningPort, product, sample, sidebar, ofKind } from '../support/product';
import { assertFelt, lengthWithoutStop } from '../support/stopLength';

/** How long the first client is stopped, at least. */
const stopMs = 1500;

describe('debugging a threading server', function () {
  this.timeout(600_000);
  const program = sample('threading_echo.py');
  const debugging = debugHooks();
  const { clients } = debugging;

  it('is traced, with its stops', async () => {
    const api = await product();
    await debugTrace('always');
    await vscode.window.showTextDocument(program);
    await vscode.commands.executeCommand('workbench.view.extension.forkscope');
    breakAt(program, 'self.request.sendall');
    assert.ok(await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], pythonLaunch(program)));
    const run = await eventually('the run', () => api.runs.current ?? undefined);
    const port = await listeningPort(run);

    // The first client is stopped, and the second one comes meanwhile.
    const first = await EchoClient.connect(port);
    clients.push(first);
    const asked = performance.now();
    const answer = first.echo('stopped').then(() => performance.now() - asked);
    const { session, body } = await debugging.ear.next('stopped');
    assert.equal(body.reason, 'breakpoint');
    const debugged = api.debugRuns.of(session);
    assert.ok(debugged?.run === run);
    const second = await EchoClient.connect(port);
    clients.push(second);

    // The same thread in both worlds: by the debugger's number, by the kernel's id.
    const entry = debugged.debug.session(session.id)!;
    const process = await eventually('the process', () => entry.machine.process ?? undefined);
    const stop = await eventually('the stop with its thread and line', () => entry.machine.stops.find(({ thread, line }) => thread !== null && line !== null));
    assert.equal(stop.process, process);
    assert.equal(stop.file, program.fsPath);
    assert.equal(stop.line, lineOf(program, 'self.request.sendall'));
    const lane = await eventually('its lane', () => [...run.rows.all()].find((row) => row.kind === 'thread' && row.tid === stop.thread));
    assert.notEqual(stop.thread, process, 'a handler, not the main thread');

    // The frame that the debugger shows has selected it: in the editor, the panel and the sidebar.
    const frame = await selectedByFrame(api, run, lane.id);
    const processItem = await eventually('the debugged process', () => {
      const row = [...run.rows.all()].find((each) => each.kind === 'process' && each.pid === process);
      return row === undefined ? undefined : api.tree.getTreeItem(api.tree.rowNode(run, row.id));
    });
    assert.equal((processItem.iconPath as vscode.ThemeIcon).id, 'debug-alt');
    await screenshot('debug-stopped');

    // Both threads are shown at their lines.
    const page = await workbenchPage();
    const document = await vscode.workspace.openTextDocument(program);
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    await eventually('the stopped thread at its line', async () => (await endOf(page, document, stop.line!)).startsWith('1 thread here · '));
    await eventually('the main thread at its', async () => (await endOf(page, document, lineOf(program, 'server.serve_forever()'))).startsWith('1 thread here'));
    await screenshot('debug-lines');

    await eventually('1.5 s', () => performance.now() - asked > stopMs);
    await debugging.ear.clearBreakpoints();
    await vscode.commands.executeCommand('workbench.action.debug.continue');
    const tookMs = await answer;
    await second.echo('served');
    await eventually('no stop any more', () => entry.machine.stops.length === 0);
    await rowHeaders(frame, 'connection').nth(1).waitFor();

    // The end of the debugger is the end of the run: it is packed.
    await vscode.debug.stopDebugging();
    const report = await wholeReport(api, run);
    assert.equal(report.processes[0]?.pid, process);
    assert.deepEqual(report.processes.filter(({ parent }) => parent === null).map(({ pid }) => pid), [process], 'neither the adapter nor the launcher');
    assert.equal(report.connections.filter(({ role }) => role === 'server').length, 2);
    assert.ok(ofKind(await sidebar(api), 'process').length <= 1);

    assert.equal(report.marks.length, 1);
    const mark = report.marks[0]!;
    const [served, waited] = report.connections;
    assertFelt(mark, tookMs, stopMs);
    assert.deepEqual([mark.kind, mark.reason, mark.at?.line], ['debugger-stop', 'breakpoint', stop.line]);
    assert.equal(mark.thread, lane.id);
    assert.deepEqual(mark.stalled, [served!.id, waited!.id], 'both clients waited for it');

    // What the served client's connection was at for so long, without the stop.
    await lengthWithoutStop(frame, run, served!.id, mark, () => screenshot('debug-band'));
    await screenshot('debug-ended');
  });
});
