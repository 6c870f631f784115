import { describe, expect, it } from 'vitest';
import { Awaited, awaitedAfterMs, missingIn, paintAwaited } from '../../webview/timeline/awaited';
import type { ListenerRow } from '../../src/protocol/rows';
import { counterRows } from '../../webview/panelRows';
import { lane, recordingSurface, testScene, threadRow } from './support/recording';

const lanes = [lane(threadRow('t1')), lane(threadRow('t2', { startNs: 400 })), { ...lane(threadRow('t3')), fold: 3 }];

describe('a lane of which nothing has come', () => {
  it('is one in sight that no tile was made for, and no fold', () => {
    const scene = testScene({ lanes, height: 66 });
    expect(missingIn(scene, new Set())).toEqual(['t1', 't2']);
    expect(missingIn(scene, new Set(['t1']))).toEqual(['t2']);
    expect(missingIn({ ...scene, scrollTop: 22 }, new Set())).toEqual(['t2']);
    // A listener's line and a group's emptiness are no tile's.
    const listener: ListenerRow = { ...threadRow('l1'), kind: 'listener', address: '127.0.0.1:8000', backlog: null, accepted: 0, acceptQueue: false };
    const [counters] = counterRows();
    expect(missingIn({ ...scene, lanes: [lane(listener), lane(counters!)] }, new Set())).toEqual([]);
  });

  it('is hatched once it has been awaited for a moment, and no longer than that', () => {
    const awaited = new Awaited();
    expect(awaited.update(['t1'], 1000)).toEqual({ rows: new Set(), nextMs: awaitedAfterMs });
    expect(awaited.update(['t1', 't2'], 1000 + awaitedAfterMs - 10)).toEqual({ rows: new Set(), nextMs: 10 });
    expect(awaited.update(['t1', 't2'], 1000 + awaitedAfterMs)).toEqual({ rows: new Set(['t1']), nextMs: awaitedAfterMs - 10 });
    expect(awaited.update([], 2000)).toEqual({ rows: new Set(), nextMs: null });
    // It was there meanwhile: it begins anew.
    expect(awaited.update(['t1'], 3000)).toEqual({ rows: new Set(), nextMs: awaitedAfterMs });
  });

  it('is hatched from its row’s begin to the present', () => {
    const { surface, calls } = recordingSurface();
    paintAwaited(surface, testScene({ lanes, nowNs: 800 }), new Set(['t2']));
    const starts = calls.filter((call) => call.startsWith('moveTo'));
    expect(starts).toEqual(['moveTo(40, 36.5)', 'moveTo(56, 36.5)', 'moveTo(72, 36.5)']);
    expect(calls.filter((call) => call.startsWith('stroke('))).toHaveLength(1);
  });

  it('has strokes that stay where they are while one pans', () => {
    const at = (fromNs: number): string[] => {
      const { surface, calls } = recordingSurface();
      paintAwaited(surface, testScene({ lanes, view: { fromNs, toNs: fromNs + 1000 } }), new Set(['t1']));
      return calls.filter((call) => call.startsWith('moveTo'));
    };
    expect(at(0)[1]).toBe('moveTo(16, 14.5)');
    expect(at(100)[1]).toBe('moveTo(6, 14.5)');
    expect(at(320)[0]).toBe('moveTo(0, 14.5)');
  });

  it('is nothing to draw where there is none', () => {
    const { surface, calls } = recordingSurface();
    paintAwaited(surface, testScene({ lanes }), new Set());
    expect(calls).toEqual([]);
  });
});
