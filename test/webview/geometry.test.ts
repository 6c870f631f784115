import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { around, clampView, clampX, fitView, minSpanNs, pan, spanOf, timeToX, xToTime, zoom, type TimeView } from '../../webview/timeline/geometry';
import { niceStep, tickLabel, ticksOf } from '../../webview/timeline/ticks';

/** Up to a hundred days, in nanoseconds. */
const moment = fc.double({ min: 0, max: 8.64e15, noNaN: true });
const view: fc.Arbitrary<TimeView> = fc.tuple(moment, fc.double({ min: minSpanNs, max: 8.64e15, noNaN: true })).map(([fromNs, span]) => ({ fromNs, toNs: fromNs + span }));
const width = fc.integer({ min: 50, max: 8000 });

describe('time and pixels', () => {
  it('come back as they were, to a thousandth of a pixel', () => {
    fc.assert(fc.property(view, width, fc.double({ min: 0, max: 1, noNaN: true }), (shown, pixels, share) => {
      const x = share * pixels;
      // At the end of a hundred days a float64 steps by one nanosecond; a window of a microsecond over 8000 pixels feels it.
      const rounding = (2 * Math.abs(shown.toNs) * Number.EPSILON * pixels) / spanOf(shown);
      expect(Math.abs(timeToX(shown, pixels, xToTime(shown, pixels, x)) - x)).toBeLessThan(0.001 + rounding);
    }));
  });

  it('grow together', () => {
    fc.assert(fc.property(view, width, moment, moment, (shown, pixels, a, b) => {
      if (a <= b) expect(timeToX(shown, pixels, a)).toBeLessThanOrEqual(timeToX(shown, pixels, b));
    }));
  });

  it('stay in what a canvas can hold', () => {
    expect(clampX(-1e12, 800)).toBe(-4);
    expect(clampX(1e12, 800)).toBe(804);
    expect(clampX(400.5, 800)).toBe(400.5);
  });
});

describe('the window', () => {
  const extent = fc.double({ min: 1, max: 8.64e15, noNaN: true });

  it('keeps its middle in the recording and its length within the limits', () => {
    fc.assert(fc.property(view, extent, (shown, length) => {
      const { fromNs, toNs } = clampView(shown, length);
      const middle = (fromNs + toNs) / 2;
      const room = Math.max(length, minSpanNs);
      expect(middle).toBeGreaterThanOrEqual(-room * 1e-9);
      expect(middle).toBeLessThanOrEqual(room * (1 + 1e-9));
      expect(toNs - fromNs).toBeLessThanOrEqual(room * 1.2 * (1 + 1e-9));
    }));
  });

  it('zooms about the moment under the pointer', () => {
    const shown = { fromNs: 1e9, toNs: 2e9 };
    const near = zoom(shown, 0.5, 1.25e9, 10e9);
    expect(near).toEqual({ fromNs: 1.125e9, toNs: 1.625e9 });
    expect(timeToX(near, 1000, 1.25e9)).toBeCloseTo(timeToX(shown, 1000, 1.25e9), 6);
  });

  it('does not zoom below a microsecond', () => {
    expect(spanOf(zoom({ fromNs: 0, toNs: 2000 }, 1e-6, 500, 1e9))).toBeCloseTo(minSpanNs, 6);
  });

  it('pans, fits, and frames a span', () => {
    expect(pan({ fromNs: 0, toNs: 100e6 }, 50e6, 1e9)).toEqual({ fromNs: 50e6, toNs: 150e6 });
    expect(fitView(1e9)).toEqual({ fromNs: -1e7, toNs: 1.03e9 });
    expect(around(4e8, 5e8, 1e9)).toEqual({ fromNs: 3e8, toNs: 6e8 });
  });
});

describe('ticks', () => {
  it('have steps that people count in', () => {
    expect([1, 3, 7, 12, 999, 1.1e9, 6e9, 11e9, 25e9, 40e9, 70e9, 400e9].map(niceStep)).toEqual([1, 5, 10, 20, 1000, 2e9, 10e9, 20e9, 30e9, 60e9, 120e9, 600e9]);
  });

  it('say no more than tells neighbours apart', () => {
    expect(tickLabel(0, 1e6, 5e9)).toBe('0');
    expect(tickLabel(1.5e9, 0.5e9, 5e9)).toBe('1.5 s');
    expect(tickLabel(20e6, 10e6, 80e6)).toBe('20 ms');
    expect(tickLabel(2_000_250_000, 50_000, 2.1e9)).toBe('2.00025 s');
    expect(tickLabel(65e9, 5e9, 90e9)).toBe('1:05');
    expect(tickLabel(65.25e9, 0.25e9, 90e9)).toBe('1:05.3');
    expect(tickLabel(3_725e9, 60e9, 4000e9)).toBe('1:02:05');
  });

  it('never touch, are in view, and are not too few', () => {
    fc.assert(fc.property(view, fc.integer({ min: 300, max: 4000 }), (shown, pixels) => {
      const ticks = ticksOf(shown, pixels);
      for (const [at, tick] of ticks.entries()) {
        expect(tick.atNs).toBeGreaterThanOrEqual(Math.max(0, shown.fromNs - 1));
        expect(tick.atNs).toBeLessThanOrEqual(shown.toNs);
        const next = ticks[at + 1];
        if (next !== undefined) expect(timeToX(shown, pixels, next.atNs) - timeToX(shown, pixels, tick.atNs)).toBeGreaterThan(tick.label.length * 6);
      }
      expect(ticks.length).toBeGreaterThan(0);
    }), { numRuns: 300 });
  });
});
