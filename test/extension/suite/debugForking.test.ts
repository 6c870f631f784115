/**
 * A forking server under debugpy: each child has a debug session of its own, all of them are one run, and each process is stopped by itself:
 * the server goes on while its children stand still, and they while it does.
 */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { screenshot, workbenchPage } from '../../harness/window';
import type { ConnectionRow, ProcessRow, Row, ThreadRow } from '../../../src/protocol/rows';
import type { DebuggedRun } from '../../../src/ui/debug/debugRuns';
import type { Run } from '../../../src/ui/run';
import type { ForkscopeApi } from '../../../src/ui/testApi';
import { EchoClient } from '../support/clients';
import { breakAt, debugHooks, debugTrace, lineOf, pausedInSidebar, pythonLaunch, wholeReport } from '../support/debugging';
import { endOf, gutterMarks } from '../support/lineEnds';
import { panelFrame } from '../support/panel';
import { eventually, listeningPort, product, sample } from '../support/product';
import { assertFelt, lengthWithoutStop, markMs } from '../support/stopLength';

/** How long the first client is stopped, at least. */
const stopMs = 1500;
const breakText = 'self.request.sendall';

/** What serves one client. */
interface Child {
  readonly process: ProcessRow;
  readonly thread: ThreadRow;
  readonly connection: ConnectionRow;
}

describe('debugging a forking server', function () {
  this.timeout(600_000);
  const program = sample('forking_echo.py');
  const debugging = debugHooks();
  const { clients } = debugging;

  async function start(...breakpoints: string[]): Promise<{ api: ForkscopeApi; run: Run; port: number; debugged: DebuggedRun }> {
    const api = await product();
    await debugTrace('always');
    await vscode.window.showTextDocument(program);
    await vscode.commands.executeCommand('workbench.view.extension.forkscope');
    for (const text of breakpoints) breakAt(program, text);
    assert.ok(await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], pythonLaunch(program)));
    const run = await eventually('the run', () => api.runs.current ?? undefined);
    const port = await listeningPort(run);
    return { api, run, port, debugged: api.debugRuns.ofRun(run)! };
  }

  async function client(port: number): Promise<EchoClient> {
    const connected = await EchoClient.connect(port);
    clients.push(connected);
    return connected;
  }

  /** Who serves a client, once that is known. */
  async function served(run: Run, { port }: EchoClient, where: (thread: ThreadRow) => boolean = () => true): Promise<Child> {
    return eventually('the child that serves the client', () => {
      const connection = rowsOf(run, 'connection').find(({ role, peer }) => role === 'server' && peer?.endsWith(`:${port}`) === true);
      const thread = connection === undefined ? undefined : run.rows.get(connection.parent ?? '');
      const process = thread?.kind === 'thread' && where(thread) ? run.rows.get(thread.parent ?? '') : undefined;
      return thread?.kind === 'thread' && process?.kind === 'process' && process.parent !== null && { process, thread, connection: connection! };
    }, 120_000);
  }

  const inReceive = ({ state }: ThreadRow): boolean => state === 'receive';

  /** The debug session of a child that stands at the breakpoint, as it was told. */
  async function stopped(debugged: DebuggedRun, { process, thread }: Child): Promise<vscode.DebugSession> {
    const stop = await eventually('the stop with its thread and line', () => debugged.debug.ofProcess(process.pid)?.machine.stops.find((each) => each.thread !== null && each.line !== null), 120_000);
    assert.deepEqual([stop.process, stop.thread, stop.file, stop.line, stop.reason], [process.pid, thread.tid, program.fsPath, lineOf(program, breakText), 'breakpoint']);
    const { facts } = debugged.debug.ofProcess(process.pid)!;
    assert.equal(facts.parent, debugged.debug.rootSession!.facts.id, 'a session below the server’s');
    return debugged.sessions.get(facts.id)!;
  }

  it('is one run, in which each child is stopped by itself', async () => {
    const { api, run, port, debugged } = await start(breakText);
    const firstClient = await client(port);
    const first = await served(run, firstClient, inReceive);
    const asked = performance.now();
    const answer = firstClient.echo('stopped').then(() => performance.now() - asked);
    const session = await stopped(debugged, first);

    // The frame that the debugger shows has selected the child's lane: in the editor, the panel and the sidebar.
    const frame = await panelFrame();
    const selected = ({ thread }: Child): Promise<void> => frame.locator(`[data-row-id="${thread.id}"][aria-selected="true"]`).waitFor();
    await selected(first);
    await eventually('the lane’s line is marked', () => {
      const { site } = api.selectedLine;
      return site !== null && site.line === run.rows.get(first.thread.id)?.site?.line;
    });

    // The server goes on: it accepts the second client, who asks at once, and whose child stops at the same line as soon as it has its debugger.
    const secondClient = await client(port);
    const askedNext = performance.now();
    const answerNext = secondClient.echo('stopped too').then(() => performance.now() - askedNext);
    const second = await served(run, secondClient);
    const sessionNext = await stopped(debugged, second);
    assert.notEqual(sessionNext.id, session.id);
    assert.equal(vscode.debug.activeStackItem?.session.id, session.id, 'the debugger still shows the first');

    await vscode.commands.executeCommand('workbench.view.extension.forkscope');
    await eventually('both stops in the sidebar', async () => {
      assert.deepEqual(await pausedInSidebar(api), ['paused on a breakpoint', 'paused on a breakpoint']);
      return true;
    });
    // As it is drawn: VS Code may be told more than it draws.
    const page = await workbenchPage();
    const drawn = (words: string): Promise<number> => page.locator('.monaco-list-row', { hasText: words }).count();
    await eventually('both stops in the sidebar, drawn', async () => {
      // A stop may still bring the debugger's own view to the front.
      await vscode.commands.executeCommand('workbench.view.extension.forkscope');
      return eventually('them', async () => (await drawn('paused on a breakpoint')) === 2, 5000);
    });
    await eventually('as many processes', async () => (await drawn('3 processes')) === 1);
    await eventually('all three with the debugger', () => {
      const icons = rowsOf(run, 'process').map((row) => (api.tree.getTreeItem(api.tree.rowNode(run, row.id)).iconPath as vscode.ThemeIcon).id);
      assert.deepEqual(icons, ['debug-alt', 'debug-alt', 'debug-alt']);
      return true;
    });
    for (const { thread } of [first, second]) {
      await frame.locator(`.headers [data-row-id="${thread.id}"]`, { hasText: 'paused' }).waitFor();
    }
    await screenshot('debug-forking');

    // All three are shown at their lines.
    const document = await vscode.workspace.openTextDocument(program);
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    await eventually('the stopped children at their line', async () => (await endOf(page, document, lineOf(program, breakText))).startsWith('2 threads here · '));
    await eventually('the server at its', async () => (await endOf(page, document, lineOf(program, 'server.serve_forever()'))).startsWith('1 thread here'));
    await eventually('a mark in the gutter of both', async () => (await gutterMarks(page)) === 2);
    await screenshot('debug-forking-lines');

    // Whoever is continued is answered; the other one stands on, and is what the debugger shows now.
    await eventually('1.5 s', () => performance.now() - asked > stopMs);
    await vscode.commands.executeCommand('workbench.action.debug.continue');
    const tookMs = await answer;
    const { machine } = debugged.debug.ofProcess(second.process.pid)!;
    assert.equal(machine.stops.length, 1, 'the second stands still');
    await eventually('the frame of the second', () => vscode.debug.activeStackItem?.session.id === sessionNext.id);
    await selected(second);
    await screenshot('debug-forking-next');
    await vscode.commands.executeCommand('workbench.action.debug.continue');
    const tookNextMs = await answerNext;
    await eventually('no stop any more', () => debugged.debug.sessions.every((each) => each.machine.stops.length === 0));

    await vscode.debug.stopDebugging(debugged.sessions.get(debugged.debug.rootSession!.facts.id));
    const report = await wholeReport(api, run);
    const [server, ...children] = report.processes;
    assert.deepEqual(report.processes.map(({ name, parent, birth }) => [name, parent, birth]), [
      ['forking_echo.py', null, 'root'],
      ['forking_echo.py', server!.id, 'fork'],
      ['forking_echo.py', server!.id, 'fork'],
    ]);
    assert.deepEqual(report.processes.map(({ threads }) => threads.map(({ name }) => name)), [['MainThread'], ['MainThread'], ['MainThread']]);

    // Each stop is that of one child, as long as its client felt it, and stalls that client and nobody else.
    const sessions = debugged.debug.sessions.map(({ number }) => number);
    assert.deepEqual(report.marks.map(({ kind, reason, at, process, thread, session: told, stalled, along, exact }) => ({ kind, reason, line: at?.line, process, thread, told, stalled, along, exact })),
      [first, second].map((child, index) => ({
        kind: 'debugger-stop', reason: 'breakpoint', line: lineOf(program, breakText), process: children[index]!.id, thread: child.thread.id,
        told: { number: sessions[index + 1], parent: sessions[0], name: [session, sessionNext][index]!.name }, stalled: [child.connection.id], along: [], exact: true,
      })));
    const [mark, markNext] = report.marks;
    assertFelt(mark!, tookMs, stopMs);
    assert.ok(markMs(markNext!) < tookNextMs);

    // What the second client's connection was at meanwhile: accepted, handed to its child, stopped there.
    const waited = report.connections.find(({ id }) => id === second.connection.id)!;
    assert.ok(waited.acceptedNs! > mark!.fromNs && waited.acceptedNs! < mark!.toNs!, 'accepted while the first stood still');
    assert.ok(markNext!.fromNs < mark!.toNs! && markNext!.toNs! > mark!.toNs!, 'stopped before the first went on, and longer');

    await lengthWithoutStop(frame, run, first.connection.id, mark!, () => screenshot('debug-forking-band'));
    await screenshot('debug-forking-ended');
  });

  it('serves its clients while the server itself is stopped, and lets those wait who come', async () => {
    const { api, run, port, debugged } = await start();
    const known = await client(port);
    const child = await served(run, known, inReceive);
    await vscode.commands.executeCommand('workbench.action.debug.pause');
    await eventually('the server’s stop in the sidebar', async () => {
      assert.deepEqual(await pausedInSidebar(api), ['paused by hand']);
      return true;
    });
    const [root] = debugged.debug.sessions;
    assert.equal(debugged.debug.sessions.find(({ machine }) => machine.stops.length > 0), root);
    await known.echo('served meanwhile');
    const late = await client(port);
    await eventually('the late client in the queue', () => rowsOf(run, 'connection').some(({ state, peer }) => state === 'queued' && peer?.endsWith(`:${late.port}`) === true));
    await screenshot('debug-forking-server');
    await vscode.commands.executeCommand('workbench.action.debug.continue');
    const lateChild = await served(run, late, inReceive);
    await late.echo('served at last');

    await vscode.debug.stopDebugging(debugged.sessions.get(root!.facts.id));
    const report = await wholeReport(api, run);
    assert.deepEqual(report.marks.map(({ reason, process, session, stalled, along }) => ({ reason, process, parent: session?.parent, stalled, along })), [
      { reason: 'pause', process: report.processes[0]!.id, parent: null, stalled: [lateChild.connection.id], along: [] },
    ]);
    assert.notEqual(child.process.id, report.processes[0]!.id);
  });

  it('ends the stop of a child that is killed, or whose debugger leaves', async () => {
    const { api, run, port, debugged } = await start(breakText);
    const first = await client(port);
    first.echo('never answered').catch(() => undefined);
    const killed = await served(run, first);
    const session = await stopped(debugged, killed);
    await eventually('its stop in the sidebar', async () => (await pausedInSidebar(api)).length === 1);
    process.kill(killed.process.pid, 'SIGKILL');
    await eventually('no stop in the sidebar', async () => (await pausedInSidebar(api)).length === 0);
    await eventually('the end of its session', () => debugged.debug.session(session.id)?.live === false);
    assert.equal(run.rows.get(killed.process.id)?.kind, 'process');

    const second = await client(port);
    second.echo('never answered either').catch(() => undefined);
    const left = await served(run, second);
    const last = await stopped(debugged, left);
    await eventually('its stop in the sidebar', async () => (await pausedInSidebar(api)).length === 1);
    await vscode.debug.stopDebugging(last);
    const report = await wholeReport(api, run);
    assert.deepEqual(report.marks.map(({ process: id, reason }) => [id, reason]), [[killed.process.id, 'breakpoint'], [left.process.id, 'breakpoint']]);
    for (const { process: id, toNs } of report.marks) {
      const { endNs, exit } = report.processes.find((each) => each.id === id)!;
      assert.ok(toNs !== null && endNs !== null && toNs <= endNs, `${toNs} of ${endNs}`);
      if (id === killed.process.id) assert.equal(exit?.signal, 'SIGKILL');
    }
    await screenshot('debug-forking-killed');
  });
});

function rowsOf<K extends Row['kind']>(run: Run, kind: K): Extract<Row, { kind: K }>[] {
  return [...run.rows.all()].filter((row): row is Extract<Row, { kind: K }> => row.kind === kind);
}
