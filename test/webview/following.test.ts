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
    return window.fakeHost.isStanding && window.fakeHost.outstanding === 0 && String(window.fakeHost.tileRequests.at(-1)?.base) === dataset.drawnSequence;
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
  const { sequence: first, base, patches, fromNs, toNs, rows } = await standing(page);
  const { nowNs } = await drawn(page);
  const binNs = 2 ** 22;
  const patch = {
    sequence: first, fromNs, toNs, rows, binNs, firstBin: Math.floor(fromNs / binNs), nowNs: nowNs + 1e7, count: 0,
    ...packColumns({
      ...Object.fromEntries(['spanRow', 'spanBegin', 'spanEnd', 'spanState', 'spanOwner', 'spanFlags', 'runRow', 'runBin', 'runLength', 'runOwner', 'cellState', 'cellShare', 'cellRest', 'cellSpans', 'cellMany'].map((name) => [name, new ArrayBuffer(0)])) as unknown as Parameters<typeof packColumns>[0],
      sinceBin: new Uint16Array(rows.map(() => 60_000)).buffer,
    }),
  };
  const post = (of: typeof patch & { base: number }): Promise<void> => page.evaluate(({ bytes, ...message }) => {
    window.fakeHost.post({ type: 'patch', head: JSON.stringify(message), data: new Uint8Array(bytes).buffer });
  }, { ...of, data: null, bytes: [...new Uint8Array(of.data)] });
  // Each is taken for the tile that is there now, and half of those that may come of a question are acknowledged by the next one.
  const sequence = first + patches! / 2 - 1;
  for (let of = first; of <= sequence; of++) {
    expect(await page.evaluate(() => window.fakeHost.tileRequests.at(-1)!.sequence)).toBe(first);
    await post({ ...patch, sequence: of, base: of === first ? base! : of - 1 });
  }
  await page.waitForFunction((of) => window.fakeHost.tileRequests.some(({ base: continued }) => continued === of), sequence);
  const next = await standing(page);
  await post({ ...patch, sequence: next.sequence, base: sequence + 1000, nowNs: nowNs + 2e7 });
  await page.waitForFunction((than) => window.fakeHost.tileRequests.at(-1)!.sequence > than, next.sequence);
  // With a base it would get a patch again, and again one that does not fit.
  expect(await page.evaluate((than) => window.fakeHost.tileRequests.find(({ sequence: of }) => of > than), next.sequence)).not.toHaveProperty('base');
  expect((await drawn(page)).nowNs).toBeLessThan(nowNs + 2e7);
});

it('changes what stands around the lanes a few times a second, and with each move of a person', async () => {
  const page = await open({ scenario: 'live' });
  await page.locator('canvas.lanes').focus();
  // A window that slides, and its frame in the overview with it.
  for (const key of ['+', '+', '+', '+', 'l']) await page.keyboard.press(key);
  await standing(page);
  /** Moves, frame by frame. @returns how often the lanes were painted, and how often anything else changed. */
  const changes = (frames: number, by: 'time' | 'key'): Promise<{ painted: number; around: number }> => page.evaluate(async ({ frames: count, by: what }) => {
    const lanes = document.querySelector<HTMLCanvasElement>('canvas.lanes')!;
    const seen = { painted: 0, around: 0 };
    const painting = new MutationObserver(() => {
      seen.painted++;
    });
    painting.observe(lanes, { attributes: true, attributeFilter: ['data-drawn-sequence'] });
    // What changes with the lanes is in the same turn: a frame in which anything did counts once.
    const around = new MutationObserver((records) => {
      if (records.some(({ target }) => target !== lanes)) seen.around++;
    });
    around.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    for (let frame = 0; frame < count; frame++) {
      if (what === 'time') window.fakeHost.tick(16e6);
      else lanes.dispatchEvent(new KeyboardEvent('keydown', { key: 'w', bubbles: true }));
      await new Promise((done) => requestAnimationFrame(done));
    }
    painting.disconnect();
    around.disconnect();
    return seen;
  }, { frames, by });
  // 640 ms of the run are three or four beats, and the overview's answer may come meanwhile.
  const following = await changes(40, 'time');
  expect(following.painted).toBeGreaterThan(20);
  expect(following.around).toBeLessThan(following.painted / 2);
  const moved = await changes(10, 'key');
  expect(moved.around).toBeGreaterThanOrEqual(9);
  // Each canvas is a layer of its own, which every frame is put together from.
  expect(await page.locator('canvas').count()).toBe(3);
});
