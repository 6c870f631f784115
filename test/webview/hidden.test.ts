/** A panel that nobody sees costs nothing, and is up to date when it is shown again. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Harness, painted } from './support/page';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
});
afterAll(() => harness.stop());

it('asks for nothing and paints nothing while it is hidden', async () => {
  const { page, faults, close } = await harness.open({ scenario: 'live' });
  await painted(page);
  await page.evaluate(() => {
    const draw = CanvasRenderingContext2D.prototype.fillRect;
    CanvasRenderingContext2D.prototype.fillRect = function (...box) {
      const { dataset } = document.body;
      if (this.canvas.classList.contains('lanes')) dataset.drawn = String(Number(dataset.drawn ?? 0) + 1);
      draw.apply(this, box);
    };
  });
  const show = (state: 'hidden' | 'visible'): Promise<void> => page.evaluate((value) => {
    Object.defineProperty(document, 'visibilityState', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
  const frames = (): Promise<unknown> => page.evaluate(async () => {
    for (let frame = 0; frame < 20; frame++) {
      window.fakeHost.tick(1e8);
      await new Promise((done) => requestAnimationFrame(done));
    }
  });
  const counts = (): Promise<{ asked: number; drawn: number }> => page.evaluate(() => ({ asked: window.fakeHost.tileRequests.length, drawn: Number(document.body.dataset.drawn ?? 0) }));

  // It is not the counting that finds nothing.
  const before = await counts();
  await frames();
  expect((await counts()).asked).toBeGreaterThan(before.asked);
  expect((await counts()).drawn).toBeGreaterThan(before.drawn);

  await show('hidden');
  // What was under way may still come.
  await page.waitForFunction(() => window.fakeHost.outstanding === 0);
  await page.waitForTimeout(100);
  const hidden = await counts();
  await frames();
  expect(await counts()).toEqual(hidden);

  await show('visible');
  const now = await page.evaluate(() => {
    const { nowNs } = window.fakeHost as unknown as { nowNs: number };
    return nowNs;
  });
  await painted(page, now);
  expect((await counts()).asked).toBeGreaterThan(hidden.asked);
  expect(faults).toEqual([]);
  await close();
});
