/** What goes over the wires of the panel: tiles one at a time, layouts that are abandoned, frames that are shared. */
import { describe, expect, it, vi } from 'vitest';
import type { TileRequest } from '../../src/protocol/tile';
import { abandonAfterMs, LayoutClient, type WorkerLike } from '../../webview/layout/client';
import type { FromLayoutWorker, LayoutRequest } from '../../webview/layout/shape';
import { Seeded } from '../engine/support/seeded';
import { tidyTree } from '../../webview/layout/tidy';
import { lostAfterMs, TileFlow } from '../../webview/tileFlow';
import { Frame } from '../../webview/timeline/frame';
import { FrameCost } from '../../webview/timeline/frameCost';
import { fitView } from '../../webview/timeline/geometry';
import { liveSpanNs, Viewport } from '../../webview/timeline/viewport';

describe('tiles', () => {
  function flow(): { flow: TileFlow; sent: TileRequest[]; wait: (ms: number) => void; ask: (fromNs: number) => void } {
    const sent: TileRequest[] = [];
    const time = { now: 0 };
    const timers: { at: number; run: () => void }[] = [];
    const made = new TileFlow((request) => sent.push(request), () => time.now, (ms, run) => timers.push({ at: time.now + ms, run }));
    const wait = (ms: number): void => {
      time.now += ms;
      for (const timer of timers.splice(0)) {
        if (timer.at <= time.now) timer.run();
        else timers.push(timer);
      }
    };
    return { flow: made, sent, wait, ask: (fromNs) => made.ask({ fromNs, toNs: fromNs + 1, width: 1, rows: [] }) };
  }

  it('go out one at a time, and of those that wait only the latest', () => {
    const { flow: tiles, sent, ask } = flow();
    for (const from of [1, 2, 3, 4]) ask(from);
    expect(sent.map(({ sequence, fromNs }) => [sequence, fromNs])).toEqual([[1, 1]]);
    expect(tiles.receive({ sequence: 1 })).toBe(true);
    expect(sent.map(({ sequence, fromNs }) => [sequence, fromNs])).toEqual([[1, 1], [2, 4]]);
    expect(tiles.receive({ sequence: 2 })).toBe(true);
    expect(sent).toHaveLength(2);
  });

  it('are asked for again when one is lost, and the late one is not drawn', () => {
    const { flow: tiles, sent, wait, ask } = flow();
    ask(1);
    wait(lostAfterMs + 1);
    expect(sent.map(({ fromNs }) => fromNs)).toEqual([1, 1]);
    expect(tiles.receive({ sequence: 2 })).toBe(true);
    expect(tiles.receive({ sequence: 1 })).toBe(false);
  });

  it('come of one question as patches while it goes on, and are asked for again where no more come', () => {
    const { flow: tiles, sent, wait } = flow();
    const wish = { fromNs: 1, toNs: 2, width: 1, rows: [], base: 1, patches: 3 };
    tiles.ask(wish);
    for (const sequence of [1, 2]) {
      wait(lostAfterMs - 1);
      expect(tiles.receive({ sequence }, true)).toBe(true);
    }
    expect(sent).toHaveLength(1);
    tiles.ask({ ...wish, base: 2 });
    // Numbers that were given to the first are nobody else's.
    expect(sent.map(({ sequence }) => sequence)).toEqual([1, 4]);
    expect(tiles.receive({ sequence: 3 }, true)).toBe(true);
    wait(lostAfterMs + 1);
    expect(sent).toHaveLength(3);
    expect(sent.at(-1)).not.toHaveProperty('base');
    expect(tiles.receive({ sequence: 7 })).toBe(true);
    wait(lostAfterMs + 1);
    expect(sent).toHaveLength(3);
  });

  it('of another run are not drawn', () => {
    const { flow: tiles, ask, sent } = flow();
    ask(1);
    tiles.reset();
    expect(tiles.receive({ sequence: 1 })).toBe(false);
    ask(2);
    expect(sent.at(-1)).toMatchObject({ sequence: 2, fromNs: 2 });
    expect(tiles.receive({ sequence: 2 })).toBe(true);
  });
});

describe('the layout worker', () => {
  const request = (id: number, nodes = 1): LayoutRequest => ({ id, parents: new Int32Array(nodes).fill(-1), nodeWidth: 1, nodeHeight: 1, gapX: 1, gapY: 1 });

  class FakeWorker implements WorkerLike {
    onmessage: WorkerLike['onmessage'] = null;
    onerror: WorkerLike['onerror'] = null;
    asked: number[] = [];
    terminated = false;
    postMessage(message: LayoutRequest): void {
      this.asked.push(message.id);
    }
    terminate(): void {
      this.terminated = true;
    }
    answer(id: number): void {
      this.onmessage?.({ data: { id, places: new Float64Array(2) } } as MessageEvent<FromLayoutWorker>);
    }
  }

  const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

  it('lays out the latest and abandons what waited', async () => {
    const worker = new FakeWorker();
    const client = new LayoutClient(() => Promise.resolve(worker));
    const outcomes = [client.layOut(request(1)), client.layOut(request(2)), client.layOut(request(3))];
    await settled();
    expect(worker.asked).toEqual([1]);
    worker.answer(1);
    await settled();
    worker.answer(3);
    expect((await Promise.all(outcomes)).map((outcome) => 'places' in outcome)).toEqual([true, false, true]);
    expect(worker.asked).toEqual([1, 3]);
  });

  it('is ended when it takes longer than two seconds, and a new one is started', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    try {
      const workers: FakeWorker[] = [];
      const client = new LayoutClient(() => {
        workers.push(new FakeWorker());
        return Promise.resolve(workers.at(-1)!);
      });
      const slow = client.layOut(request(1, 400));
      await settled();
      vi.advanceTimersByTime(abandonAfterMs + 1);
      expect(await slow).toEqual({ abandoned: 'took longer than two seconds' });
      await settled();
      expect(workers[0]!.terminated).toBe(true);
      // As many nodes again would only take as long again, for a while.
      expect(await client.layOut(request(2, 400))).toEqual({ abandoned: '400 nodes took longer than two seconds' });
      vi.advanceTimersByTime(120_000);
      const next = client.layOut(request(3, 400));
      await settled();
      workers[1]!.answer(3);
      expect(await next).toHaveProperty('places');
    } finally {
      vi.useRealTimers();
    }
  });

  it('is started again where it is dead, and asked the same once more', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    try {
      const workers: FakeWorker[] = [];
      const client = new LayoutClient(() => {
        workers.push(new FakeWorker());
        return Promise.resolve(workers.at(-1)!);
      });
      const asked = client.layOut(request(1));
      await settled();
      vi.advanceTimersByTime(abandonAfterMs + 1);
      await settled();
      expect(workers.map(({ asked: ids, terminated }) => [ids, terminated])).toEqual([[[1], true], [[1], false]]);
      workers[1]!.answer(1);
      expect(await asked).toHaveProperty('places');
    } finally {
      vi.useRealTimers();
    }
  });

  it('that cannot start is tried three times, and then the tidy tree has to do', async () => {
    let starts = 0;
    const client = new LayoutClient(() => {
      starts++;
      return Promise.reject(new Error('blocked'));
    });
    for (let round = 1; round <= 5; round++) expect(await client.layOut(request(round))).toHaveProperty('abandoned');
    expect(starts).toBe(3);
  });
});

describe('the tidy tree', () => {
  const lay = (parents: number[]): number[][] => {
    const places = tidyTree({ id: 1, parents: Int32Array.from(parents), nodeWidth: 100, nodeHeight: 40, gapX: 20, gapY: 10 });
    return parents.map((_, at) => [places[at * 2]!, places[at * 2 + 1]!]);
  };

  it('goes from left to right, parents level with their first child', () => {
    expect(lay([-1, 0, 0, 1, 1])).toEqual([[0, 0], [120, 0], [120, 75], [240, 0], [240, 50]]);
  });

  it('leaves what is there in its place when a child comes', () => {
    const before = lay([-1, 0, 0]);
    expect(lay([-1, 0, 0, 0]).slice(0, 3)).toEqual(before);
  });

  it('puts no card on another, whatever the tree', () => {
    // The first child's subtree would stand where its neighbour above does.
    expect(lay([-1, 0, 0, 2, 2, 2])).toMatchObject([[0, 0], [120, 0], [120, 50], [240, 50], [240, 100], [240, 150]]);
    const random = Seeded.fromEnvironment();
    for (let round = 0; round < 300; round++) {
      const parents = Array.from({ length: random.integer(1, 40) }, (_, at) => random.integer(-1, random.integer(0, at) - 1));
      const places = lay(parents);
      const said = `seed ${String(random.seed)}: ${parents.join()}`;
      for (const left of new Set(places.map(([x]) => x!))) {
        const tops = places.filter(([x]) => x === left).map(([, y]) => y!).sort((a, b) => a - b);
        for (let at = 1; at < tops.length; at++) expect(tops[at]! - tops[at - 1]!, said).toBeGreaterThanOrEqual(49.9);
      }
      parents.forEach((parent, at) => {
        const before = parents.lastIndexOf(parent, at - 1);
        if (parent >= 0 && (at === 0 || before < 0)) expect(places[at]![1], said).toBeCloseTo(places[parent]![1]!);
        else if (at > 0 && before >= 0) expect(places[at]![1], said).toBeGreaterThan(places[before]![1]!);
      });
    }
  });

  it('keeps several roots in their order', () => {
    expect(lay([-1, -1])).toEqual([[0, 0], [0, 50]]);
  });
});

describe('frames', () => {
  it('cost what the page is at until it is free again', () => {
    const time = { now: 0 };
    const runs: (() => void)[] = [];
    const cost = new FrameCost(() => time.now, (run) => runs.push(run));
    const frames = (count: number, ms: number): void => {
      for (let frame = 0; frame < count; frame++) {
        cost.begins();
        time.now += ms;
        runs.pop()!();
        time.now += 500;
      }
    };
    frames(80, 30);
    expect(cost.ms).toBeCloseTo(30, 1);
    // One that was kept from running counts for little, and one that was not tells that it was the machine.
    frames(1, 300);
    expect(cost.ms).toBeLessThan(60);
    frames(1, 30);
    expect(cost.ms).toBe(30);
    frames(80, 50);
    expect(cost.ms).toBeCloseTo(50, 1);
  });

  it('are shared: many asks make one paint', () => {
    const log: string[] = [];
    const runs: (() => void)[] = [];
    const frame = new Frame(() => log.push('paint'), (run) => runs.push(run));
    frame.ask();
    frame.ask();
    expect(runs).toHaveLength(1);
    runs[0]!();
    expect(log).toEqual(['paint']);
    frame.ask();
    expect(runs).toHaveLength(2);
  });
});

describe('following the present', () => {
  it('shows a young run whole, then slides', () => {
    const viewport = new Viewport();
    viewport.open(0, true);
    viewport.setNow(5e9);
    expect(viewport.view.value.fromNs).toBeLessThanOrEqual(0);
    expect(viewport.view.value.toNs).toBeGreaterThan(5e9);
    viewport.setNow(100e9);
    const { fromNs, toNs } = viewport.view.value;
    expect(toNs - fromNs).toBeCloseTo(liveSpanNs, -3);
    expect(toNs).toBeGreaterThan(100e9);
  });

  it('stops at a gesture, and goes on with the length that the person left', () => {
    const viewport = new Viewport();
    viewport.open(100e9, true);
    viewport.zoomBy(0.1);
    expect(viewport.live.value).toBe(false);
    const stayed = viewport.view.value;
    viewport.setNow(120e9);
    expect(viewport.view.value).toBe(stayed);
    viewport.follow();
    expect(viewport.view.value.toNs - viewport.view.value.fromNs).toBeCloseTo(2e9, -3);
    expect(viewport.view.value.toNs).toBeGreaterThan(120e9);
  });

  it('ends with the run, which is then shown whole', () => {
    const viewport = new Viewport();
    viewport.open(1e9, true);
    viewport.end(50e9);
    expect(viewport.live.value).toBe(false);
    expect(viewport.view.value.toNs).toBeGreaterThan(50e9);
    viewport.follow();
    expect(viewport.live.value).toBe(false);
  });

  it('shows a recording whole, as far as it is read, until all of it is or somebody moves', () => {
    const viewport = new Viewport();
    viewport.open(0, false, true);
    viewport.setNow(40e9);
    expect(viewport.view.value).toEqual(fitView(40e9));
    expect(viewport.live.value).toBe(false);
    expect(viewport.follows).toBe(true);
    viewport.setNow(200e9);
    viewport.wasRead();
    expect(viewport.view.value).toEqual(fitView(200e9));
    viewport.setNow(201e9);
    expect(viewport.view.value).toEqual(fitView(200e9));

    viewport.open(0, false, true);
    viewport.setNow(40e9);
    viewport.zoomBy(0.5);
    const stayed = viewport.view.value;
    viewport.setNow(200e9);
    expect(viewport.view.value).toBe(stayed);
    expect(viewport.follows).toBe(false);
  });

  it('comes back after a reload to what is read by then, where all that was read was shown', () => {
    const viewport = new Viewport();
    viewport.open(10e9, false, true);
    viewport.restore(fitView(5e9), true);
    viewport.setNow(40e9);
    expect(viewport.view.value).toEqual(fitView(40e9));
    viewport.open(10e9, false, true);
    viewport.restore({ fromNs: 1e9, toNs: 2e9 }, false);
    viewport.setNow(40e9);
    expect(viewport.view.value).toEqual({ fromNs: 1e9, toNs: 2e9 });
  });

  it('comes back after a reload: to the window, or to the present', () => {
    const viewport = new Viewport();
    viewport.open(100e9, true);
    viewport.restore({ fromNs: 1e9, toNs: 2e9 }, true);
    expect(viewport.live.value).toBe(true);
    viewport.restore({ fromNs: 1e9, toNs: 2e9 }, false);
    expect(viewport.view.value).toEqual({ fromNs: 1e9, toNs: 2e9 });
    expect(viewport.live.value).toBe(false);
  });
});
