/** Programs that VS Code itself starts under the tracer: in a traced terminal, and as a task of tasks.json. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Run } from '../../../src/ui/run';
import type { ForkscopeApi } from '../../../src/ui/testApi';
import { EchoClient } from '../support/clients';
import { panelFrame, rowHeaders } from '../support/panel';
import { processesWith } from '../support/processes';
import { cleanUp, eventually, listeningPort, ofKind, product, sample, sidebar } from '../support/product';
import { screenshot } from '../../harness/window';

const program = sample('threading_echo.py');

async function nextRun(api: ForkscopeApi): Promise<Run> {
  let run: Run | undefined;
  await eventually('a live run', () => (run = api.runs.live[0]) !== undefined && run.rows.size > 0);
  return run!;
}

describe('a traced terminal', function () {
  this.timeout(300_000);
  afterEach(async () => cleanUp(await product()));

  it('traces what is typed, until Ctrl-C or its own end', async () => {
    const api = await product();
    const before = new Set(vscode.window.terminals);
    await vscode.commands.executeCommand('forkscope.openTracedTerminal');
    const terminal = await eventually('the terminal', () => vscode.window.terminals.find((each) => !before.has(each)));
    assert.equal(terminal.name, 'Traced Terminal');
    const run = await nextRun(api);
    await panelFrame();

    terminal.sendText(`python3 ${program.fsPath}`);
    const client = await EchoClient.connect(await listeningPort(run));
    await client.echo('hello');
    await eventually('its connection in the sidebar', async () => ofKind(await sidebar(api), 'connection').length === 1);
    await rowHeaders(await panelFrame(), 'process').nth(1).waitFor();
    await screenshot('traced-terminal');

    client.close();
    terminal.sendText('\x03', false);
    await eventually('the end of the server by Ctrl-C', () => processesWith(program.fsPath).length === 0);
    assert.equal(run.status, 'running', 'the shell lives on, and so does the recording');

    terminal.dispose();
    await eventually('the end of the run', () => run.status === 'ended');
    assert.ok(existsSync(run.file));
    const report = await api.report(run);
    const server = report.processes.find(({ images }) => images.some(({ command }) => command.includes(program.fsPath)));
    assert.equal(server?.parent, report.processes[0]!.id, 'the server hangs below the shell');
    assert.deepEqual(report.connections.map(({ bytesIn }) => bytesIn), [5]);
  });

  it('takes everything with it when it is closed', async () => {
    const api = await product();
    const before = new Set(vscode.window.terminals);
    await vscode.commands.executeCommand('forkscope.openTracedTerminal');
    const run = await nextRun(api);
    const terminal = await eventually('the terminal', () => vscode.window.terminals.find((each) => !before.has(each)));
    terminal.sendText(`nohup setsid python3 ${program.fsPath} > /dev/null 2>&1 &`);
    await listeningPort(run);
    terminal.dispose();
    await eventually('the end of the run', () => run.status === 'ended');
    assert.deepEqual(processesWith(program.fsPath), []);
  });
});

describe('a task of type forkscope', function () {
  this.timeout(300_000);
  const folder = join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, '.vscode');
  afterEach(async () => {
    rmSync(folder, { recursive: true, force: true });
    await cleanUp(await product());
  });

  it('is traced, as often as it is run', async () => {
    const api = await product();
    const tasks = [
      { label: 'serve', type: 'forkscope', program: 'threading_echo.py', args: ['--connections', '1'] },
      { label: 'count', type: 'forkscope', command: ['python3', '-c', 'print(1 + 1)'] },
    ];
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'tasks.json'), JSON.stringify({ version: '2.0.0', tasks }));
    await eventually('the tasks', async () => (await vscode.tasks.fetchTasks()).some(({ name }) => name === 'serve'));
    const files = new Set<string>();
    for (let time = 0; time < 2; time++) {
      await vscode.commands.executeCommand('workbench.action.tasks.runTask', 'serve');
      const run = await nextRun(api);
      files.add(run.file);
      const client = await EchoClient.connect(await listeningPort(run));
      await client.echo('hello');
      client.close();
      await eventually('its end', () => run.status === 'ended');
      assert.deepEqual((await api.report(run)).connections.map(({ bytesIn }) => bytesIn), [5]);
    }
    assert.equal(files.size, 2);
  });

  it('offers the open file without any tasks.json', async () => {
    await vscode.window.showTextDocument(program);
    const offered = await vscode.tasks.fetchTasks({ type: 'forkscope' });
    assert.ok(offered.some(({ definition }) => definition.program === '${file}'));
  });
});
