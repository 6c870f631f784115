/** Each kind of bad input gives one sentence with a button, and the editor stays usable. */
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { packedMagic } from '../../../src/protocol/files';
import { problem } from '../support/notifications';
import { panelFrame } from '../support/panel';
import { cleanUp, eventually, product, sample } from '../support/product';

function file(name: string, content: string | Buffer = ''): vscode.Uri {
  const path = join(mkdtempSync(join(tmpdir(), 'forkscope-bad-')), name);
  writeFileSync(path, content);
  return vscode.Uri.file(path);
}

describe('bad input', function () {
  this.timeout(300_000);
  const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('forkscope');

  afterEach(async () => {
    for (const name of ['python.interpreter', 'recordings.folder']) await settings().update(name, undefined, vscode.ConfigurationTarget.Global);
    await cleanUp(await product());
  });

  const trace = (uri?: vscode.Uri): Thenable<unknown> => vscode.commands.executeCommand('forkscope.traceActiveFile', uri);

  it('no file open', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await trace();
    assert.deepEqual(await problem(/No file is open/), ['Open File…']);
  });

  it('a file that was never saved', async () => {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'python', content: 'print(1)' }));
    await trace();
    assert.deepEqual(await problem(/has never been saved/), ['Save As…']);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('a file that is not Python', async () => {
    await trace(sample('README.md'));
    assert.deepEqual(await problem(/README\.md is not a Python file/), ['Trace Command…']);
  });

  it('a file that is not there', async () => {
    await trace(sample('nowhere.py'));
    assert.deepEqual(await problem(/nowhere\.py isn't there any more/), ['Open File…']);
  });

  it('no interpreter where the setting says', async () => {
    await settings().update('python.interpreter', '/nowhere/python', vscode.ConfigurationTarget.Global);
    await trace(sample('threading_echo.py'));
    assert.deepEqual(await problem(/interpreter \/nowhere\/python can't be run/), ['Select Interpreter']);
  });

  it('a recordings folder that cannot be', async () => {
    await settings().update('recordings.folder', join(file('plain').fsPath, 'below'), vscode.ConfigurationTarget.Global);
    await trace(sample('threading_echo.py'));
    assert.deepEqual(await problem(/can't be written/), ['Open Settings']);
  });

  it('a command that does not exist, and one with an open quote', async () => {
    await vscode.commands.executeCommand('forkscope.traceCommand', 'no-such-program --port 1');
    assert.deepEqual(await problem(/program no-such-program was not found/), ['Trace Command…']);
    await vscode.commands.executeCommand('forkscope.traceCommand', 'python3 "server.py');
    assert.deepEqual(await problem(/quote in the command is not closed/), ['Trace Command…']);
  });

  it('a program that ends at once with an error', async () => {
    await trace(file('broken.py', 'def broken(:\n'));
    assert.deepEqual(await problem(/broken\.py ended at once with exit code 1/), ['Show Terminal']);
  });

  const recordings: [string, Buffer, RegExp][] = [
    ['empty', Buffer.alloc(0), /is empty/],
    ['of other content', Buffer.from('not a recording at all, '.repeat(50)), /is not a Forkscope recording, or it is damaged/],
    ['of a newer version', Buffer.concat([Buffer.from(packedMagic), Buffer.from([99, 0, 0, 0]), Buffer.alloc(100)]), /newer version/],
  ];
  for (const [what, content, sentence] of recordings) {
    it(`a recording that is ${what}`, async () => {
      await vscode.commands.executeCommand('forkscope.openRecording', file('bad.forkscope', content));
      const frame = await panelFrame();
      await frame.getByText(sentence).first().waitFor();
    });
  }

  it('a recording that is missing', async () => {
    await vscode.commands.executeCommand('forkscope.openRecording', vscode.Uri.file('/nowhere/old.forkscope'));
    assert.deepEqual(await problem(/old\.forkscope is no longer there/), ['Open Recording…']);
  });

  it('a source file that has gone', async () => {
    const api = await product();
    await vscode.commands.executeCommand('forkscope.traceCommand', 'python3 -c "import time; time.sleep(0.2)"');
    await eventually('its end', () => api.runs.current?.status === 'ended');
    const { openSource } = await import('../../../src/ui/openSource');
    await assert.rejects(openSource({ file: '/nowhere/server.py', line: 3, function: 'f' }, null, undefined), /not on this machine/);
    await assert.rejects(openSource({ file: '<string>', line: 3, function: 'f' }, null, undefined), /no source file/);
  });
});
