/**
 * Catalogue row 32 from the program to the picture: processes that talk through pipes, pairs and queues are recorded, read by the
 * engine, and drawn by the panel, in a real browser.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Details } from '../../src/protocol/tile';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineClient } from '../../src/engine/client';
import type { RowsUpdate } from '../../src/protocol/rows';
import { RowStore } from '../../src/ui/rowStore';
import { findPythons } from '../probes/support/pythons';
import { Harness, painted, screenshot } from './support/page';
import './support/fakeHost.types';

const root = resolve(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'forkscope-talking-'));
const python = findPythons().at(-1)?.path ?? 'python3';

let harness: Harness;
beforeAll(async () => {
  if (!existsSync(join(root, 'dist/cli.js'))) throw new Error('dist/cli.js is missing: run `npm run build` first');
  harness = await Harness.start();
}, 60_000);
afterAll(async () => {
  await harness.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** Everything that the engine says of a program's recording. */
async function recorded(program: string): Promise<{ engine: EngineClient; run: number; update: RowsUpdate }> {
  const file = join(scratch, `${program}.forkscope`);
  await promisify(execFile)(process.execPath, [join(root, 'dist/cli.js'), 'record', '-o', file, '--', python, join(root, 'test/programs', program)], { timeout: 60_000 });
  const engine = new EngineClient(join(root, 'dist/engine.js'));
  const rows = new RowStore();
  engine.onRows((told) => rows.take(told.rows));
  const { run } = await engine.request('open', { source: { kind: 'file', path: file } });
  await expect.poll(() => rows.info?.state === 'ended' && [...rows.all()].some((row) => row.kind === 'process' && row.endNs !== null), { timeout: 20_000 }).toBe(true);
  await expect.poll(async () => (await engine.request('report', { run, allWaits: false })).recording.events === rows.info?.events, { timeout: 20_000 }).toBe(true);
  return { engine, run, update: rows.snapshot()! };
}

const titles = (page: Page): Promise<string[]> => page.locator('.ipc title').evaluateAll((found) => found.map((title) => title.textContent));

describe('processes that talk', () => {
  it('have one edge for all that is between them, from the recording to the tree', async () => {
    const { engine, run, update } = await recorded('pipes.py');
    const name = (id: string): string => update.rows.find((row) => row.id === id)?.label ?? id;
    const worker = update.rows.find((row) => row.label === 'worker');
    expect(update.edges.map(({ from }) => from)).toEqual(['p1', 'p1', 'p1', 'p1']);
    const [pipe, pair, multiprocessing, started] = [...update.edges].sort((a, b) => Number(a.to.slice(1)) - Number(b.to.slice(1)));
    const none = { pipes: 0, fifos: 0, queues: 0, socketPairs: 0, connections: 0 };
    expect(pipe).toMatchObject({ ...none, pipes: 1, forth: null, back: { writes: 1, bytes: 12, whole: true } });
    expect(pair).toMatchObject({ ...none, socketPairs: 1, forth: { writes: 1, bytes: 5, whole: true }, back: { writes: 1, bytes: 5, whole: true } });
    expect(multiprocessing).toMatchObject({ ...none, to: worker?.id, queues: 1, socketPairs: 1, forth: { whole: true }, back: { whole: true } });
    expect(started).toMatchObject({ ...none, pipes: 2, forth: { bytes: 6, whole: true }, back: { bytes: 6, whole: true } });

    const report = await engine.request('report', { run, allWaits: true });
    const wait = report.processes[0]!.threads[0]!.waits.filter(({ reason }) => reason === 'queue').sort((a, b) => b.endNs! - b.beginNs - a.endNs! + a.beginNs)[0]!;
    const details = await engine.request('query', { run, query: { name: 'details', ask: { row: report.processes[0]!.threads[0]!.id, atNs: Math.round((wait.beginNs + wait.endNs!) / 2) } } }) as Details;
    expect(details.on?.channel).toEqual({ kind: 'queue', descriptors: null, way: 'from', others: ['worker'], more: 0 });
    engine.dispose();

    const { page, faults, close } = await harness.open({ scenario: 'talking' });
    const places = (): Promise<string[]> => page.locator('.node').evaluateAll((nodes) => nodes.map((node) => (node as HTMLElement).style.transform));
    const source = '/recordings/pipes.py.forkscope';
    await page.evaluate(([message]) => window.fakeHost.post(message!), [{ type: 'snapshot' as const, update: { ...update, edges: [] }, source, words: null, locale: 'en' }]);
    await page.waitForSelector(`[data-node-id=${worker!.id}]`);
    await page.waitForSelector('.tree[data-layout=elk]');
    const without = await places();
    expect(await page.locator('.ipc, .legend-ipc').count()).toBe(0);
    await page.evaluate(([message]) => window.fakeHost.post(message!), [{ type: 'rows' as const, update: { ...update, reset: false, rows: [], removed: [] } }]);
    await expect.poll(() => page.locator('.ipc').count()).toBe(4);
    expect(await places()).toEqual(without);
    expect(await page.locator('.tree').getAttribute('data-layout')).toBe('elk');
    expect((await titles(page))[2]?.split('\n').slice(0, 2)).toEqual([`${name('p1')} and worker talk`, '1 queue, 1 socket pair']);
    expect((await titles(page))[0]).toContain(`${name(pipe!.to)} → ${name('p1')}: 12 B in 1 write`);
    // Heads only where bytes arrived; dots, whatever the theme.
    const heads = await page.locator('.ipc-line').evaluateAll((lines) => lines.map((line) => [line.hasAttribute('marker-start'), line.hasAttribute('marker-end'), getComputedStyle(line).strokeDasharray]));
    expect(heads[0]).toEqual([true, false, '0px, 4.5px']);
    expect(heads[1]?.slice(0, 2)).toEqual([true, true]);
    expect(await page.locator('.legend-ipc').innerText()).toBe('processes that talk');
    // For who does not see the lines.
    expect(await page.locator(`[data-node-id=${worker!.id}] .for-screen-readers`).innerText()).toBe(`talks with ${name('p1')} (1 queue, 1 socket pair)`);
    await screenshot(page, 'talking-pipes-dark');
    expect(faults).toEqual([]);
    await close();
  }, 120_000);

  it('in a crowd are joined for the selected process only', async () => {
    const { page, faults, close } = await harness.open({ scenario: 'crowd' });
    await painted(page);
    expect(await page.locator('.ipc').count()).toBe(0);
    expect(await page.locator('.legend-ipc').innerText()).toContain('99 lines hidden');
    await page.locator('[data-node-id=p3]').click();
    await expect.poll(() => page.locator('.ipc').count()).toBe(3);
    await screenshot(page, 'crowd-selected-dark');
    await page.locator('[data-node-id=p1]').click();
    await expect.poll(() => page.locator('.ipc').count()).toBe(50);
    await screenshot(page, 'crowd-main-selected-dark');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.ipc').count()).toBe(0);
    expect(faults).toEqual([]);
    await close();
  });
});
