/** Scrolled by several rows at once, only what leaves and what comes is moved in the page: each element that is moved is laid out and painted again. */
import { expect, it } from 'vitest';
import { rowHeight } from '../../webview/timeline/metrics';
import { pageTests } from './support/drive';

const { open } = pageTests();
/** Rows at once; one alone was never dear. */
const step = 3;
/** Headers come by so many, and as many go. */
const atOnce = 4;

it('moves no header that stays in sight, and keeps them in the order in which they are read', async () => {
  const page = await open({ scenario: 'crowd', width: 900, height: 560 });
  const { moved, order } = await page.evaluate(async ({ by, count }) => {
    const [scroller, headers] = [document.querySelector('.scroller')!, document.querySelector('.headers')!];
    let added = 0;
    new MutationObserver((changes) => (added += changes.reduce((sum, { addedNodes }) => sum + addedNodes.length, 0))).observe(headers, { childList: true });
    const counts: number[] = [];
    for (let turn = 0; turn < count; turn++) {
      const before = scroller.scrollTop;
      added = 0;
      scroller.scrollTop += by;
      if (scroller.scrollTop - before < by) throw new Error('it has too few rows for this');
      for (let frame = 0; frame < 3; frame++) await new Promise((done) => requestAnimationFrame(done));
      counts.push(added);
    }
    const tops = [...headers.children].map((header) => Number.parseInt((header as HTMLElement).style.top, 10));
    return { moved: Math.max(...counts), order: tops };
  }, { by: step * rowHeight, count: 8 });
  expect(moved).toBeGreaterThan(0);
  // One that comes may get an element of another place, and that one's takes its own: two moves.
  expect(moved).toBeLessThanOrEqual(2 * atOnce);
  expect(order.length).toBeGreaterThan(4 * atOnce);
  expect(order).toEqual([...order].sort((a, b) => a - b));
});
