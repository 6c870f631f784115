/** Whoever looks on while a recording is read gets a twentieth of the time, the first look at once. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IndexingPace } from '../../src/engine/indexingPace';

describe('tiles while a recording is read', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  /** Asks for tiles that take so long each, all at once; gives when each was begun. */
  async function asked(tookMs: readonly number[], overAtMs = Infinity): Promise<number[]> {
    let now = 0;
    const elapse = async (ms: number): Promise<void> => {
      now += ms;
      await vi.advanceTimersByTimeAsync(ms);
    };
    const pace = new IndexingPace(() => now);
    const begun: number[] = [];
    const tiles = tookMs.map((ms, at) =>
      pace.tile(() => {
        begun.push(now);
        now += ms;
        return at;
      }),
    );
    await elapse(0);
    while (begun.length < tookMs.length) {
      await elapse(1);
      if (now >= overAtMs) pace.over();
    }
    expect(await Promise.all(tiles)).toEqual(tookMs.map((_, at) => at));
    return begun;
  }

  it('are made at once, and then nineteen times as long not', async () => {
    const [first, second, third] = await asked([10, 20, 1]);
    expect(first).toBe(0);
    expect(second).toBeGreaterThanOrEqual(200);
    expect(second).toBeLessThan(210);
    expect(third! - second!).toBeGreaterThanOrEqual(400);
    expect(third! - second!).toBeLessThan(420);
  });

  it('wait a second at most, however long one took', async () => {
    const [, second] = await asked([5000, 1]);
    expect(second).toBeLessThan(6100);
  });

  it('wait no longer once everything is read', async () => {
    const [, second, third] = await asked([100, 100, 1], 300);
    expect(second).toBeLessThan(310);
    expect(third).toBeLessThan(420);
  });

  it('have the reading wait for the first of them, from the first rows on, and for its picture', async () => {
    let now = 0;
    const pace = new IndexingPace(() => now);
    pace.sentRows(0);
    expect(pace.awaitsTile).toBe(false);
    pace.sentRows(3);
    now = 100;
    expect(pace.awaitsTile).toBe(true);
    await pace.tile(() => 'a tile');
    expect(pace.awaitsTile).toBe(true);
    now = 200;
    expect(pace.awaitsTile).toBe(false);
    pace.sentRows(3);
    expect(pace.awaitsTile).toBe(false);
  });

  it('are not waited for where nobody asks', () => {
    let now = 0;
    const pace = new IndexingPace(() => now);
    pace.sentRows(3);
    now = 1000;
    expect(pace.awaitsTile).toBe(false);
  });

  it('that cannot be made keep nobody else from theirs', async () => {
    const pace = new IndexingPace(() => 0);
    const broken = pace.tile(() => {
      throw new Error('no such row');
    });
    const next = pace.tile(() => 'a tile');
    await expect(broken).rejects.toThrow('no such row');
    expect(await next).toBe('a tile');
  });
});
