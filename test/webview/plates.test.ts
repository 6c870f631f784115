/** The words of a chain of causes stay in their lane, within its room, whatever room there is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paintPlate, placePlate } from '../../webview/timeline/plates';
import { lane, recordingSurface, testScene, threadRow } from './support/recording';

describe('a plate', () => {
  it('stands right of its arrow, left of it where only there is room, and is cut where there is room for no words', () => {
    expect(placePlate({ from: 0, to: 400, x: 100 }, 200)).toEqual({ left: 107, width: 225, bare: false });
    expect(placePlate({ from: 0, to: 400, x: 300 }, 200)).toEqual({ left: 61, width: 225, bare: false });
    expect(placePlate({ from: 0, to: 200, x: 60 }, 300)).toEqual({ left: 67, width: 133, bare: false });
    expect(placePlate({ from: 0, to: 60, x: 20 }, 300)).toEqual({ left: 27, width: 15, bare: true });
  });

  it('never leaves its room where that holds a number', () => {
    fc.assert(fc.property(fc.nat(500), fc.nat(1500), fc.nat(100), fc.nat(900), (from, length, share, words) => {
      const to = from + Math.max(15, length);
      const { left, width } = placePlate({ from, to, x: from + ((to - from) * share) / 100 }, words);
      expect(left).toBeGreaterThanOrEqual(from);
      expect(left + width).toBeLessThanOrEqual(to + 1e-9);
    }));
  });

  it('is drawn within its lane, with its number, and cut with a mark', () => {
    const { surface, calls } = recordingSurface();
    const lanes = [lane(threadRow('t1')), lane(threadRow('t2'))];
    paintPlate(surface, testScene({ lanes, width: 300 }), 1, 2, 'main waits for bytes of a client that sends nothing', { from: 0, to: 140, x: 20 });
    const words = calls.filter((call) => call.startsWith('fillText'));
    expect(words[0]).toMatch(/^fillText\(2, /);
    expect(words[1]).toMatch(/^fillText\(main waits[^,]*…, /);
    for (const call of calls.filter((each) => /^(fill|stroke)Rect/.test(each))) {
      const [, y = 0, , height = 0] = (/\(([^)]*)\)/.exec(call)?.[1] ?? '').split(', ').map(Number);
      expect(y).toBeGreaterThanOrEqual(22);
      expect(y + height).toBeLessThanOrEqual(44);
    }
  });

  it('of a lane out of sight is not drawn', () => {
    const { surface, calls } = recordingSurface();
    paintPlate(surface, testScene({ lanes: [lane(threadRow('t1'))], height: 44 }), 9, 1, 'words', { from: 0, to: 100, x: 5 });
    expect(calls).toEqual([]);
  });
});
