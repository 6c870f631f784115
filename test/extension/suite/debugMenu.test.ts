/** What a row's menu does with a debugger: each of it once, with a threading server and a forking one, for the client that was chosen. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ConnectionRow, ProcessRow, ThreadRow } from '../../../src/protocol/rows';
import type { Run } from '../../../src/ui/run';
import { screenshot, workbenchPage } from '../../harness/window';
import { EchoClient } from '../support/clients';
import { debugHooks, debugTrace, lineOf, pythonLaunch } from '../support/debugging';
import { problem } from '../support/notifications';
import { panelFrame, press, untilEffect } from '../support/panel';
import { eventually, listeningPort, product, sample } from '../support/product';

describe('the menu of a debugged row', function () {
  this.timeout(600_000);
  const debugging = debugHooks();
  const { clients } = debugging;

  async function started(program: vscode.Uri): Promise<{ run: Run; port: number }> {
    const api = await product();
    await debugTrace('always');
    await vscode.window.showTextDocument(program);
    assert.ok(await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], pythonLaunch(program)));
    const run = await eventually('the run', () => api.runs.current ?? undefined);
    return { run, port: await listeningPort(run) };
  }

  async function client(port: number): Promise<EchoClient> {
    const made = await EchoClient.connect(port);
    clients.push(made);
    await made.echo('hello');
    return made;
  }

  /** The server's end of a client's connection, once a thread serves it. */
  const connectionOf = (run: Run, { port }: EchoClient): Promise<ConnectionRow & { owner: string }> =>
    eventually(`the connection of ${port}`, () =>
      [...run.rows.all()].find((row): row is ConnectionRow & { owner: string } => row.kind === 'connection' && row.role === 'server' && row.label.endsWith(`:${port}`) && row.owner !== null && row.bytesIn > 0));

  const threadOf = (run: Run, id: string): ThreadRow => {
    const row = run.rows.get(id);
    assert.ok(row?.kind === 'thread');
    return row;
  };

  /** Our one breakpoint, once the debugger of each process has it. */
  async function ownBreakpoint(run: Run): Promise<vscode.SourceBreakpoint> {
    const api = await product();
    return eventually('the breakpoint in all sessions', async () => {
      const [own] = vscode.debug.breakpoints;
      const debugged = api.debugRuns.ofRun(run)!;
      const sessions = debugged.debug.sessions.filter(({ live }) => live).map(({ facts }) => debugged.sessions.get(facts.id)!);
      if (!(own instanceof vscode.SourceBreakpoint) || api.ownBreakpoints.count !== 1) return undefined;
      const known = await Promise.all(sessions.map((session) => session.getDebugProtocolBreakpoint(own)));
      return known.every((each) => each !== undefined) && own;
    });
  }

  /** The stop that came after so many, with its thread and line. */
  async function stopped(run: Run, after: number): Promise<{ thread: number | null; process: number | null; line: number | null }> {
    const api = await product();
    const { session } = await debugging.ear.next('stopped', after);
    const debugged = api.debugRuns.of(session);
    assert.ok(debugged?.run === run);
    return eventually('the stop with its thread and line', () => debugged.debug.session(session.id)!.machine.stops.find(({ thread, line }) => thread !== null && line !== null));
  }

  it('breaks on the next receive of one client of a threading server, and shows its thread in the call stack', async () => {
    const api = await product();
    const program = sample('threading_echo.py');
    const { run, port } = await started(program);
    const [chosen, other] = [await client(port), await client(port)];
    const row = await connectionOf(run, chosen);
    await connectionOf(run, other);
    const frame = await panelFrame();
    const page = await workbenchPage();
    const menu = frame.getByTestId('row-menu');
    const header = frame.locator(`.headers [data-row-id="${row.id}"]`);
    await untilEffect('the menu', () => header.click({ button: 'right' }), async () => (await menu.locator('[data-item=breakOnReceive]').count()) > 0);
    assert.match(await menu.locator('[data-item=breakOnFork]').innerText(), /No process of this run has forked/);
    await screenshot('debug-menu');
    await menu.locator('[data-item=breakOnReceive]').click();
    const line = lineOf(program, 'self.request.recv');
    assert.equal((await ownBreakpoint(run)).location.range.start.line + 1, line);

    // The other client comes to the same line twice and is not stopped.
    const before = debugging.ear.all('stopped').length;
    await other.echo('one');
    await other.echo('two');
    assert.equal(debugging.ear.all('stopped').length, before);
    await chosen.echo('three');
    const stop = await stopped(run, before);
    const owner = threadOf(run, row.owner);
    assert.deepEqual([stop.thread, stop.line], [owner.tid, line]);
    await eventually('its end at the first hit', () => api.ownBreakpoints.count === 0 && vscode.debug.breakpoints.length === 0);

    // By keyboard: the stopped thread in the call stack.
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    await eventually('the thread is paused', () => threadOf(run, owner.id).paused !== undefined);
    const lane = frame.locator(`.headers [data-row-id="${owner.id}"]`);
    await press(frame, lane, 'Shift+F10');
    await menu.locator('[data-item=showInCallStack]').waitFor();
    await press(frame, null, 'End');
    await press(frame, null, 'ArrowUp');
    await press(frame, null, 'ArrowUp');
    assert.equal(await menu.locator('[data-item]:focus').getAttribute('data-item'), 'showInCallStack');
    await press(frame, null, 'Enter');
    await eventually('the call stack', async () => (await page.locator('.debug-call-stack:visible').count()) > 0);
    await eventually('its line', () => {
      const editor = vscode.window.activeTextEditor;
      return editor?.document.uri.toString() === program.toString() && editor.selection.active.line + 1 === line;
    });
    await problem(/VS Code lets no extension select a thread in the call stack: look for .*Thread-/);
    await screenshot('debug-call-stack');
    await vscode.commands.executeCommand('workbench.action.debug.continue');
    await chosen.echo('four');
    await other.echo('five');
    assert.equal(debugging.ear.all('stopped').length, before + 1);

    // The switch reaches the sidebar: how long the chosen client's connection lived.
    chosen.close();
    await eventually('its end', () => (run.rows.get(row.id)?.endNs ?? null) !== null);
    const node = api.tree.rowNode(run, row.id);
    const lived = async (): Promise<string> => {
      const item = api.tree.getTreeItem(node);
      const { tooltip } = item.tooltip === undefined ? await api.tree.resolveTreeItem(item, node) : item;
      return /Lived for: .*/.exec((tooltip as vscode.MarkdownString).value.replaceAll('&nbsp;', ' '))?.[0] ?? '';
    };
    const whole = await lived();
    assert.notEqual(whole, '');
    await press(frame, 'canvas.lanes', 'b');
    await eventually('the switch in the sidebar', () => run.withoutStops);
    assert.notEqual(await lived(), whole);
    await press(frame, 'canvas.lanes', 'b');
    await eventually('the length as before', async () => (await lived()) === whole);
  });

  it('breaks when a forking server forks, and on the next receive of one child', async () => {
    const api = await product();
    const program = sample('forking_echo.py');
    const { run, port } = await started(program);
    const first = await client(port);
    const child = await connectionOf(run, first);
    const rowOf = (id: string): ProcessRow => {
      const row = run.rows.get(id);
      assert.ok(row?.kind === 'process');
      return row;
    };
    const childProcess = rowOf(threadOf(run, child.owner).parent!);
    const root = rowOf(childProcess.parent!);
    const sidebarItem = api.tree.getTreeItem(api.tree.rowNode(run, root.id));
    assert.match(sidebarItem.contextValue ?? '', /^row\.(source\.)?debugged$/);
    await vscode.commands.executeCommand('forkscope.breakOnFork', api.tree.rowNode(run, root.id));
    await ownBreakpoint(run);
    // A library forks: it stops in the new child. The one that lives comes to that line too, and is not stopped.
    const before = debugging.ear.all('stopped').length;
    await first.echo('again');
    await first.echo('and again');
    assert.equal(debugging.ear.all('stopped').length, before);
    const second = await EchoClient.connect(port);
    clients.push(second);
    const answer = second.echo('from the new child');
    const stop = await stopped(run, before);
    const fresh = await eventually('the new child', () => [...run.rows.all()].find((row): row is ProcessRow => row.kind === 'process' && row.pid === stop.process));
    assert.equal(fresh.parent, root.id);
    assert.notEqual(fresh.id, childProcess.id);
    await eventually('its end at the first hit', () => api.ownBreakpoints.count === 0 && vscode.debug.breakpoints.length === 0);
    await screenshot('debug-fork-break');
    await vscode.commands.executeCommand('workbench.action.debug.continue');
    await answer;

    // One child of two.
    const later = await connectionOf(run, second);
    await vscode.commands.executeCommand('forkscope.breakOnReceive', api.tree.rowNode(run, later.id));
    await ownBreakpoint(run);
    await first.echo('not stopped');
    await first.echo('not stopped');
    assert.equal(debugging.ear.all('stopped').length, before + 1);
    await second.echo('stopped behind this');
    assert.equal((await stopped(run, before + 1)).process, fresh.pid);
    await eventually('its end', () => api.ownBreakpoints.count === 0);
    await vscode.commands.executeCommand('workbench.action.debug.continue');
    await second.echo('goes on');
  });
});
