/** A client in the queue of an iterative server: the sidebar says so while it waits, and a click opens the line that keeps it waiting. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { screenshot } from '../../harness/window';
import { EchoClient } from '../support/clients';
import { panelFrame, untilEffect } from '../support/panel';
import { cleanUp, currentRun, eventually, listeningPort, ofKind, product, sample, sidebar } from '../support/product';
import { receivingLine, starve } from '../support/starved';

describe('findings', function () {
  this.timeout(300_000);
  const clients: EchoClient[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await cleanUp(await product());
  });

  it('stand in the sidebar and the panel while the program runs, with their line', async () => {
    const api = await product();
    const program = sample('iterative_echo.py');
    await vscode.commands.executeCommand('workbench.view.extension.forkscope');
    await vscode.commands.executeCommand('forkscope.traceActiveFile', program);
    const run = currentRun(api);
    await listeningPort(run);
    assert.deepEqual(ofKind(await sidebar(api), 'findings'), [], 'nothing is found yet');

    await starve(run, clients);
    const finding = await eventually('the starved client', async () => ofKind(await sidebar(api), 'finding').find(({ label }) => /^A client has waited \d+\.\d s /.test(label))); // It grows, though nothing happens meanwhile.
    assert.equal(run.status, 'running');
    const line = await receivingLine(program);
    await eventually(`its line ${line}, not ${finding.description}`, async () => ofKind(await sidebar(api), 'finding').some(({ description }) => description === `iterative_echo.py:${line} · MainThread`));
    assert.match(ofKind(await sidebar(api), 'findings')[0]!.label, /^Findings \(\d+\)$/);
    assert.match(ofKind(await sidebar(api), 'run')[0]!.description, / · \d+ findings?$/);

    // The same in the panel: a click selects the connection.
    const frame = await panelFrame();
    const found = frame.locator('[data-rule=starved-client]').first();
    const listed = async (): Promise<void> => {
      if ((await found.count()) === 0) await frame.locator('[data-testid=findings]').click();
      await found.waitFor();
    };
    await listed();
    await screenshot('findings-live');
    await untilEffect('the selected connection', async () => {
      await listed();
      await found.click();
    }, async () => (await frame.locator('[data-kind=connection][aria-selected=true]').count()) > 0);

    // The sidebar's own opens the line.
    const node = api.tree.findingNode(run, run.findings.items.find(({ rule }) => rule === 'starved-client')!.id);
    const { command } = api.tree.getTreeItem(node);
    await vscode.commands.executeCommand(command!.command, node);
    const active = await eventually('the line in an editor', () => vscode.window.activeTextEditor?.document.uri.fsPath === program.fsPath && vscode.window.activeTextEditor);
    assert.equal(active.selection.active.line + 1, line);

    // At the end it is what the report says.
    for (const client of clients.splice(0)) client.close();
    await vscode.commands.executeCommand('forkscope.stop');
    await eventually('the same findings as the report', async () => {
      const { findings, recording } = await api.report(run);
      return recording.complete && JSON.stringify(findings.map(({ rule, subjects }) => [rule, subjects]).sort()) === JSON.stringify(run.findings.items.map(({ rule, subjects }) => [rule, subjects]).sort());
    });
    await screenshot('findings-ended');
  });
});
