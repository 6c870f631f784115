/** The lanes of a real server: its accept queue and counters as numbers over time, its rows grouped otherwise, and a dense window. */
import * as vscode from 'vscode';
import { screenshot } from '../../harness/window';
import { EchoClient } from '../support/clients';
import { attribute, panelFrame, press, rowHeaders } from '../support/panel';
import { cleanUp, currentRun, eventually, product, sample } from '../support/product';
import { starve } from '../support/starved';

describe('the lanes', function () {
  this.timeout(300_000);
  const clients: EchoClient[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await cleanUp(await product());
  });

  it('count who waits, and who is connected; and stand under the listener or the client that they belong to', async () => {
    const api = await product();
    await vscode.commands.executeCommand('forkscope.traceActiveFile', sample('iterative_echo.py'));
    const run = currentRun(api);
    await starve(run, clients, 3);

    const frame = await panelFrame();
    const queue = frame.locator('.headers [data-row-id=q1]');
    await queue.waitFor();
    await eventually('three in the queue', async () => /accept queue\s*3$/.test((await queue.innerText()).trim()));

    // The counters are folded until somebody opens them.
    const counters = frame.locator('.headers [role=treeitem]').filter({ hasText: 'Counters' });
    await counters.click();
    await press(frame, counters, 'ArrowRight');
    const open = frame.locator('.headers [data-kind=number]').filter({ hasText: 'open connections' });
    await open.waitFor();
    // Those in the queue are connected too, though nobody serves them yet.
    await eventually('four connections', async () => (await open.innerText()).trim().endsWith("4"));
    await screenshot('lanes-numbers');

    // G goes round: by listener, then by client, then by process again.
    const levels = (): Promise<string | null | undefined> => attribute(rowHeaders(frame, 'connection'), 'aria-level');
    await eventually('connections under their threads', async () => (await levels()) === '3');
    await press(frame, 'canvas.lanes', 'g');
    await eventually('connections under their listener', async () => (await levels()) === '2' && (await rowHeaders(frame, 'connection').count()) === 4);
    await press(frame, 'canvas.lanes', 'g');
    await frame.locator('.headers [data-kind=group]').filter({ hasText: '127.0.0.1' }).waitFor();
    await screenshot('lanes-by-client');
    await press(frame, 'canvas.lanes', 'g');
    await eventually('connections under their threads again', async () => (await levels()) === '3');
    await vscode.commands.executeCommand('forkscope.stop');
  });
});
