/** An engine's worker thread that can be asked for its memory, and an opened recording whose rows are kept as the panel keeps them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BroadcastChannel } from 'node:worker_threads';
import { EngineClient } from '../../../src/engine/client';
import type { RecordingSource } from '../../../src/protocol/engine';
import type { Row, RowsUpdate, RunInfo } from '../../../src/protocol/rows';
import { headOf, unpackRows, type PackedRows } from '../../../src/protocol/rowsText';
import type { Tile, TileRequest } from '../../../src/protocol/tile';
import { ROOT } from '../../harness/root';

/** Bytes. `external` includes the array buffers. */
export interface EngineMemory {
  heapUsed: number;
  external: number;
  arrayBuffers: number;
}

/** The engine of dist/, measured. */
export function startEngine(): EngineClient {
  process.env.FORKSCOPE_BENCH_ENGINE = join(ROOT, 'dist', 'engine.js');
  return new EngineClient(join(__dirname, 'measuredEngine.js'));
}

/** What the worker holds after a collection. */
export function engineMemory(): Promise<EngineMemory> {
  const channel = new BroadcastChannel('forkscope-bench');
  return new Promise((resolve) => {
    channel.onmessage = (event) => {
      const { memory } = (event as { data: { memory?: EngineMemory } }).data;
      if (memory === undefined) return;
      clearInterval(asking);
      channel.close();
      resolve(memory);
    };
    // A worker that is only starting does not hear it.
    const asking = setInterval(() => channel.postMessage({ ask: 'memory' }), 100);
  });
}

/** Of this process, in bytes: now, and the most it ever had. */
export function residentBytes(): { now: number; peak: number } {
  const status = readFileSync('/proc/self/status', 'latin1');
  const of = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN) * 1024;
  return { now: of('VmRSS'), peak: of('VmHWM') };
}

export class OpenedRun {
  readonly rows = new Map<string, Row>();
  info: RunInfo | null = null;
  private listeners: (() => void)[] = [];

  private constructor(
    readonly engine: EngineClient,
    readonly run: number,
  ) {}

  /** @param onRows gets every update, those that come before `open` was answered too. */
  static async open(engine: EngineClient, source: RecordingSource): Promise<OpenedRun> {
    const early: { run: number; rows: RowsUpdate | PackedRows }[] = [];
    let opened: OpenedRun | null = null;
    engine.onRows((message) => {
      if (opened === null) early.push(message);
      else if (message.run === opened.run) opened.take(message.rows);
    });
    const { run } = await engine.request('open', { source });
    opened = new OpenedRun(engine, run);
    for (const message of early) if (message.run === run) opened.take(message.rows);
    return opened;
  }

  /** Resolves when the rows say so; asked again at every update. */
  async until(condition: (run: this) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => this.listeners.push(resolve));
  }

  tile(request: TileRequest): Promise<Tile> {
    return this.engine.request('tile', { run: this.run, request });
  }

  /** Row ids from top to bottom, as the panel has them when nothing is folded. */
  order(): string[] {
    const children = new Map<string | null, Row[]>();
    for (const row of this.rows.values()) children.set(row.parent, [...(children.get(row.parent) ?? []), row]);
    const ids: string[] = [];
    const walk = (parent: string | null): void => {
      for (const row of (children.get(parent) ?? []).sort((a, b) => a.startNs - b.startNs)) {
        ids.push(row.id);
        walk(row.id);
      }
    };
    walk(null);
    return ids;
  }

  private take(rows: RowsUpdate | PackedRows): void {
    const update = 'body' in rows ? unpackRows(headOf(rows), [Buffer.from(rows.body).toString()], (id) => this.rows.get(id)) : rows;
    if (update.reset) this.rows.clear();
    for (const row of update.rows) this.rows.set(row.id, row);
    for (const id of update.removed) this.rows.delete(id);
    this.info = update.info;
    for (const listener of this.listeners.splice(0)) listener();
  }
}

/** Bytes that move with a tile: its buffers, and what of the rest is copied, as JSON has it. */
export function tileBytes(tile: Tile): { buffers: number; rest: number } {
  let buffers = 0;
  const rest = JSON.stringify(tile, (_key, value: unknown) => {
    if (!(value instanceof ArrayBuffer)) return value;
    buffers += value.byteLength;
    return undefined;
  });
  return { buffers, rest: rest.length };
}
