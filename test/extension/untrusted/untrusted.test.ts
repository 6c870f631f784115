/** A folder in Restricted Mode: nothing of it runs, every recording opens. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { workbenchPage } from '../../harness/window';
import { problem } from '../support/notifications';
import { panelFrame, rowHeaders } from '../support/panel';
import { processesWith } from '../support/processes';
import { cleanUp, product, sample } from '../support/product';

describe('a folder that is not trusted', function () {
  this.timeout(300_000);
  const sentence = /This workspace is not trusted, so Forkscope runs no program from it/;

  before(() => assert.equal(vscode.workspace.isTrusted, false, 'this VS Code trusts its folder'));
  afterEach(async () => cleanUp(await product()));

  it('says so in the view, with the way out', async () => {
    await vscode.commands.executeCommand('workbench.view.extension.forkscope');
    const page = await workbenchPage();
    await page.getByText('This folder is in Restricted Mode').first().waitFor();
    await page.getByRole('button', { name: 'Manage Workspace Trust' }).first().waitFor();
  });

  it('runs no file and no command, and says why with the way out', async () => {
    const api = await product();
    const program = sample('threading_echo.py');
    await vscode.window.showTextDocument(program);
    const starts: (() => Thenable<unknown>)[] = [
      () => vscode.commands.executeCommand('forkscope.traceActiveFile'),
      () => vscode.commands.executeCommand('forkscope.traceFile', program),
      () => vscode.commands.executeCommand('forkscope.traceCommand', `python3 ${program.fsPath}`),
    ];
    for (const start of starts) {
      await start();
      assert.deepEqual(await problem(sentence), ['Manage Workspace Trust']);
      await vscode.commands.executeCommand('notifications.clearAll');
    }
    assert.deepEqual(api.runs.all, []);
    assert.deepEqual(vscode.window.terminals, []);
    assert.deepEqual(processesWith(program.fsPath), []);
  });

  it('opens a recording all the same', async () => {
    const extension = vscode.extensions.getExtension('forkscope.forkscope')!.extensionPath;
    const file = join(mkdtempSync(join(tmpdir(), 'forkscope-untrusted-')), 'a.forkscope');
    execFileSync(process.execPath, [join(extension, 'dist', 'cli.js'), 'record', '-o', file, '--', 'python3', '-c', 'import time; time.sleep(0.1)'], { stdio: 'ignore' });
    await vscode.commands.executeCommand('forkscope.openRecording', vscode.Uri.file(file));
    await rowHeaders(await panelFrame(), 'process').first().waitFor();
  });
});
