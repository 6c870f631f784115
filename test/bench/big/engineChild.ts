/** Opens one recording in an engine of a fresh process, as the extension host does, and prints what that cost as JSON. */
import { performance } from 'node:perf_hooks';
import { engineMemory, OpenedRun, residentBytes, startEngine, tileBytes } from './measured';
import { tileWidth, tourOf, type Stop } from './tour';

const passes = 2;
const rowsInSight = 60;
/** While it is indexed: as a panel that shows what there is so far. */
const askEveryMs = 250;
/** An engine that used less of a core than this for so long is at rest. */
const restShare = 0.05;
const restMs = 600;

/** Times in ms, sizes in bytes. */
export interface EngineFigures {
  readonly events: number;
  readonly rows: number;
  readonly firstRowsMs: number;
  readonly firstPictureMs: number;
  readonly indexedMs: number;
  /** Processor time until then: what the same takes where nobody else wants the cores. */
  readonly indexedCpuMs: number;
  /** Tiles asked for while the rest is read. */
  readonly whileIndexing: readonly number[];
  /** Whole windows asked for the moment it is indexed, before its lanes are summed up: they are walked. */
  readonly atOnce: readonly number[];
  /** From there until the engine rests: its lanes are summed up, then the rules have looked at it. */
  readonly restsAfterMs: number;
  readonly heap: number;
  readonly buffers: number;
  readonly resident: { readonly grown: number; readonly peak: number };
  readonly tiles: readonly { readonly kind: Stop['kind']; readonly ms: number; readonly cpuMs: number; readonly spans: number; readonly cells: number; readonly buffers: number; readonly rest: number }[];
}

async function measure(path: string): Promise<EngineFigures> {
  const engine = startEngine();
  const before = await engineMemory();
  const residentBefore = residentBytes();
  let sequence = 0;
  const began = performance.now();
  const cpuBefore = cpuMs();
  const run = await OpenedRun.open(engine, { kind: 'file', path });
  await run.until(({ rows }) => rows.size > 0);
  const firstRowsMs = performance.now() - began;
  const first = (): ReturnType<OpenedRun['tile']> =>
    run.tile({ sequence: ++sequence, fromNs: 0, toNs: run.info?.nowNs ?? 1, width: tileWidth, rows: run.order().slice(0, rowsInSight) });
  while ((await first()).count === 0) await run.until(() => true);
  const firstPictureMs = performance.now() - began;
  const whileIndexing: number[] = [];
  // Told the moment it is so: a tile asked for just before, and the pause after it, are up to a second.
  let indexed: { readonly ms: number; readonly cpuMs: number } | undefined;
  const told = run.until(({ info }) => info?.state === 'ended' && info.indexing === undefined).then(() => (indexed = { ms: performance.now() - began, cpuMs: cpuMs() - cpuBefore }));
  while (indexed === undefined) {
    const asked = performance.now();
    await first();
    whileIndexing.push(performance.now() - asked);
    await Promise.race([told, new Promise((resolve) => setTimeout(resolve, askEveryMs))]);
  }
  const { nowNs, events } = run.info!;
  const order = run.order();
  const stops = tourOf(nowNs, order, busyRow(run));
  const ask = ({ fromNs, toNs, rows }: Stop): ReturnType<OpenedRun['tile']> => run.tile({ sequence: ++sequence, fromNs, toNs, width: tileWidth, rows: [...rows] });
  const rests = untilRest();
  const atOnce: number[] = [];
  for (const stop of stops.filter(({ kind }) => kind === 'whole').slice(0, 3)) {
    const asked = performance.now();
    await ask(stop);
    atOnce.push(performance.now() - asked);
  }
  const restsAfterMs = await rests;
  const memory = await engineMemory();
  const resident = residentBytes();
  const tiles: EngineFigures['tiles'][number][] = [];
  for (let pass = 0; pass < passes; pass++) {
    for (const stop of stops) {
      const asked = performance.now();
      const used = cpuMs();
      const tile = await ask(stop);
      tiles.push({ kind: stop.kind, ms: performance.now() - asked, cpuMs: cpuMs() - used, spans: tile.count, cells: tile.cellState.byteLength, ...tileBytes(tile) });
    }
  }
  engine.dispose();
  return {
    events, rows: run.rows.size, firstRowsMs, firstPictureMs, indexedMs: indexed.ms, indexedCpuMs: indexed.cpuMs, whileIndexing, atOnce, restsAfterMs, tiles,
    heap: memory.heapUsed - before.heapUsed, buffers: memory.external - before.external,
    resident: { grown: resident.now - residentBefore.now, peak: resident.peak - residentBefore.now },
  };
}

/** Of all threads of this process. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Resolves with the ms until the process had nothing to do any more. */
async function untilRest(): Promise<number> {
  const began = performance.now();
  for (;;) {
    const [from, used] = [performance.now(), cpuMs()];
    await new Promise((resolve) => setTimeout(resolve, restMs));
    if (cpuMs() - used < restShare * (performance.now() - from)) return from - began;
  }
}

/** The connection on port 8003, which has a tenth of all events. */
function busyRow(run: OpenedRun): string {
  for (const row of run.rows.values()) if (row.kind === 'connection' && row.local?.endsWith(':8003') === true) return row.id;
  throw new Error('the recording has no connection on port 8003');
}

void measure(process.argv[2]!).then((figures) => {
  process.stdout.write(JSON.stringify(figures));
  process.exit(0);
});
