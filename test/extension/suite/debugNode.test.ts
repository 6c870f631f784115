/** A Node server under VS Code's own js-debug: all clients stand while one handler does, since one loop serves them; and each process has a session of its own. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Report, ReportMark } from '../../../src/protocol/report';
import { ownReason } from '../../../src/protocol/stopped';
import { screenshot, workbenchPage } from '../../harness/window';
import { EchoClient, TimedClient } from '../support/clients';
import { breakAt, debugHooks, debugTrace, lineOf, nodeLaunch, selectedByFrame, wholeReport } from '../support/debugging';
import { endOf } from '../support/lineEnds';
import { panelFrame, rowHeaders } from '../support/panel';
import { eventually, listeningPort, ofKind, product, sample, sidebar } from '../support/product';
import { assertFelt, lengthWithoutStop } from '../support/stopLength';

/** How long the first client is stopped, at least. */
const stopMs = 1500;

describe('debugging a Node server', function () {
  this.timeout(600_000);
  const debugging = debugHooks();
  const { clients } = debugging;
  const timed: TimedClient[] = [];
  afterEach(() => timed.splice(0).forEach((client) => client.close()));

  /** js-debug needs its time to let a program begin. */
  const printed = (text: string): Promise<unknown> =>
    eventually(`the words ${text}`, () => debugging.ear.all('output').some(({ body }) => body.output?.startsWith(text)), 180_000);

  it('is traced, with its stops', async () => {
    const program = sample('node_echo.js');
    const line = lineOf(program, '// answers');
    const api = await product();
    await debugTrace('always');
    await vscode.window.showTextDocument(program);
    await vscode.commands.executeCommand('workbench.view.extension.forkscope');
    breakAt(program, '// answers');
    assert.ok(await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], nodeLaunch(program)));
    const run = await eventually('the run', () => api.runs.current ?? undefined);
    await printed('listening on');
    const port = await listeningPort(run);

    // Two are connected; the first is stopped; what the second says meanwhile, and a third one that comes meanwhile, wait for the same loop.
    const first = await TimedClient.connect(port);
    timed.push(first);
    const second = await EchoClient.connect(port);
    clients.push(second);
    await eventually('both connections', () => ofConnections(run).length === 2);
    const asked = performance.now();
    const answer = first.echo('stopped');
    // Of this run: a session of the test before may still say something.
    const { session, body } = await eventually('its stop', () => debugging.ear.all('stopped').find((heard) => api.debugRuns.of(heard.session)?.run === run));
    assert.equal(body.reason, 'breakpoint');
    const answered = second.echo('waits').then(() => performance.now() - asked);
    const third = await EchoClient.connect(port);
    clients.push(third);
    const debugged = api.debugRuns.of(session);
    assert.ok(debugged?.run === run);

    // The same thread in both worlds: js-debug tells the process by the session's name alone.
    const entry = debugged.debug.session(session.id)!;
    assert.ok(session.parentSession !== undefined, 'the process has a session below the first one');
    const process = await eventually('the process', () => entry.machine.process ?? undefined);
    const stop = await eventually('the stop with its thread and line', () => entry.machine.stops.find(({ thread, line }) => thread !== null && line !== null));
    assert.deepEqual([stop.process, stop.thread, stop.file, stop.line], [process, process, program.fsPath, line]);
    const lane = await eventually('its lane', () => [...run.rows.all()].find((row) => row.kind === 'thread' && row.tid === process));

    // The frame that the debugger shows has selected it: in the editor, the panel and the sidebar.
    const frame = await selectedByFrame(api, run, lane.id);
    await screenshot('debug-node-stopped');

    // The one thread is shown at its line, and nobody else anywhere.
    const page = await workbenchPage();
    const document = await vscode.workspace.openTextDocument(program);
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    await eventually('the stopped thread at its line', async () => (await endOf(page, document, line)).startsWith('1 thread here · '));

    await eventually('1.5 s', () => performance.now() - asked > stopMs);
    await debugging.ear.clearBreakpoints();
    await vscode.commands.executeCommand('workbench.action.debug.continue');
    const tookMs = await answer;
    const waitedMs = await answered;
    await third.echo('served');
    await eventually('no stop any more', () => entry.machine.stops.length === 0);
    await rowHeaders(frame, 'connection').nth(2).waitFor();

    // The end of the debugger is the end of the run: it is packed.
    await vscode.debug.stopDebugging();
    const report = await wholeReport(api, run);
    assert.deepEqual(report.processes.map(({ pid }) => pid), [process], 'nothing of the debugger’s');
    assert.equal(report.connections.filter(({ role }) => role === 'server').length, 3);

    // The stop as the client felt it, who asked just before and was answered just after.
    const [mark, ...more] = stopsOf(report);
    assert.ok(mark !== undefined && more.length === 0, JSON.stringify(report.marks));
    const [stopped, asking, queued] = report.connections;
    assertFelt(mark, tookMs, stopMs);
    console.log(`      and the second client for ${waitedMs.toFixed(0)} ms`);
    assert.ok(mark.exact, 'told by the thread itself');
    assert.deepEqual([mark.kind, mark.reason, mark.at?.file, mark.at?.line, mark.thread], ['debugger-stop', 'breakpoint', program.fsPath, line, lane.id]);
    assert.deepEqual(mark.stalled, [stopped!.id, asking!.id, queued!.id], 'all three clients waited for it');

    // What the served client's connection was at for so long, without the stop.
    await lengthWithoutStop(frame, run, stopped!.id, mark, () => screenshot('debug-node-band'));
  });

  it('has a session for each process of a cluster, in one run', async () => {
    const program = sample('node_cluster.js');
    const api = await product();
    await debugTrace('always');
    breakAt(program, '// answers');
    assert.ok(await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], nodeLaunch(program)));
    const run = await eventually('the run', () => api.runs.current ?? undefined);
    await printed('listening on');
    const port = await listeningPort(run);

    // Two clients, served in turn: a worker each, and both of them stopped at once.
    const asking = [await EchoClient.connect(port), await EchoClient.connect(port)];
    clients.push(...asking);
    const answers = asking.map((client) => client.echo('to a worker'));
    const stopped = await eventually('both stops', () => {
      const all = debugging.ear.all('stopped');
      return all.length === 2 && all;
    }, 120_000);
    const debugged = api.debugRuns.of(stopped[0]!.session);
    assert.ok(debugged?.run === run);
    const stops = await eventually('who is stopped', () => {
      const found = stopped.map(({ session }) => debugged.debug.session(session.id)!.machine.stops[0]);
      return found.every((stop) => stop !== undefined && stop.thread !== null) && found;
    });
    const workers = stops.map((stop) => stop!.process);
    assert.notEqual(workers[0], workers[1]);
    assert.deepEqual(stops.map((stop) => stop!.thread), workers, 'main threads');
    const rows = await eventually('all three processes', () => {
      const found = [...run.rows.all()].filter((row) => row.kind === 'process');
      assert.equal(found.length, 3, found.map(({ pid, label }) => `${pid} ${label}`).join(', '));
      return found;
    });
    const primary = rows.find(({ parent }) => parent === null)!;
    assert.deepEqual(rows.filter(({ parent }) => parent === primary.id).map(({ pid }) => pid).sort(), [...workers].sort());
    await eventually('a session for each', () => {
      assert.deepEqual(rows.map(({ pid }) => debugged.debug.ofProcess(pid)?.live), [true, true, true]);
      return true;
    });
    await eventually('both stops in the rows', () => [...run.rows.all()].filter((row) => row.kind === 'thread' && row.paused !== undefined).length === 2);
    await screenshot('debug-node-cluster');

    await debugging.ear.clearBreakpoints();
    for (const { session, body } of stopped) await session.customRequest('continue', { threadId: body.threadId });
    await Promise.all(answers);
    for (const client of clients.splice(0)) client.close();
    const report = await wholeReport(api, run);
    assert.deepEqual(report.processes.map(({ exit }) => exit?.code), [0, 0, 0]);
    assert.deepEqual(stopsOf(report).map(({ reason, exact, along }) => [reason, exact, along.length]), [['breakpoint', true, 0], ['breakpoint', true, 0]]);
    assert.deepEqual(new Set(stopsOf(report).map(({ process }) => process)), new Set(report.processes.slice(1).map(({ id }) => id)));
  });

  it('has a session for a worker thread, which is stopped alone', async () => {
    const program = sample('node_worker.js');
    const line = lineOf(program, '// in the worker');
    const api = await product();
    await debugTrace('always');
    await vscode.window.showTextDocument(program);
    breakAt(program, '// in the worker');
    assert.ok(await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], nodeLaunch(program, { args: ['2'] })));
    const run = await eventually('the run', () => api.runs.current ?? undefined);
    await printed('listening on');
    const port = await listeningPort(run);
    const [first, second] = [await EchoClient.connect(port), await EchoClient.connect(port)];
    clients.push(first, second);
    const answer = first.echo('stopped');
    const { session } = await debugging.ear.next('stopped');
    const debugged = api.debugRuns.of(session);
    assert.ok(debugged?.run === run);

    // The worker, by the kernel's number of its thread, in its process's session's child; its main thread goes on, and answers.
    const worker = await eventually('the worker’s row', () => [...run.rows.all()].find((row) => row.kind === 'thread' && row.label === 'worker 1'));
    assert.ok(worker.kind === 'thread');
    const { machine, facts } = debugged.debug.session(session.id)!;
    const stop = await eventually('the stop with its thread and line', () => machine.stops.find((each) => each.thread !== null && each.line !== null));
    const main = debugged.debug.ofProcess(stop.process!)!;
    assert.deepEqual([stop.thread, stop.process, stop.file, stop.line, stop.reason, facts.parent], [worker.tid, main.machine.process, program.fsPath, line, 'breakpoint', main.facts.id]);
    assert.deepEqual(main.machine.stops, []);
    await second.echo('quick');
    await eventually('only the worker paused', () => {
      const paused = [...run.rows.all()].flatMap((row) => (row.kind === 'thread' && row.paused !== undefined ? [[row.id, row.paused.reason, row.paused.site?.line]] : []));
      assert.deepEqual(paused, [[worker.id, 'breakpoint', line]]);
      return true;
    });
    const frame = await panelFrame();
    await frame.locator(`[data-row-id="${worker.id}"][aria-selected="true"]`).waitFor();
    const page = await workbenchPage();
    const document = await vscode.workspace.openTextDocument(program);
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    await eventually('the stopped worker at its line', async () => (await endOf(page, document, line)).startsWith('1 thread here · '));
    await screenshot('debug-node-worker');

    // Threads of Node's own are one row until somebody opens it.
    const folded = frame.locator('.headers [data-row-id$=":native"]');
    assert.match(await folded.innerText(), /\b\d threads without JavaScript$/);
    assert.equal(await rowHeaders(frame, 'thread').count(), 3, 'two threads and the fold');
    const sides = ofKind(await sidebar(api), 'process').flatMap(({ children }) => children.map(({ label }) => label));
    assert.equal(sides.filter((label) => label.endsWith('threads without JavaScript')).length, 1, sides.join());

    await debugging.ear.clearBreakpoints();
    await session.customRequest('continue', { threadId: machine.stops[0]?.debugThread });
    await answer;
    for (const client of clients.splice(0)) client.close();
    const report = await wholeReport(api, run);
    const [mark, ...more] = stopsOf(report);
    assert.ok(mark !== undefined && more.length === 0, JSON.stringify(report.marks));
    assert.deepEqual([mark.reason, mark.thread, mark.at?.line, mark.exact, mark.all, mark.along, mark.stalled], ['breakpoint', worker.id, line, true, false, [], []]);
    assert.equal(mark.session?.parent, main.number);
    const threads = report.processes.flatMap((process) => process.threads);
    assert.deepEqual(threads.filter(({ native }) => !native).map(({ id }) => id), [mark.process!.replace('p', 't'), worker.id]);
    assert.ok(threads.length > 4, 'the others are in the report');
  });
});

/** Those that somebody asked for: js-debug holds a program at its first statement until it has set its breakpoints. */
function stopsOf({ marks, processes }: Report): ReportMark[] {
  for (const { reason, at, exact, session } of marks) {
    if (session === null) assert.ok(reason === ownReason && at !== null && exact, JSON.stringify([marks, processes.map(({ id, pid, startNs, endNs }) => ({ id, pid, startNs, endNs }))]));
  }
  return marks.filter(({ reason }) => reason !== ownReason);
}

function ofConnections(run: { readonly rows: { all(): Iterable<{ readonly kind: string }> } }): unknown[] {
  return [...run.rows.all()].filter(({ kind }) => kind === 'connection');
}
