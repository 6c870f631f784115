/**
 * Debug sessions that do not go as planned: the adapter is killed, the session restarted, a stop names no thread, two go on at once. After each
 * the recording is whole, nobody is left behind, the sidebar has only what is there, and no log has an error.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Report } from '../../../src/protocol/report';
import { ownReason } from '../../../src/protocol/stopped';
import type { Run } from '../../../src/ui/run';
import { workbenchPage } from '../../harness/window';
import { EchoClient } from '../support/clients';
import { breakAt, debugHooks, debugTrace, lineOf, pythonLaunch } from '../support/debugging';
import { EditorLogs } from '../support/logs';
import { assertWhole, leftSince, living, markOf, reportOf, type Living } from '../support/odd';
import { eventually, product, sample, sidebar, type Shown } from '../support/product';

/** Every label of the sidebar with its description. */
function lines(shown: readonly Shown[]): string[] {
  return shown.flatMap(({ label, description, kind, children }) => [`${kind} ${label} ${description}`.trim(), ...lines(children)]);
}

describe('a debug session that goes oddly', function () {
  this.timeout(600_000);
  const program = sample('threading_echo.py');
  const workspace = vscode.workspace.workspaceFolders?.[0];
  const project = vscode.extensions.getExtension('forkscope.forkscope')!.extensionPath;
  const logs = new EditorLogs(process.env.FORKSCOPE_TEST_USER_DATA!);
  const debugging = debugHooks();
  const { clients } = debugging;
  let atFirst: Living[] = [];

  before(async () => {
    await product();
    logs.hear(await workbenchPage());
  });

  beforeEach(async () => {
    await debugTrace('always');
    await vscode.commands.executeCommand('workbench.view.extension.forkscope');
    atFirst = living();
    logs.skip();
  });

  /** Starts it, and gives its run. */
  async function start(configuration: vscode.DebugConfiguration): Promise<Run> {
    const { runs } = await product();
    const known = new Set(runs.all);
    assert.ok(await vscode.debug.startDebugging(workspace, configuration));
    return eventually('the run', () => runs.all.find((run) => !known.has(run)));
  }

  /** The port of its living program. */
  function port(run: Run, besides = 0): Promise<number> {
    return eventually('a listener', () => {
      for (const row of run.rows.all()) {
        const found = row.kind === 'listener' && row.endNs === null ? Number(/:(\d+)$/.exec(row.address)?.[1]) : NaN;
        if (found > 0 && found !== besides) return found;
      }
      return undefined;
    }, 180_000);
  }

  /** A client that asks, and whom a breakpoint keeps waiting. */
  async function ask(at: number): Promise<void> {
    const client = await EchoClient.connect(at);
    clients.push(client);
    void client.echo('stopped').catch(() => undefined);
  }

  /** What is left of a run when all is over: its recording, and nothing else. */
  async function whole(run: Run): Promise<Report> {
    const api = await product();
    const recording = run.file;
    const live = run.folder ?? recording.replace(/\.forkscope$/, '.run');
    await eventually('its end', () => run.status === 'ended', 120_000);
    assert.ok(existsSync(recording), recording);
    const report = await reportOf(project, recording);
    assertWhole(report, live);
    const shown = await api.report(run);
    assert.deepEqual(shown, report, 'the same report in the window');
    return report;
  }

  /** Nobody is there who was not there before, nothing shown that is not there, no log has an error. */
  async function nothingLeft(): Promise<void> {
    const api = await product();
    await eventually('the end of everything that was started', () => {
      const left = leftSince(atFirst, markOf(process.pid));
      assert.deepEqual(left, []);
      return true;
    });
    await eventually('a sidebar without ghosts', async () => {
      const all = lines(await sidebar(api));
      assert.deepEqual(all.filter((line) => line.startsWith('gone') || line.includes('paused on') || line.split(' ').length < 2), []);
      const page = await workbenchPage();
      const labels = await page.locator('.pane-body .monaco-list[aria-label*="Runs" i] .monaco-list-row .label-name').allInnerTexts();
      for (const label of labels) assert.ok(label !== '' && all.some((line) => line.includes(label)), `${label} among\n${all.join('\n')}`);
      return true;
    });
    assert.deepEqual(logs.troubles(), []);
  }

  it('whose adapter is killed while a thread is stopped leaves its recording whole', async () => {
    breakAt(program, 'self.request.sendall');
    const run = await start(pythonLaunch(program));
    await ask(await port(run));
    const { session } = await debugging.ear.next('stopped');
    const { debugRuns } = await product();
    // Which thread it is the adapter is asked after it has told the stop.
    await eventually('its thread', () => debugRuns.of(session)!.debug.session(session.id)!.machine.stops.some(({ thread }) => thread !== null));
    const adapters = living().filter(({ pid, parent, command }) => parent === process.pid && command.includes('-m debugpy.adapter') && !atFirst.some((each) => each.pid === pid));
    assert.equal(adapters.length, 1);
    process.kill(adapters[0]!.pid, 'SIGKILL');
    const { recording, marks, processes } = await whole(run);
    // The launcher kills what it launched, and takes its status away: an observer is not always in time.
    if (recording.exit !== null) assert.deepEqual(recording.exit, { code: null, signal: 'SIGKILL' });
    assert.equal(processes.length, 1);
    assert.deepEqual(marks.map(({ reason, thread }) => [reason, thread !== null]), [['breakpoint', true]]);
    await nothingLeft();
  });

  for (const type of ['debugpy', 'node']) {
    it(`of ${type} that is restarted goes on in the same run`, async () => {
      const { runs, debugRuns } = await product();
      const script = type === 'debugpy' ? program : sample('node_echo.js');
      const breakText = type === 'debugpy' ? 'self.request.sendall' : 'this.write(data)';
      breakAt(script, breakText);
      const run = await start({ ...pythonLaunch(script), type });
      const first = await port(run);
      await ask(first);
      await debugging.ear.next('stopped');
      await vscode.commands.executeCommand('workbench.action.debug.restart');
      const second = await port(run, first);
      await ask(second);
      const { session } = await debugging.ear.next('stopped', 1);
      assert.ok(debugRuns.of(session)?.run === run, 'the same run');
      assert.deepEqual(runs.live, [run]);
      await vscode.debug.stopDebugging(debugRuns.of(session)!.sessions.get(debugRuns.of(session)!.debug.rootSession!.facts.id));
      const report = await whole(run);
      const servers = report.listeners.map((listener) => listener.address);
      assert.equal(servers.length, 2, servers.join());
      const stops = report.marks.filter(({ reason }) => reason !== ownReason);
      assert.deepEqual(stops.map(({ reason, at, exact, process: id }) => [reason, at?.line, exact, id]), report.processes.map(({ id }) => ['breakpoint', lineOf(script, breakText), true, id]));
      await nothingLeft();
    });
  }

  it('that tells a stop of no thread, and of threads that nobody knows, has those stops without a thread', async () => {
    const { debugRuns } = await product();
    const run = await start(pythonLaunch(program, { scripted: true }));
    await port(run);
    const debugged = debugRuns.ofRun(run)!;
    const session = await eventually('its session', () => [...debugged.sessions.values()][0]);
    const { machine } = await eventually('what is known of it', () => debugged.debug.session(session.id));
    const say = async (event: string, body: object, then: () => boolean): Promise<void> => {
      await session.customRequest('say', { event, body });
      await eventually(`the effect of ${event}`, then);
    };
    await say('stopped', { reason: 'pause' }, () => machine.stops.length === 1);
    assert.deepEqual(machine.stops.map(({ thread, debugThread, all, reason }) => ({ thread, debugThread, all, reason })), [{ thread: null, debugThread: null, all: true, reason: 'pause' }]);
    await say('stopped', { reason: 'step', threadId: 77 }, () => machine.stops[0]?.debugThread === 77);
    await say('continued', { threadId: 5 }, () => machine.stops.length === 0);
    await say('continued', { threadId: 5 }, () => true);
    await say('thread', { reason: 'exited', threadId: 9 }, () => true);
    await say('stopped', { threadId: -1, allThreadsStopped: true }, () => machine.stops.length === 1);
    await vscode.debug.stopDebugging(session);
    const { marks, recording } = await whole(run);
    assert.deepEqual(recording.exit, { code: 143, signal: null });
    assert.deepEqual(marks.map(({ reason, thread, all }) => [reason, thread, all]), [['pause', null, true], ['step', null, false], ['unknown', null, true]]);
    await nothingLeft();
  });

  it('beside another one of the same program has a run and stops of its own', async () => {
    const { debugRuns } = await product();
    breakAt(program, 'self.request.sendall');
    const one = await start(pythonLaunch(program));
    const other = await start(pythonLaunch(program));
    assert.notEqual(one.file, other.file);
    for (const run of [one, other]) await ask(await port(run));
    await debugging.ear.next('stopped', 1);
    for (const run of [one, other]) {
      const { rootSession } = debugRuns.ofRun(run)!.debug;
      await eventually('its own stop, of its own thread', () => {
        const [stop, ...more] = rootSession!.machine.stops;
        const pids = [...run.rows.all()].filter((row) => row.kind === 'process').map(({ pid }) => pid);
        assert.deepEqual([more.length, pids], [0, [stop?.process]]);
        return [...run.rows.all()].some((row) => row.kind === 'thread' && row.tid === stop?.thread);
      });
    }
    // The end of one is none of the other's.
    await vscode.debug.stopDebugging(debugRuns.ofRun(one)!.sessions.get(debugRuns.ofRun(one)!.debug.rootSession!.facts.id));
    const first = await whole(one);
    assert.ok(other.isLive && debugRuns.ofRun(other)!.debug.rootSession!.machine.stops.length === 1);
    await vscode.debug.stopDebugging();
    const second = await whole(other);
    assert.deepEqual([first, second].map(({ marks, processes }) => [marks.length, processes.length]), [[1, 1], [1, 1]]);
    assert.notEqual(first.processes[0]!.pid, second.processes[0]!.pid);
    await nothingLeft();
  });
});
