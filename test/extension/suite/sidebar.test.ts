/**
 * The sidebar while rows come and go as fast as a program makes them, and a person selects in the panel, opens and closes rows, goes to another view and
 * back, or closes a run. VS Code asks for rows by their ids at any time: one that it knows and we took back meanwhile would be an error in its log, and a
 * command that fails.
 */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { FrameLocator, Page } from 'playwright-core';
import type { Run } from '../../../src/ui/run';
import { screenshot, workbenchPage } from '../../harness/window';
import { EchoClient } from '../support/clients';
import { EditorLogs } from '../support/logs';
import { panelFrame, rowHeaders, untilEffect } from '../support/panel';
import { cleanUp, currentRun, eventually, listeningPort, product, sample } from '../support/product';

/** How long it goes on, s. */
const seconds = Number(process.env.FORKSCOPE_TEST_SIDEBAR_SECONDS ?? 15);
/** What is true has to be seen so soon where the view is shown again: before the longest pause between two tellings is over. */
const soonMs = 2000;
const rows = '.pane-body .monaco-list[aria-label*="Runs" i] .monaco-list-row';

describe('the sidebar of programs whose rows come and go', function () {
  this.timeout(300_000 + seconds * 1000);
  const logs = new EditorLogs(process.env.FORKSCOPE_TEST_USER_DATA!);
  let page: Page;
  let over = false;
  /** What a command failed with. */
  const failed: string[] = [];

  before(async () => {
    await product();
    page = await workbenchPage();
    logs.hear(page);
    await vscode.commands.executeCommand('workbench.view.extension.forkscope');
  });

  after(async () => {
    over = true;
    await cleanUp(await product());
  });

  async function traced(name: string): Promise<Run> {
    const api = await product();
    await vscode.commands.executeCommand('forkscope.traceActiveFile', sample(name));
    return currentRun(api);
  }

  const run = (command: string): Thenable<void> => vscode.commands.executeCommand(command).then(() => undefined, (error: unknown) => void failed.push(`${command}: ${String(error)}`));

  /** Does something again and again, in its turn with what the others do. */
  async function again(act: (turn: number) => Promise<unknown>): Promise<void> {
    for (let turn = 0; !over; turn++) {
      await act(turn);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** A client that comes, asks, and goes. */
  const visit = async (port: number): Promise<void> => {
    const client = await EchoClient.connect(port);
    await client.echo('hello');
    client.close();
  };

  /**
   * Closes a row of a run that is over, or opens it. Of one that lives VS Code's own messages would cross each other now and then: it asks for what is below
   * while it is being told that something above has changed.
   */
  async function twist(turn: number): Promise<void> {
    await page.locator(rows, { hasText: 'threads.py' }).evaluateAll((all, at) => all[at % Math.max(1, all.length)]?.querySelector('.monaco-tl-twistie')?.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 1 })), turn);
  }

  /** Selects a row in the panel. */
  async function select(frame: FrameLocator, turn: number): Promise<void> {
    await frame.locator('.headers .row-header').evaluateAll((all, at) => {
      const header = all[at % Math.max(1, all.length)];
      const { x, y } = header?.getBoundingClientRect() ?? { x: 0, y: 0 };
      for (const kind of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click']) header?.dispatchEvent(new MouseEvent(kind, { bubbles: true, clientX: x + 40, clientY: y + 5, button: 0, detail: 1 }));
    }, turn * 3);
  }

  it('follows them without an error in any log', async () => {
    const short = await traced('threads.py');
    await eventually('its end', () => short.status === 'ended');
    const servers = [await traced('forking_echo.py'), await traced('threading_echo.py')];
    const ports = await Promise.all(servers.map(listeningPort));
    const frame = await panelFrame();
    logs.skip();
    setTimeout(() => (over = true), seconds * 1000);
    await Promise.all([
      ...ports.flatMap((port) => [again(() => visit(port)), again(() => visit(port))]),
      again((turn) => select(frame, turn)),
      again((turn) => (turn % 10 === 0 ? twist(turn / 10) : Promise.resolve())),
      again(async (turn) => {
        await run(turn % 8 === 7 ? 'workbench.view.explorer' : 'workbench.view.extension.forkscope');
      }),
    ]);
    await run('workbench.view.extension.forkscope');
    await screenshot('sidebar-churn');
    assert.deepEqual([...new Set([...failed.splice(0), ...logs.troubles()])], []);

    // It follows still, to the last client.
    const drawn = (words: RegExp): Promise<unknown> => eventually(`the run with ${words}`, async () => {
      await run('workbench.actions.treeView.forkscope.runs.collapseAll');
      const row = page.locator(rows, { hasText: 'threading_echo.py' });
      return words.test((await row.allInnerTexts()).join());
    });
    const client = await EchoClient.connect(ports[1]!);
    await client.echo('still there?');
    await drawn(/1.connection/);
    client.close();
    await drawn(/^(?!.*1.connection).*1.process/s);
    assert.deepEqual([...failed, ...logs.troubles()], []);
  });

  it('shows what is true as soon as it is shown again', async () => {
    const api = await product();
    await cleanUp(api);
    await run('workbench.view.extension.forkscope');
    const server = await traced('threading_echo.py');
    const port = await listeningPort(server);
    const shows = (client: EchoClient): Promise<boolean> => page.locator(rows, { hasText: `:${client.port}` }).isVisible();
    logs.skip();
    let last = await EchoClient.connect(port);
    for (let time = 0; time < 8; time++) {
      await last.echo('hello');
      await eventually('the client in the sidebar', () => shows(last));
      await run('workbench.view.explorer');
      await eventually('another view', async () => !(await page.locator(rows).first().isVisible()));
      const next = await EchoClient.connect(port);
      await next.echo('hello');
      last.close();
      // Now and then it is away for as long as what VS Code was told before is drawn, now and then for longer.
      const untilMs = performance.now() + (time % 4) * 400;
      await eventually('one client for the other', () => {
        const living = [...server.rows.all()].flatMap((row) => (row.kind === 'connection' && row.role === 'server' && row.endNs === null ? [row.label] : []));
        return performance.now() > untilMs && living.length === 1 && living[0]!.endsWith(`:${next.port}`);
      });
      await run('workbench.view.extension.forkscope');
      await eventually('the new client in the sidebar', () => shows(next), soonMs);
      assert.match((await page.locator(rows, { hasText: `:${last.port}` }).allInnerTexts()).join(), /^(.*closed)?$/s);
      last = next;
    }
    last.close();
    assert.deepEqual([...new Set([...failed.splice(0), ...logs.troubles()])], []);
  });

  it('lets go of the row that is selected when its run is closed', async () => {
    const api = await product();
    await cleanUp(api);
    // What is below it VS Code asks for as long as the other's rows are gone and still drawn.
    await traced('threading_echo.py');
    for (let time = 0; time < 3; time++) {
      const short = await traced('threads.py');
      await eventually('its end', () => short.status === 'ended');
      const row = page.locator(rows, { hasText: 'subclass' });
      const frame = await panelFrame();
      await untilEffect('a selected row of its', () => rowHeaders(frame, 'thread').filter({ hasText: 'subclass' }).click(), async () => (await page.locator(`${rows}.selected`, { hasText: 'subclass' }).count()) === 1);
      api.runs.close(short);
      const until = Date.now() + 1500;
      while (Date.now() < until) await run('workbench.view.extension.forkscope');
      await eventually('its rows to be gone', async () => (await row.count()) === 0);
    }
    assert.deepEqual([...new Set([...failed.splice(0), ...logs.troubles()])], []);
  });
});
