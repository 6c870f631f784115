/**
 * A picture that follows the present is put together from patches, and is the one that would have come whole. A made-up run of a thousand
 * lanes is taken in as it would come live, while panels with windows of their own follow it.
 */
import { beforeAll, expect, it } from 'vitest';
import { openRecording } from '../../src/engine/files';
import { Follower } from '../../src/lanes/follower';
import { buildTile } from '../../src/lanes/tile';
import { Model } from '../../src/model/model';
import type { Tile, TileRequest } from '../../src/protocol/tile';
import type { TilePatch } from '../../src/protocol/tilePatch';
import { joinTile } from '../../webview/tileJoin';
import { readTile } from '../../webview/timeline/columns';
import { bigRecording } from '../bench/bigRecording';
import { cellsOf, vectorsOf } from '../unit/lanes/support/tiles';
import { Seeded } from './support/seeded';

const events = 100_000;
let path = '';
beforeAll(async () => {
  path = await bigRecording(events);
}, 60_000);

/** A panel that follows the present: what it has, and how much of it came. */
class Watcher {
  readonly follower = new Follower(() => this.milliseconds);
  tile: Tile | null = null;
  patches = 0;
  patchBytes = 0;
  wholeBytes = 0;
  private milliseconds = 0;
  private sequence = 0;
  private rows: string[] = [];
  /** Answers that it has not had yet, with what each makes of the picture. */
  private underWay: { answer: Tile | TilePatch; whole: Tile; nowNs: number }[] = [];

  constructor(
    private readonly random: Seeded,
    private readonly spanNs: number,
    private readonly width: number,
  ) {}

  look(model: Model, nowNs: number): void {
    const { random } = this;
    // Two may be under way when it asks: then it has not the last one.
    while (this.underWay.length > random.integer(0, 2)) this.receive();
    if (this.rows.length === 0 || random.integer(0, 9) === 0) this.rows = someRows(model, random);
    const toNs = nowNs + this.spanNs * 0.3;
    const request: TileRequest = { sequence: ++this.sequence, fromNs: Math.floor(toNs - this.spanNs * 1.5), toNs: Math.ceil(toNs), width: this.width, rows: this.rows };
    if (this.tile !== null) request.base = this.tile.sequence;
    this.milliseconds += 40;
    const answer = this.follower.answer(model, request, nowNs);
    const whole = buildTile(model, request, nowNs);
    this.wholeBytes += bytesOf(whole);
    this.underWay.push({ answer, whole, nowNs });
  }

  private receive(): void {
    const { answer, whole, nowNs } = this.underWay.shift()!;
    if ('base' in answer) {
      this.patches++;
      this.patchBytes += bytesOf(answer);
      expect(answer.base).toBe(this.tile?.sequence);
      this.tile = joinTile(readTile(this.tile!), answer);
    } else this.tile = answer;
    expect(shown(this.tile), `at ${String(nowNs)} with seed ${String(this.random.seed)}, window ${String(this.spanNs)}`).toEqual(shown(whole));
  }
}

function someRows(model: Model, random: Seeded): string[] {
  const all = [...model.threads, ...model.connections, ...model.tasks, ...model.processes, ...model.listeners].map(({ id }) => id);
  const first = model.threads.slice(0, 6).map(({ id }) => id);
  return [...new Set([...first, ...Array.from({ length: 40 }, () => random.pick(all))])];
}

const bytesOf = (tile: Tile | TilePatch): number => Object.values(tile).reduce<number>((sum, part) => sum + (part instanceof ArrayBuffer ? part.byteLength : 0), 0);

/** What of it is seen: a span that begins left of the window may be told from any moment there on. */
function shown(tile: Tile): unknown {
  const left = tile.firstBin * tile.binNs;
  return {
    binNs: tile.binNs, firstBin: tile.firstBin, rows: tile.rows,
    vectors: vectorsOf(tile).map((vector) => ({ ...vector, begin: Math.max(vector.begin, left) })),
    cells: cellsOf(tile),
  };
}

it('is the whole tile, whatever the window, while rows come and go', async () => {
  const random = Seeded.fromEnvironment();
  const reader = await openRecording({ kind: 'file', path });
  const model = new Model(reader.names, reader.owners);
  const watchers = [[2e9, 1800], [0.2e9, 1000], [20e9, 1200], [0.02e9, 300]].map(([spanNs, width]) => new Watcher(random, spanNs!, width!));
  while (model.eventCount < events * 0.95) {
    for (const batch of reader.read(random.integer(10, 4000))) model.ingest(batch);
    if (model.originNs >= 0) for (const watcher of watchers) if (random.integer(0, 4) > 0) watcher.look(model, model.latestNs - model.originNs);
  }
  reader.dispose();
  for (const { patches } of watchers) expect(patches).toBeGreaterThan(15);
  // What is new of two seconds is little.
  expect(watchers[0]!.patchBytes).toBeLessThan(watchers[0]!.wholeBytes / 2);
}, 120_000);
