/**
 * What large recordings cost the engine: each is opened in a process of its own through the worker thread that the editor uses, and
 * then asked for the tiles of a fixed tour. README.md says how to read it.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../harness/root';
import { bigRecording } from '../bigRecording';
import { moveToCores } from '../machine';
import { quantile, table } from '../statistics';
import type { EngineFigures } from './engineChild';

const sizes = (process.env.FORKSCOPE_BENCH_SIZES ?? '1e5,1e6,1e7').split(',').map(Number);

export async function benchBig(_python: string, _scratch: string, allCores: readonly number[]): Promise<void> {
  moveToCores(process.pid, allCores); // An editor's engine has a core of its own.
  const all: EngineFigures[] = [];
  for (const size of sizes) {
    const file = await bigRecording(size);
    const { stdout } = await promisify(execFile)(process.execPath, ['--require', 'tsx/cjs', join(__dirname, 'engineChild.ts'), file], { cwd: ROOT, maxBuffer: 1 << 28 });
    all.push(JSON.parse(stdout) as EngineFigures);
  }
  print(all);
}

const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
const mega = (value: number): string => `${(value / 1e6).toFixed(1)} MB`;
const kilo = (value: number): string => `${(value / 1e3).toFixed(1)} kB`;

function print(all: readonly EngineFigures[]): void {
  const row = (title: string, of: (figures: EngineFigures) => string, aim = ''): string[] => [title, ...all.map(of), aim];
  const times = (kind?: string) => ({ tiles }: EngineFigures): number[] => tiles.filter((tile) => kind === undefined || tile.kind === kind).map((tile) => tile.ms);
  const quantiles = (of: (figures: EngineFigures) => readonly number[]) => (figures: EngineFigures): string =>
    of(figures).length === 0 ? 'none' : [0.5, 0.95, 0.99].map((at) => quantile(of(figures), at).toFixed(2)).join(' / ');
  const kinds = [...new Set(all[0]?.tiles.map(({ kind }) => kind))];
  console.log(table([
    ['', ...all.map(({ events }) => `${events.toLocaleString('en')} events`), 'aim at 10⁷'],
    row('lanes', ({ rows }) => String(rows)),
    row('first rows', ({ firstRowsMs }) => ms(firstRowsMs)),
    row('first picture (rows, and a tile that shows something)', ({ firstPictureMs }) => ms(firstPictureMs), '≤ 1 s'),
    row('fully indexed', ({ indexedMs }) => ms(indexedMs), '≤ 8 s'),
    row('  processor time', ({ indexedCpuMs }) => ms(indexedCpuMs)),
    row('tiles while it is indexed, p50 / p95 / p99 ms', quantiles(({ whileIndexing }) => whileIndexing)),
    row('tiles of all of it at that moment, most', ({ atOnce }) => ms(Math.max(...atOnce))),
    row('  and then until the engine rests: lanes summed up, findings found', ({ restsAfterMs }) => ms(restsAfterMs)),
    row('engine memory: heap', ({ heap }) => mega(heap)),
    row('engine memory: buffers and what else is outside of the heap', ({ buffers }) => mega(buffers)),
    row('engine memory an event', ({ heap, buffers, events }) => `${((heap + buffers) / events).toFixed(1)} bytes`, '≤ 48 bytes'),
    row('process: grown by, at its largest by', ({ resident }) => `${mega(resident.grown)}, ${mega(resident.peak)}`),
    row('all tiles of the tour, p50 / p95 / p99 ms', quantiles(times()), 'p95 ≤ 10 ms'),
    ...kinds.map((kind) => row(`  ${kind}`, quantiles(times(kind)))),
    row('processor time a tile, mean of the tour', ({ tiles }) => ms(tiles.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / tiles.length)),
    row('  for each vector or cell that it delivers', ({ tiles }) => `${((1e6 * tiles.reduce((sum, { cpuMs }) => sum + cpuMs, 0)) / Math.max(1, tiles.reduce((sum, { spans, cells }) => sum + spans + cells, 0))).toFixed(0)} ns`),
    row('a tile to the webview, middle, most', ({ tiles }) => {
      const bytes = tiles.map(({ buffers, rest }) => buffers + rest);
      return `${kilo(quantile(bytes, 0.5))}, ${kilo(Math.max(...bytes))}`;
    }),
    row('  of that not in buffers, most', ({ tiles }) => kilo(Math.max(...tiles.map(({ rest }) => rest)))),
  ]));
  printRatios(all);
}

/** The cost at each size beside that at the smallest. */
function printRatios(all: readonly EngineFigures[]): void {
  const mean = ({ tiles }: EngineFigures, kind?: string): number => {
    const some = tiles.filter((tile) => kind === undefined || tile.kind === kind);
    return some.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / some.length;
  };
  const [least] = all;
  if (least === undefined || all.length < 2) return;
  for (const figures of all.slice(1)) {
    const ratio = (kind?: string): string => (mean(figures, kind) / mean(least, kind)).toFixed(2);
    console.log(
      `  a tile at ${figures.events.toLocaleString('en')} to one at ${least.events.toLocaleString('en')}, processor time: the tour ${ratio()} (aim at 10⁷ ≤ 2), ` +
        `the whole recording ${ratio('whole')}, two seconds of it (as many events in each) ${ratio('two seconds')}, the busy lane ${ratio('busy lane')}`,
    );
  }
}
