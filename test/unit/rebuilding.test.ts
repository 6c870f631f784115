/** A model is built again beside the one that is shown: a little at a time, and it comes to an end whatever happens meanwhile. */
import { expect, it } from 'vitest';
import { GrowingModel } from '../../src/engine/growingModel';
import { Rebuilding } from '../../src/engine/rebuilding';
import type { RecordingReader } from '../../src/recording/source';
import { encodeTable } from './model/support/story';
import { FakeRun } from './support/fakeRun';

const readMs = 2;
/** Long enough for what these runs would take. */
const openedForMs = 60_000;

/** A run of so many records, the last of them late; what is shown has all of them. */
function late(count: number): { run: FakeRun; shown: GrowingModel; rebuilding: Rebuilding; step: (ended?: boolean) => GrowingModel | null; settle: () => Promise<void>; woken: () => number } {
  const lines = Array.from({ length: count }, (_, at) => `${String(1000 + at)} 101 . sleep`).join('\n');
  const { encoder, records } = encodeTable(`0 101 . image command="python3 main.py"\n${lines}\n500 101 . sleep`);
  const run = new FakeRun(records, encoder, readMs);
  const shown = new GrowingModel(run.open(), false, run.clock.milliseconds);
  shown.take(Infinity, Infinity);
  let woken = 0;
  const rebuilding = new Rebuilding(run.openAgain, run.clock.milliseconds, () => woken++);
  run.now += openedForMs;
  return {
    run, shown, rebuilding, woken: () => woken,
    step: (ended = false) => rebuilding.step(shown, Infinity, ended, shown.model.latestNs),
    async settle() {
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    },
  };
}

it('takes a third of the time while the run goes on, a few ms at a time', async () => {
  const { run, rebuilding, step, settle, woken } = late(300);
  expect(step()).toBeNull();
  await settle();
  expect(woken()).toBe(1);
  const began = run.now;
  let next: GrowingModel | null = null;
  let longest = 0;
  while (next === null) {
    expect(rebuilding.isAtWork).toBe(true);
    const before = run.now;
    next = step();
    longest = Math.max(longest, run.now - before);
    if (next === null) run.now += rebuilding.dueIn(false);
  }
  expect(longest).toBeLessThanOrEqual(4 + readMs);
  expect(next.model.late).toBe(false);
  expect(next.model.eventCount).toBe(run.records.length);
  expect((run.records.length * readMs) / (run.now - began)).toBeCloseTo(1 / 3, 1);
  expect(rebuilding.isAtWork).toBe(false);
});

it('waits while it would take more than a fortieth of the time, but not for a run that is over', async () => {
  const { run, step, settle } = late(300);
  run.now -= openedForMs;
  step();
  await settle();
  expect(run.opened.length).toBe(1);
  step(true);
  await settle();
  expect(run.opened.length).toBe(2);
});

it('takes all of it once the run is over, also where it had begun before', async () => {
  const { run, shown, rebuilding, step, settle } = late(300);
  step();
  await settle();
  for (let turn = 0; turn < 10; turn++) expect(step()).toBeNull();
  run.live = false;
  shown.take(Infinity, Infinity);
  const before = run.now;
  let next: GrowingModel | null = null;
  while (next === null) {
    next = step(true);
    expect(rebuilding.dueIn(true)).toBe(next === null ? 0 : Infinity);
  }
  expect(run.now - before).toBeLessThanOrEqual(run.records.length * readMs);
  expect([next.isWhole, next.isWrong]).toEqual([true, false]);
});

it('is not shown before it has what is shown', async () => {
  const { run, shown, step, settle } = late(20);
  step();
  await settle();
  const [, second] = run.opened;
  const news = encodeTable('2000 101 . sleep\n2010 101 . sleep').records;
  run.records.push(news[0]!);
  shown.take(Infinity, Infinity);
  // It is slower in seeing what is new.
  const read = second!.read.bind(second);
  let seen = run.records.length - 1;
  second!.read = () => (seen-- > 0 ? read() : []);
  for (let turn = 0; turn < 100; turn++) {
    run.now += 16;
    expect(step()).toBeNull();
  }
  second!.read = read;
  run.now += 16;
  expect(step()?.model.latestNs).toBe(shown.model.latestNs);
});

it('that breaks is closed and begun again later', async () => {
  const { run, step, settle } = late(20);
  step();
  await settle();
  run.opened[1]!.read = () => {
    throw new Error('a segment is gone');
  };
  expect(step()).toBeNull();
  expect(run.unclosed).toBe(1);
  step();
  expect(run.opened.length).toBe(2);
  run.now += 60_000;
  step();
  await settle();
  let next: GrowingModel | null = null;
  for (let turn = 0; next === null && turn < 1000; turn++, run.now += 16) next = step();
  expect(next?.model.late).toBe(false);
});

it('that comes late again is built once more, but not at once', async () => {
  const { run, rebuilding, step, settle } = late(20);
  run.inOrder = () => run.records;
  let shown: GrowingModel | null = null;
  step();
  await settle();
  for (let turn = 0; shown === null && turn < 1000; turn++, run.now += 16) shown = step();
  expect(shown?.isWrong).toBe(true);
  const again = (): void => void rebuilding.step(shown!, Infinity, false, shown!.model.latestNs);
  again();
  expect(run.opened.length).toBe(2);
  run.now += 60_000;
  again();
  expect(run.opened.length).toBe(3);
  await settle();
  rebuilding.dispose();
  expect(run.opened.map(({ closed }) => closed)).toEqual([false, false, true]);
});

it('comes soon where the oldest part was dropped: that memory is to be had back', async () => {
  const { run, shown, step, settle } = late(20);
  const built = async (): Promise<RecordingReader> => {
    step();
    await settle();
    for (let turn = 0; turn < 1000; turn++, run.now += 4) {
      const next = step();
      if (next !== null) return next.reader;
    }
    throw new Error('it does not come to an end');
  };
  await built();
  run.stale = true;
  expect(shown.isWrong).toBe(true);
  run.now += 1000;
  expect(run.opened.length).toBe(2);
  run.stale = false;
  step();
  expect(run.opened.length).toBe(2);
  run.stale = true;
  step();
  expect(run.opened.length).toBe(3);
});
