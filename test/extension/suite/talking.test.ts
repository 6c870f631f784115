/** Processes that talk without an address: the tree joins them, live, and says through what. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { screenshot } from '../../harness/window';
import { panelFrame } from '../support/panel';
import { cleanUp, currentRun, eventually, product, sample } from '../support/product';

describe('processes that talk', function () {
  this.timeout(300_000);

  afterEach(async () => cleanUp(await product()));

  it('are joined in the tree by what is between them', async () => {
    const api = await product();
    await vscode.commands.executeCommand('forkscope.traceActiveFile', sample('pipes.py'));
    const run = currentRun(api);
    await eventually('the end of the program', () => run.status === 'ended');
    const frame = await panelFrame();
    await eventually('the four lines', async () => {
      const titles = await frame.locator('.ipc title').allTextContents();
      const said = titles.map((title) => title.split('\n')[1]);
      assert.deepEqual(said.sort(), ['1 pipe', '1 queue, 1 socket pair', '1 socket pair', '2 pipes'], titles.join('\n'));
      assert.ok(titles.some((title) => title.endsWith(': 12 B in 1 write')), titles.join('\n'));
      return true;
    });
    await screenshot('talking');
  });
});
