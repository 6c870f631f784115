/** Why something waits, by mouse: the steps of the details and what their buttons lead to, and the arrows of what is selected. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { FrameLocator, Locator } from 'playwright-core';
import { screenshot } from '../../harness/window';
import { EchoClient } from '../support/clients';
import { attribute, panelFrame, press, rowHeaders } from '../support/panel';
import { cleanUp, currentRun, eventually, listeningPort, product, sample } from '../support/product';
import { receivingLine, starve } from '../support/starved';

describe('why something waits', function () {
  this.timeout(300_000);
  const clients: EchoClient[] = [];
  const connect = async (port: number): Promise<void> => {
    const client = await EchoClient.connect(port);
    clients.push(client);
  };

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await cleanUp(await product());
  });

  const isSelected = async (row: Locator): Promise<true> => {
    const id = await attribute(row, 'data-row-id');
    return eventually('the row, selected', async () => (await attribute((await panelFrame()).locator('.headers [aria-selected=true]'), 'data-row-id')) === id);
  };

  it('is said step by step; each leads to its row, and to its line', async () => {
    const program = sample('iterative_echo.py');
    await vscode.commands.executeCommand('forkscope.traceActiveFile', program);
    await starve(currentRun(await product()), clients);
    const frame = await panelFrame();
    const queued = rowHeaders(frame, 'connection').and(frame.locator('[data-state=queued]'));
    const served = rowHeaders(frame, 'connection').and(frame.locator(':not([data-state=queued])'));
    await queued.click();
    if ((await frame.locator('.details').count()) === 0) await frame.getByTestId('details-toggle').click();
    await frame.getByTestId('cause-3').waitFor();
    assert.deepEqual(
      (await frame.locator('.details-cause').allInnerTexts()).map((text) => text.replace(/127\.0\.0\.1:\d+/g, 'CLIENT')),
      ['CLIENT waits to be accepted by MainThread', 'MainThread waits for bytes of CLIENT', 'CLIENT sends nothing'],
    );

    const step = (): Promise<string> => frame.locator('.details-causes [aria-current=step] .details-step').innerText();
    for (const [number, row] of [[2, rowHeaders(frame, 'thread')], [3, served], [1, queued]] as const) {
      await frame.getByTestId(`cause-${number}`).click();
      await isSelected(row);
      await eventually(`step ${number}`, async () => (await step()) === String(number));
    }
    await screenshot('why-steps');

    const line = await receivingLine(program);
    await frame.locator('.details-line').first().click();
    await eventually(`line ${line}`, () => vscode.window.activeTextEditor?.document.uri.fsPath === program.fsPath && vscode.window.activeTextEditor.selection.active.line + 1 === line);
  });

  it('leads from one end of a connection to the other', async () => {
    const talk = 'import socket, time; l = socket.create_server(("127.0.0.1", 0)); c = socket.create_connection(l.getsockname()); s, a = l.accept(); c.sendall(b"x"); s.recv(1); time.sleep(0.3)';
    await vscode.commands.executeCommand('forkscope.traceCommand', `/usr/bin/python3 -c '${talk}'`);
    const frame = await panelFrame();
    const ends = rowHeaders(frame, 'connection');
    await ends.nth(1).waitFor();
    await frame.locator('[data-testid=run-state][data-state=ended]').waitFor();
    await ends.nth(0).click();
    if ((await frame.locator('.details').count()) === 0) await frame.getByTestId('details-toggle').click();
    await frame.getByTestId('go-otherEnd').click();
    await isSelected(ends.nth(1));
    await frame.getByTestId('go-otherEnd').click();
    await isSelected(ends.nth(0));
  });

  it('leads to the owner; the arrows are those of what is selected', async () => {
    await vscode.commands.executeCommand('forkscope.traceActiveFile', sample('threading_echo.py'));
    const port = await listeningPort(currentRun(await product()));
    for (let number = 0; number < 3; number++) {
      await connect(port);
      await clients[number]!.echo('hello');
    }
    const frame = await panelFrame();
    await rowHeaders(frame, 'connection').nth(2).waitFor();
    await vscode.commands.executeCommand('forkscope.stop');
    await frame.locator('[data-testid=run-state][data-state=ended]').waitFor();
    await frame.getByTestId('fit').click();
    const handlers = rowHeaders(frame, 'thread').filter({ hasText: /Thread-\d/ });
    await rowHeaders(frame, 'connection').first().click();
    if ((await frame.locator('.details').count()) === 0) await frame.getByTestId('details-toggle').click();
    await frame.getByTestId('go-owner').click();
    await isSelected(handlers.first());

    // The main thread started each handler: on their way to the last one its arrows cross the lane of the first.
    const crossed = (): Promise<string> => laneOf(frame, handlers.first());
    await press(frame, 'canvas.lanes', 'Escape');
    const none = await still(crossed);
    await rowHeaders(frame, 'thread').filter({ hasText: 'MainThread' }).click();
    await eventually('arrows over a lane that they cross', async () => (await crossed()) !== none);
    await screenshot('why-arrows');
    await handlers.last().click();
    const others = await still(crossed);
    assert.notEqual(others, none, 'the last handler’s own arrow crosses it too');
    await press(frame, 'canvas.lanes', 'Escape');
    await eventually('none', async () => (await crossed()) === none);
  });
});

/** What is drawn of a row's lane now. */
async function laneOf(frame: FrameLocator, header: Locator): Promise<string> {
  const [row, box] = [await header.boundingBox(), await frame.locator('canvas.lanes').boundingBox()];
  if (row === null || box === null) throw new Error('The row or its lane is not in sight.');
  return frame.locator('canvas.lanes').evaluate((element, [share, height]) => {
    const from = element as HTMLCanvasElement;
    const to = from.ownerDocument.createElement('canvas');
    [to.width, to.height] = [from.width, Math.round(from.height * height)];
    to.getContext('2d')!.drawImage(from, 0, -Math.round(from.height * share));
    return to.toDataURL();
  }, [(row.y - box.y) / box.height, row.height / box.height] as const);
}

/** A picture that has stayed as it is from one look to the next. */
function still(picture: () => Promise<string>): Promise<string> {
  let last = '';
  return eventually('a picture that stands still', async () => {
    const before = last;
    last = await picture();
    return last === before && last;
  });
}
