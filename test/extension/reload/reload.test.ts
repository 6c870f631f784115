/**
 * A window that is reloaded, and a VS Code that is stopped and started again, show each panel as it was: window of time, selection, folded rows; what was being
 * debugged then has ended with its debugger, and its recording is whole.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from '../../harness/root';
import { debianPython, ensureDebugpy } from '../../harness/debugpy';
import { EchoClient } from '../support/clients';
import { EditorLogs } from '../support/logs';
import { assertWhole, leftSince, living, markOf, reportOf } from '../support/odd';
import { Window } from './window';

/** A parent with a thread, and a child that can be folded; it ends by itself. */
const family = `
import multiprocessing, threading, time

def work():
    threading.Thread(target=time.sleep, args=(0.3,), name="Inner").start()

if __name__ == "__main__":
    threading.Thread(target=time.sleep, args=(0.6,), name="Outer").start()
    child = multiprocessing.get_context("fork").Process(target=work, name="Folded")
    child.start()
    child.join()
`;

/** Its only client is kept waiting by a debugger. */
const stops = `
import socket

with socket.create_server(("127.0.0.1", 0)) as server:
    served, _ = server.accept()
    served.recv(10)
    breakpoint()
    served.sendall(b"answer")
`;
const launch = { type: 'debugpy', request: 'launch', name: 'stops', program: '${workspaceFolder}/stops.py', python: [debianPython], console: 'internalConsole', forkscope: true };

/** What must be the same afterwards. */
interface Shown {
  readonly window: string;
  readonly selected: string;
  readonly folded: string;
}

const limit = 600_000;
const within = { timeout: 120_000, interval: 100 };
let scratch = '';
let window: Window;
const clients: EchoClient[] = [];

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'forkscope-reload-'));
  const folder = join(scratch, 'workspace');
  mkdirSync(folder);
  copyFileSync(join(ROOT, 'test', 'programs', 'threading_echo.py'), join(folder, 'threading_echo.py'));
  writeFileSync(join(scratch, 'family.py'), family);
  writeFileSync(join(folder, 'stops.py'), stops);
  mkdirSync(join(folder, '.vscode'));
  writeFileSync(join(folder, '.vscode', 'launch.json'), JSON.stringify({ configurations: [launch] }));
  ensureDebugpy();
  execFileSync(process.execPath, [join(ROOT, 'dist', 'cli.js'), 'record', '-o', join(folder, 'old.forkscope'), '--', '/usr/bin/python3', join(scratch, 'family.py')], { stdio: 'ignore' });
  window = new Window(scratch, folder);
  await window.start();
}, limit);

afterAll(async () => {
  for (const client of clients) client.close();
  await window.stop();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
});

async function shown(frame: FrameLocator): Promise<Shown> {
  const ids = (rows: string): Promise<string> => frame.locator(rows).evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset.rowId).join());
  return {
    window: (await frame.getByTestId('minimap-frame').evaluateAll(([strip]) => strip?.getAttribute('aria-valuetext') ?? '')).replace(/ of .*/, ''),
    selected: await ids('.headers .row-header[aria-selected=true]'),
    folded: await ids('.headers .row-header[aria-expanded=false]'),
  };
}

/** Leaves the whole for a part of it, selects a row and folds another one. */
async function arrange(frame: FrameLocator, select: Locator, fold: Locator): Promise<Shown> {
  await frame.getByTestId('fit').click();
  const whole = await shown(frame);
  await expect.poll(async () => {
    await frame.locator('canvas.lanes').press('w');
    return (await shown(frame)).window;
  }, within).not.toBe(whole.window);
  await fold.click();
  await fold.press('ArrowLeft');
  await expect.poll(() => fold.getAttribute('aria-expanded'), within).toBe('false');
  await select.click();
  await expect.poll(() => select.getAttribute('aria-selected'), within).toBe('true');
  return shown(frame);
}

const row = (frame: FrameLocator, kind: string, text: string): Locator => frame.locator(`.headers [data-kind=${kind}]`, { hasText: text }).first();

it('shows what it showed, in the editor of a recording and in the panel of a run that goes on', async () => {
  await window.openFile('threading_echo.py');
  await window.page.locator('.monaco-editor', { hasText: 'socketserver' }).first().waitFor();
  await window.command('Forkscope: Trace Active File');
  const live = await window.panel('127.0.0.1:');
  const address = live.locator('.headers [data-kind=listener]');
  await expect.poll(() => address.innerText(), within).toMatch(/:\d+/);
  const port = Number(/:(\d+)/.exec(await address.innerText())?.[1]);
  const connections = (frame: FrameLocator): Promise<number> => frame.locator('.headers [data-kind=connection]').count();
  const connect = async (): Promise<void> => {
    const client = await EchoClient.connect(port);
    clients.push(client);
    await client.echo('hello');
  };
  await connect();
  await expect.poll(() => connections(live), within).toBe(1);
  const run = await arrange(live, row(live, 'thread', 'MainThread'), row(live, 'thread', 'Thread-1'));

  await window.command('View: Focus Left Editor Group');
  await window.openFile('old.forkscope');
  const old = await window.panel('Outer');
  const recording = await arrange(old, row(old, 'thread', 'Outer'), old.locator('.headers [data-kind=process][aria-level="2"]'));

  await window.reload();
  await expect.poll(async () => shown(await window.panel('Outer')), within).toEqual(recording);
  await expect.poll(async () => shown(await window.panel('127.0.0.1:')), within).toEqual(run);
  const again = await window.panel('127.0.0.1:');
  expect(await again.getByTestId('run-state').getAttribute('data-state')).toBe('running');
  await connect();
  // That of the folded thread is not among them.
  await expect.poll(() => connections(again), within).toBe(1);

  await window.stop();
  await window.start();
  await expect.poll(async () => shown(await window.panel('Outer')), within).toEqual(recording);
  await expect.poll(async () => shown(await window.panel('127.0.0.1:')), within).toEqual(run);
}, limit);

it('ends what is debugged, which nobody could go on with, and has the recording of it', async () => {
  await window.command('View: Close All Editors');
  // Not the page's console: a browser's page that is loaded again says things of its own there.
  const logs = new EditorLogs(window.dataFolder);
  const before = living();
  // A window that has only just begun may not know the debugger's type yet, and starts nothing.
  for (let tries = 1; tries <= 3 && (await window.page.locator('.debug-toolbar:visible').count()) === 0; tries++) {
    await window.command('Debug: Start Debugging');
    await window.page.locator('.debug-toolbar:visible').waitFor({ timeout: 30_000 }).catch(() => undefined);
  }
  const panel = await window.panel('127.0.0.1:');
  const client = await EchoClient.connect(Number(/:(\d+)/.exec(await panel.locator('.headers [data-kind=listener]').innerText())?.[1]));
  clients.push(client);
  void client.echo('stopped').catch(() => undefined);
  await window.page.locator('.debug-toolbar .codicon-debug-continue').waitFor();
  const program = living().find(({ command }) => command.includes(join(scratch, 'workspace', 'stops.py')))!;
  const mark = markOf(program.pid);

  await window.reload();
  // The stop has laid its source over the panel, which comes back when somebody looks at it.
  await window.page.locator('.tab', { hasText: 'Forkscope: stops.py' }).click();
  const again = await window.panel('127.0.0.1:');
  await expect.poll(() => again.getByTestId('run-state').getAttribute('data-state'), within).toBe('ended');
  await expect.poll(() => leftSince(before, mark), within).toEqual([]);
  const recordings = join(window.dataFolder, 'data', 'User', 'globalStorage', 'forkscope.forkscope', 'recordings');
  const [recording, ...others] = readdirSync(recordings).filter((name) => name.startsWith('stops'));
  expect(others).toEqual([]);
  const report = await reportOf(ROOT, join(recordings, recording!));
  assertWhole(report, join(recordings, recording!.replace(/\.forkscope$/, '.run')));
  // A step is what debugpy calls a stop that the program itself asked for.
  expect(report.marks.map(({ reason, at }) => [reason, at?.file])).toEqual([['step', join(scratch, 'workspace', 'stops.py')]]);
  expect(report.connections.map(({ role }) => role)).toEqual(['server']);
  expect(logs.troubles()).toEqual([]);
}, limit);
