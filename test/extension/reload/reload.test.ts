/** A window that is reloaded, and a VS Code that is stopped and started again, show each panel as it was: window of time, selection, folded rows. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from '../../harness/bundle';
import { EchoClient } from '../support/clients';
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
