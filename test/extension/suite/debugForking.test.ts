/** A forking server under debugpy: each child has a session of its own, all of them are one run, and restarting goes on in it. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { screenshot } from '../../harness/window';
import { EchoClient } from '../support/clients';
import { breakAt, debugTrace, Ear, endDebugging, pythonLaunch } from '../support/debugging';
import { cleanUp, eventually, listeningPort, product, sample } from '../support/product';

describe('debugging a forking server', function () {
  this.timeout(600_000);
  const program = sample('forking_echo.py');
  const clients: EchoClient[] = [];
  let ear: Ear;

  before(() => {
    ear = new Ear();
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await endDebugging();
    await cleanUp(await product());
  });

  after(async () => {
    ear.dispose();
    await debugTrace(undefined);
  });

  it('is one run, with a session for each child', async () => {
    const api = await product();
    await debugTrace('always');
    await vscode.commands.executeCommand('workbench.view.extension.forkscope');
    breakAt(program, 'sendall');
    assert.ok(await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], pythonLaunch(program)));
    const run = await eventually('the run', () => api.runs.current ?? undefined);
    const port = await listeningPort(run);
    const client = await EchoClient.connect(port);
    clients.push(client);
    const answer = client.echo('from a child');
    const { session } = await ear.next('stopped');
    assert.ok(session.parentSession !== undefined, 'the child’s own session');
    const debugged = api.debugRuns.of(session);
    assert.ok(debugged?.run === run);
    const child = debugged.debug.session(session.id)!;
    const stop = await eventually('the stop with its thread', () => child.machine.stops.find(({ thread }) => thread !== null));
    assert.equal(stop.thread, stop.process, 'the main thread of the child');
    const lane = await eventually('its lane', () => [...run.rows.all()].find((row) => row.kind === 'thread' && row.tid === stop.thread));
    const parent = await eventually('its process', () => [...run.rows.all()].find((row) => row.kind === 'process' && row.id === lane.parent));
    assert.notEqual(parent.parent, null, 'below the server');
    await eventually('both have the debugger', () => {
      const icons = [...run.rows.all()].filter((row) => row.kind === 'process').map((row) => (api.tree.getTreeItem(api.tree.rowNode(run, row.id)).iconPath as vscode.ThemeIcon).id);
      assert.deepEqual(icons, ['debug-alt', 'debug-alt']);
      return true;
    });
    await screenshot('debug-forking');
    await vscode.commands.executeCommand('workbench.action.debug.continue');
    await answer;
    await vscode.debug.stopDebugging(debugged.sessions.get(debugged.debug.rootSession!.facts.id));
    await eventually('its end', () => run.status === 'ended', 120_000);
    assert.ok(existsSync(run.file), run.file);
    const report = await api.report(run);
    assert.ok(report.marks.length > 0, 'the stop');
  });
});
