/** Recordings that are opened at once, by two editors of a restored window: each stays open for the one who asked. */
import { expect, it } from 'vitest';
import type { RecordingSource } from '../../../src/protocol/engine';
import type { EngineHost, OpenRun, RunSink } from '../../../src/ui/engineHost';
import { Run } from '../../../src/ui/run';
import { Runs } from '../../../src/ui/runs';

interface Opening {
  readonly path: string;
  readonly sink: RunSink;
  closed: boolean;
  done(): void;
}

/** An engine that answers when it is told to. */
function slowEngine(): { engine: EngineHost; openings: Opening[] } {
  const openings: Opening[] = [];
  const open = (source: RecordingSource, sink: RunSink): Promise<OpenRun> =>
    new Promise((resolve) => {
      const opening: Opening = {
        path: source.path,
        sink,
        closed: false,
        done: () => resolve({ dispose: () => (opening.closed = true), moved: () => undefined, request: () => Promise.reject(new Error('not asked here')) }),
      };
      openings.push(opening);
    });
  return { engine: { open } as unknown as EngineHost, openings };
}

const file = (path: string): RecordingSource => ({ kind: 'file', path });
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('opening a second recording does not close the first, which is still being opened', async () => {
  const { engine, openings } = slowEngine();
  const runs = new Runs(engine);
  const first = runs.open(file('/one.forkscope'));
  const second = runs.open(file('/two.forkscope'));
  for (const opening of openings) opening.done();
  const [one, two] = await Promise.all([first, second]);
  runs.show(one);
  runs.show(two);
  expect(runs.all).toEqual([two, one]);
  expect(openings.map(({ closed }) => closed)).toEqual([false, false]);
  expect(one.isRead).toBe(true);
});

it('a recording that nobody shows any more goes when the next one is opened', async () => {
  const { engine, openings } = slowEngine();
  const runs = new Runs(engine);
  const first = runs.open(file('/one.forkscope'));
  openings[0]!.done();
  await first;
  const second = runs.open(file('/two.forkscope'));
  openings[1]!.done();
  expect(runs.all).toEqual([await second]);
  expect(openings[0]!.closed).toBe(true);
});

it('what is read last counts, whichever is opened first', async () => {
  const { engine, openings } = slowEngine();
  const run = new Run(engine, null, file('/one.run'), '/one.forkscope', 'ended');
  const reads = [run.read({ kind: 'folder', path: '/one.run' }), run.read(file('/one.forkscope'))];
  openings[1]!.done();
  await settled();
  openings[0]!.done();
  await Promise.all(reads);
  expect(run.source).toEqual(file('/one.forkscope'));
  expect(openings.map(({ closed }) => closed)).toEqual([true, false]);
});
