/** Driving the page by hand: a page per test that must not have failed in itself, where things are, and which part of time is shown. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { FromPanel, PanelState } from '../../../src/protocol/panel';
import { Harness, painted, type OpenOptions, type OpenPage } from './page';
import './fakeHost.types';

/** A browser for the file's tests; call it once, at the top. */
export function pageTests(): { open(options: OpenOptions): Promise<Page> } {
  let harness: Harness;
  let opened: OpenPage | undefined;
  beforeAll(async () => {
    harness = await Harness.start();
  });
  afterAll(() => harness.stop());
  afterEach(async () => {
    expect(opened?.faults ?? []).toEqual([]);
    await opened?.close();
    opened = undefined;
  });
  return {
    async open(options) {
      opened = await harness.open(options);
      if (options.scenario !== null) await painted(opened.page);
      return opened.page;
    },
  };
}

export interface Window {
  fromNs: number;
  toNs: number;
}

/** A little longer than the panel rests between two savings. */
const savedAfterMs = 310;

/** What the panel would come back to, once it is saved: after a timer of the page's own, which comes after those that were set before, however late all of them are. */
export async function savedState(page: Page): Promise<PanelState> {
  await page.evaluate((ms) => new Promise((done) => setTimeout(done, ms)), savedAfterMs);
  const state = await page.evaluate(() => window.fakeHost.state);
  if (state === null) throw new Error('nothing was saved');
  return state;
}

/** The window, once it is saved. */
export async function windowOf(page: Page): Promise<Window> {
  const { fromNs, toNs } = await savedState(page);
  return { fromNs, toNs };
}

/** Where a moment of a row is on the page. */
export async function pointOf(page: Page, row: string, ns: number): Promise<{ x: number; y: number }> {
  const header = await page.locator(`[data-row-id=${row}]`).boundingBox();
  const canvas = await page.locator('canvas.lanes').boundingBox();
  const { fromNs, toNs } = await windowOf(page);
  if (header === null || canvas === null) throw new Error(`${row} is not in sight`);
  return { x: canvas.x + ((ns - fromNs) / (toNs - fromNs)) * canvas.width, y: header.y + header.height / 2 };
}

/** What the host was told. */
export function said<T extends FromPanel['type']>(page: Page, type: T): Promise<Extract<FromPanel, { type: T }>[]> {
  return page.evaluate((name) => window.fakeHost.received.filter((message) => message.type === name), type) as Promise<Extract<FromPanel, { type: T }>[]>;
}
