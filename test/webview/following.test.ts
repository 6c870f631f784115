/** A panel that follows the present has one question at the host, which waits for news, and joins what comes to the picture that it has. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { packColumns } from '../../src/protocol/tilePatch';
import type { TileRequest } from '../../src/protocol/tile';
import { pageTests } from './support/drive';
import './support/fakeHost.types';

const { open } = pageTests();

const last = (page: Page): Promise<TileRequest> => page.evaluate(() => window.fakeHost.tileRequests.at(-1)!);
const drawn = (page: Page): Promise<{ sequence: number; nowNs: number }> => page.evaluate(() => {
  const { dataset } = document.querySelector<HTMLCanvasElement>('canvas.lanes')!;
  return { sequence: Number(dataset.drawnSequence), nowNs: Number(dataset.drawnNow) };
});

/** Until the question that stands is the last one. */
async function standing(page: Page): Promise<TileRequest> {
  await page.waitForFunction(() => {
    const { dataset } = document.querySelector<HTMLCanvasElement>('canvas.lanes')!;
    return window.fakeHost.outstanding === 0 && String(window.fakeHost.tileRequests.at(-1)?.base) === dataset.drawnSequence;
  });
  return last(page);
}

it('asks for what is new, once, and again when it has come', async () => {
  const page = await open({ scenario: 'live' });
  const first = await standing(page);
  const asked = await page.evaluate(() => window.fakeHost.tileRequests.length);
  await page.waitForTimeout(300);
  expect(await page.evaluate(() => window.fakeHost.tileRequests.length)).toBe(asked);
  await page.evaluate(() => window.fakeHost.tick(5e7));
  await page.waitForFunction((sequence) => window.fakeHost.tileRequests.at(-1)!.sequence > sequence, first.sequence);
  const second = await standing(page);
  expect(second.base).toBe(first.sequence);
});

it('does not wait with another picture until something happens', async () => {
  const page = await open({ scenario: 'live' });
  const first = await standing(page);
  await page.locator('canvas.lanes').focus();
  await page.keyboard.press('+');
  await page.waitForFunction((sequence) => Number(document.querySelector<HTMLCanvasElement>('canvas.lanes')!.dataset.drawnSequence) > sequence, first.sequence);
});

it('joins a patch, and asks for the whole where it continues another tile', async () => {
  const page = await open({ scenario: 'live' });
  const { sequence, base, fromNs, toNs, rows } = await standing(page);
  const { nowNs } = await drawn(page);
  const binNs = 2 ** 22;
  const patch = {
    sequence, fromNs, toNs, rows, binNs, firstBin: Math.floor(fromNs / binNs), nowNs: nowNs + 1e7, count: 0,
    ...packColumns({
      ...Object.fromEntries(['spanRow', 'spanBegin', 'spanEnd', 'spanState', 'spanOwner', 'spanFlags', 'runRow', 'runBin', 'runLength', 'runOwner', 'cellState', 'cellShare', 'cellRest', 'cellSpans', 'cellMany'].map((name) => [name, new ArrayBuffer(0)])) as unknown as Parameters<typeof packColumns>[0],
      sinceBin: new Uint16Array(rows.map(() => 60_000)).buffer,
    }),
  };
  const post = (of: typeof patch & { base: number }): Promise<void> => page.evaluate(({ bytes, ...message }) => {
    window.fakeHost.post({ type: 'patch', ...message, data: new Uint8Array(bytes).buffer });
  }, { ...of, data: null, bytes: [...new Uint8Array(of.data)] });
  await post({ ...patch, base: base! });
  // It was taken for the tile that is there now: the next question continues it.
  await page.waitForFunction((of) => window.fakeHost.tileRequests.some(({ base: continued }) => continued === of), sequence);
  const next = await standing(page);
  await post({ ...patch, sequence: next.sequence, base: sequence + 1000, nowNs: nowNs + 2e7 });
  await page.waitForFunction((than) => window.fakeHost.tileRequests.at(-1)!.sequence > than, next.sequence);
  // With a base it would get a patch again, and again one that does not fit.
  expect(await page.evaluate((than) => window.fakeHost.tileRequests.find(({ sequence: of }) => of > than), next.sequence)).not.toHaveProperty('base');
  expect((await drawn(page)).nowNs).toBeLessThan(nowNs + 2e7);
});
