/** The ways in which people debug, once each: a file without a configuration, in a terminal, without stops, with children that are left; and what is asked. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { gdbTrouble } from '../../../src/launch/gdbTrouble';
import { runProcesses } from '../../../src/launch/processTree';
import { TraceQuestion } from '../../../src/ui/debug/traceQuestion';
import type { Run } from '../../../src/ui/run';
import { EchoClient } from '../support/clients';
import { breakAt, debugHooks, debugTrace, endDebugging, pythonLaunch, wholeReport } from '../support/debugging';
import { screenshot } from '../../harness/window';
import { answer, problem } from '../support/notifications';
import { cleanUp, eventually, listeningPort, product, sample } from '../support/product';

/** A child in a session of its own, as a daemon is: no debugger's end reaches it. */
const withChild = `import subprocess, sys, time
child = "import time\\nwhile True: time.sleep(0.05)"
subprocess.Popen([sys.executable, "-c", child], start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
time.sleep(600)
`;

describe('ways to debug', function () {
  this.timeout(600_000);
  const program = sample('threading_echo.py');
  const workspace = vscode.workspace.workspaceFolders?.[0];
  const debugging = debugHooks();
  const { clients } = debugging;

  async function newRun(act: () => Thenable<unknown>): Promise<Run> {
    const { runs } = await product();
    const known = new Set(runs.all);
    await act();
    return eventually('the run', () => runs.all.find((run) => !known.has(run)));
  }

  async function talk(run: Run): Promise<void> {
    const client = await EchoClient.connect(await listeningPort(run));
    clients.push(client);
    await client.echo('hello');
    client.close();
  }

  it('the active file, in a terminal, without a launch configuration', async () => {
    const api = await product();
    await debugTrace('never');
    await vscode.window.showTextDocument(program);
    breakAt(program, 'self.request.sendall');
    const run = await newRun(() => vscode.commands.executeCommand('forkscope.debugActiveFile'));
    const client = await EchoClient.connect(await listeningPort(run));
    clients.push(client);
    const echoed = client.echo('hello');
    const { session } = await debugging.ear.next('stopped');
    assert.equal(session.configuration.console, 'integratedTerminal');
    assert.ok(vscode.window.terminals.length > 0, 'its terminal');
    await debugging.ear.clearBreakpoints();
    await vscode.commands.executeCommand('workbench.action.debug.continue');
    await echoed;
    await endDebugging();
    const report = await wholeReport(api, run);
    assert.deepEqual([report.processes.length, report.marks.length, report.connections.length], [1, 1, 1], 'nothing of the terminal’s shell');
  });

  it('what can’t be debugged gives a sentence', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('forkscope.debugActiveFile');
    assert.deepEqual(await problem(/No file is open; open the Python or JavaScript file/), ['Open File…']);
    await vscode.commands.executeCommand('forkscope.debugActiveFile', sample('README.md'));
    assert.deepEqual(await problem(/README\.md is neither a Python nor a JavaScript file/), []);
    await vscode.commands.executeCommand('forkscope.debugActiveFile', sample('nowhere.py'));
    assert.deepEqual(await problem(/nowhere\.py isn't there any more/), ['Open File…']);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'python', content: 'print(1)' }));
    await vscode.commands.executeCommand('forkscope.debugActiveFile');
    assert.deepEqual(await problem(/has never been saved; save it as a Python or JavaScript file/), ['Save As…']);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('without stops: Run Without Debugging is traced alike', async () => {
    const api = await product();
    await debugTrace('always');
    breakAt(program, 'self.request.sendall');
    const run = await newRun(() => vscode.debug.startDebugging(workspace, pythonLaunch(program), { noDebug: true }));
    await talk(run);
    const { debug } = api.debugRuns.ofRun(run)!;
    assert.equal(debug.rootSession?.facts.noDebug, true);
    await endDebugging();
    const report = await wholeReport(api, run);
    assert.deepEqual([report.processes.length, report.marks.length, report.connections.length], [1, 0, 1]);
  });

  it('a process that the debugger did not follow can be attached to; what Stop leaves is asked about', async () => {
    const api = await product();
    await debugTrace('always');
    const folder = mkdtempSync(join(tmpdir(), 'forkscope-ways-'));
    const parent = vscode.Uri.file(join(folder, 'parent.py'));
    writeFileSync(parent.fsPath, withChild);
    try {
      const run = await newRun(() => vscode.debug.startDebugging(workspace, pythonLaunch(parent, { subProcess: false })));
      const child = await eventually('the child without a debugger', () =>
        [...run.rows.all()].find((row) => row.kind === 'process' && row.parent !== null && (api.tree.getTreeItem(api.tree.rowNode(run, row.id)).contextValue ?? '').endsWith(".unfollowed")));
      assert.ok(child.kind === 'process');
      const attached = vscode.commands.executeCommand('forkscope.attachDebugger', api.tree.rowNode(run, child.id));
      await answer(new RegExp(`debugpy puts itself into the running process ${child.pid}`), 'Attach');
      const { debug, sessions } = api.debugRuns.ofRun(run)!;
      // A gdb that is older than the machine's processor can't put its registers back, and a program would end by that.
      const trouble = await gdbTrouble();
      if (trouble === null) await eventually('a session of the child', () => debug.ofProcess(child.pid));
      else {
        await problem(new RegExp(`Process ${child.pid} was left alone, because .*: ${trouble.slice(0, 20)}`));
        await screenshot('debug-left-alone');
      }
      await attached;
      await vscode.debug.stopDebugging(sessions.get(debug.rootSession!.facts.id));
      await answer(new RegExp(`The debugger has ended, and process ${child.pid} of parent.py still runs`), 'End It');
      await eventually('its end', () => run.status === 'ended', 120_000);
      assert.deepEqual(runProcesses(run.folder ?? run.file.replace(/\.forkscope$/, '.run')), []);
      assert.equal((await api.report(run)).processes.length, 2);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('the question whether to trace is asked once, and each answer is what it says', async () => {
    const own = join(workspace!.uri.fsPath, '.vscode');
    assert.ok(!existsSync(own), 'the samples have no settings of their own');
    const setting = (): unknown => vscode.workspace.getConfiguration('forkscope.debug').inspect('trace')?.workspaceValue;
    const text = /Forkscope can trace what you debug here/;
    try {
      for (const [button, value] of [['Not Now', undefined], ['Always', 'always'], ['Never', 'never']] as const) {
        const kept = new Map<string, unknown>();
        const memory = { get: (key: string) => kept.get(key), update: (key: string, to: unknown) => Promise.resolve(void kept.set(key, to)), keys: () => [...kept.keys()] };
        const question = new TraceQuestion(memory as vscode.Memento);
        const asking = question.ask();
        assert.deepEqual(await problem(text), ['Always', 'Not Now', 'Never']);
        await answer(text, button);
        await asking;
        assert.equal(setting(), value);
        await question.ask();
      }
    } finally {
      await vscode.workspace.getConfiguration('forkscope.debug').update('trace', undefined, vscode.ConfigurationTarget.Workspace);
      rmSync(own, { recursive: true, force: true });
      await cleanUp(await product());
    }
  });
});
