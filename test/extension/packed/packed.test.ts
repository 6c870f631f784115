/** The VSIX, not the folder: what was left out of the package is missing here. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { EchoClient } from '../support/clients';
import { panelFrame, rowHeaders } from '../support/panel';
import { processesWith } from '../support/processes';
import { cleanUp, currentRun, eventually, listeningPort, product, sample } from '../support/product';

describe('the packed extension', function () {
  this.timeout(300_000);

  afterEach(async () => cleanUp(await product()));

  it('is the installed one', () => {
    assert.notEqual(vscode.extensions.getExtension('forkscope.forkscope')?.extensionPath, process.cwd());
  });

  it('traces a program by its command', async () => {
    const api = await product();
    const program = sample('threading_echo.py');
    await vscode.commands.executeCommand('forkscope.traceActiveFile', program);
    const run = currentRun(api);
    const client = await EchoClient.connect(await listeningPort(run));
    await client.echo('hello');
    await eventually('the connection in the report', async () => (await api.report(run)).connections.some(({ bytesIn, bytesOut }) => bytesIn === 5 && bytesOut === 5));
    await rowHeaders(await panelFrame(), 'connection').first().waitFor();
    client.close();
    await vscode.commands.executeCommand('forkscope.stop');
    assert.deepEqual(processesWith(program.fsPath), []);
  });
});
