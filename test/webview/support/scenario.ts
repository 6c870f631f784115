/**
 * Recordings for the webview's tests, told as what happened: who lived when, in which state. Runs inside the test's page and
 * answers tiles as the engine does: vectors and cells, open spans to the present.
 */
import { binsOf } from '../../../src/lanes/bins';
import { TileBuilder } from '../../../src/lanes/tileBuilder';
import type { ArrowKind, ExitStatus, SourcePosition } from '../../../src/protocol/report';
import type { Inspection, InspectionRequest, StateTotal } from '../../../src/protocol/inspection';
import type { ConnectionRow, ListenerRow, ProcessEdge, ProcessRow, Row, RunInfo, ThreadRow } from '../../../src/protocol/rows';
import { stateCode, type SpanState } from '../../../src/protocol/states';
import type { StopAt } from '../../../src/protocol/stopped';
import { buildSeries } from './numbers';
import type { Details, DetailsRequest, Tile, TileArrow, TileBand, TileRequest } from '../../../src/protocol/tile';

export const ms = 1e6;

export interface ScenarioSpan {
  state: SpanState;
  beginNs: number;
  endNs: number;
  owner: number;
  site: SourcePosition | null;
  on: Details['on'];
  cause: Details['cause'];
  causeSite: SourcePosition | null;
}

export function site(line: number, name: string): SourcePosition {
  return { file: '/home/learner/servers/echo_server.py', line, function: name };
}

/** Seeded, so that every run of a test sees the same picture. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export class Scenario {
  readonly rows = new Map<string, Row>();
  readonly spans = new Map<string, ScenarioSpan[]>();
  readonly arrows: TileArrow[] = [];
  readonly edges: ProcessEdge[] = [];
  /** A debugger's stops; toNs null: it lasts. */
  readonly stops: { row: string; fromNs: number; toNs: number | null; light: boolean; thread: ThreadRow; reason: string; line: number }[] = [];
  info: RunInfo;
  private counts = { p: 0, t: 0, c: 0, l: 0 };

  constructor(title: string, readonly lengthNs: number) {
    this.info = {
      title, command: ['python3', title], directory: '/home/learner/servers', startedAt: '2026-01-05T09:00:00.000Z', state: 'ended', nowNs: lengthNs,
      exit: { code: 0, signal: null }, complete: true, events: 12840, lostEvents: 0, droppedBytes: 0, processes: 0, threads: 0, connections: 0,
    };
  }

  process(label: string, startNs: number, endNs: number | null, more: Partial<ProcessRow> = {}): ProcessRow {
    const id = `p${++this.counts.p}`;
    const row: ProcessRow = {
      id, kind: 'process', parent: null, label, startNs, endNs, state: 'alive', stateSinceNs: startNs, site: null, pid: 4710 + this.counts.p, birth: 'root',
      command: ['python3', label], exit: endNs === null ? null : { code: 0, signal: null }, threads: 0, connections: 0, multiprocessing: null, orphaned: false, covered: true, gaps: [], ...more,
    };
    this.rows.set(id, row);
    this.span(id, 'alive', startNs, endNs);
    return row;
  }

  thread(parent: ProcessRow, label: string, startNs: number, endNs: number | null, more: Partial<ThreadRow> = {}): ThreadRow {
    const id = `t${++this.counts.t}`;
    const row: ThreadRow = {
      id, kind: 'thread', parent: parent.id, label, startNs, endNs, state: 'active', stateSinceNs: startNs, site: null, tid: 4710 + this.counts.t,
      main: label === 'MainThread', daemon: false, target: null, ...more,
    };
    this.rows.set(id, row);
    if (endNs === null) parent.threads++;
    return row;
  }

  connection(owner: ThreadRow, peer: string, acceptedNs: number, endNs: number | null, more: Partial<ConnectionRow> = {}): ConnectionRow {
    const id = `c${++this.counts.c}`;
    const row: ConnectionRow = {
      id, kind: 'connection', parent: owner.id, label: peer, startNs: acceptedNs, endNs, state: 'receiveWait', stateSinceNs: acceptedNs, site: site(31, 'handle'), role: 'server',
      local: '127.0.0.1:8000', peer, bytesIn: 0, bytesOut: 0, owner: owner.id, listener: this.listenerAt(more.local ?? '127.0.0.1:8000', more.role), peerProcess: null, queuedNs: null, acceptedNs, ...more,
    };
    this.rows.set(id, row);
    const process = this.rows.get(owner.parent ?? '');
    if (endNs === null && process?.kind === 'process') process.connections++;
    return row;
  }

  private listenerAt(address: string | null, role: ConnectionRow['role'] = 'server'): string | null {
    const found = [...this.rows.values()].find((row) => row.kind === 'listener' && row.address === address);
    return role === 'client' ? null : (found?.id ?? null);
  }

  listener(parent: ProcessRow, address: string, startNs: number, accepted: number): ListenerRow {
    const id = `l${++this.counts.l}`;
    const row: ListenerRow = {
      id, kind: 'listener', parent: parent.id, label: address, startNs, endNs: parent.endNs, state: 'alive', stateSinceNs: startNs, site: site(12, 'main'), address, backlog: 5, acceptQueue: true, accepted,
    };
    this.rows.set(id, row);
    return row;
  }

  /** `endNs` null: it goes on. */
  span(row: string, state: SpanState, beginNs: number, endNs: number | null, more: Partial<ScenarioSpan> = {}): void {
    const list = this.spans.get(row) ?? [];
    this.spans.set(row, list);
    list.push({ state, beginNs, endNs: endNs ?? Infinity, owner: 0, site: null, on: null, cause: null, causeSite: null, ...more });
    const known = this.rows.get(row);
    if (known !== undefined) {
      known.state = state;
      known.stateSinceNs = beginNs;
    }
  }

  /** A debugger stops a thread; `stalled` are the other rows over which that lies, `waiting` those that stood in a call anyway. */
  stop(thread: ThreadRow, reason: string, line: number, fromNs: number, toNs: number | null, stalled: readonly Row[], waiting: readonly Row[] = []): void {
    const add = (row: Row, light: boolean): void => void this.stops.push({ row: row.id, fromNs, toNs, light, thread, reason, line });
    [thread, ...stalled].forEach((row) => add(row, false));
    waiting.forEach((row) => add(row, true));
    if (toNs === null) thread.paused = { reason, sinceNs: fromNs, site: site(line, 'handle') };
  }

  arrow(kind: ArrowKind, from: Row, to: Row, atNs: number): void {
    this.arrows.push({ kind, from: from.id, to: to.id, atNs });
  }

  talk(from: Row, to: Row, more: Partial<ProcessEdge>): void {
    this.edges.push({ from: from.id, to: to.id, pipes: 0, fifos: 0, queues: 0, socketPairs: 0, connections: 0, forth: null, back: null, ...more });
  }

  end(exit: ExitStatus): this {
    this.info.exit = exit;
    return this;
  }

  /** Nobody has ended yet: the counts are those of the living. */
  running(): this {
    const alive = [...this.rows.values()].filter((row) => row.endNs === null);
    const count = (kind: Row['kind']): number => alive.filter((row) => row.kind === kind).length;
    this.info = { ...this.info, state: 'running', exit: null, processes: count('process'), threads: count('thread'), connections: count('connection') };
    return this;
  }
}

/** By the engine's own merging. */
export function buildTile(scenario: Scenario, request: TileRequest, nowNs: number): Tile {
  const { fromNs, toNs, width, rows } = request;
  const bins = binsOf(fromNs, toNs, width);
  const builder = new TileBuilder(bins, 0);
  rows.forEach((id, row) => {
    builder.startRow(row);
    for (const { beginNs, endNs, state, owner } of scenario.spans.get(id) ?? []) {
      if (beginNs <= nowNs) builder.add(beginNs, Math.min(endNs, nowNs), stateCode[state], owner, endNs > nowNs);
    }
  });
  const shown = new Set(rows);
  return {
    sequence: request.sequence, fromNs, toNs, nowNs, rows, binNs: bins.binNs, firstBin: bins.first, ...builder.finish(),
    arrows: scenario.arrows.filter((arrow) => arrow.atNs >= fromNs && arrow.atNs <= Math.min(toNs, nowNs) && (shown.has(arrow.from) || shown.has(arrow.to))),
    moreArrows: 0,
    ...buildSeries(scenario, request),
    ...buildBands(scenario, request, nowNs),
  };
}

function buildBands({ stops }: Scenario, { rows, fromNs, toNs }: TileRequest, nowNs: number): Pick<Tile, 'bands'> {
  if (stops.length === 0) return {};
  const bands = stops.filter((stop) => rows.includes(stop.row) && stop.fromNs <= toNs && (stop.toNs ?? nowNs) >= fromNs).map((stop): TileBand => {
    const to = stop.toNs ?? nowNs;
    return {
      row: stop.row, fromNs: stop.fromNs, toNs: to, open: stop.toNs === null, light: stop.light, stoppedNs: to - stop.fromNs, stops: 1, asked: 1, thread: stop.thread.id, reason: stop.reason,
      at: { file: site(stop.line, '').file, line: stop.line },
    };
  });
  return { bands };
}

function stopAt(scenario: Scenario, { row, atNs }: DetailsRequest): { stop?: StopAt } {
  const span = scenario.spans.get(row)?.find(({ beginNs, endNs }) => beginNs <= atNs && atNs < endNs);
  const [from, to] = [span?.beginNs ?? atNs, span?.endNs ?? atNs + 1];
  const stop = scenario.stops.find((each) => each.row === row && each.fromNs < to && from < (each.toNs ?? Infinity));
  if (stop === undefined) return {};
  const { fromNs, toNs, light, thread, reason, line } = stop;
  return { stop: { reason, at: site(line, 'handle'), fromNs, toNs, light, thread: thread.id, threadLabel: thread.label, own: thread.id === row } };
}

/** How much of a span of a row was stopped by stops that are over. */
function stoppedIn({ stops }: Scenario, row: string, fromNs: number, toNs: number): number {
  return stops.filter((stop) => stop.row === row).reduce((sum, stop) => sum + Math.max(0, Math.min(stop.toNs ?? toNs, toNs) - Math.max(stop.fromNs, fromNs)), 0);
}

/** What the engine's handler says, told from the scenario's spans. */
export function buildInspection(scenario: Scenario, request: InspectionRequest): Inspection {
  const spans = scenario.spans.get(request.row) ?? [];
  const row = scenario.rows.get(request.row);
  const { nowNs } = scenario.info;
  const totals = new Map<SpanState, StateTotal>();
  for (const span of spans) {
    const end = Math.min(span.endNs, nowNs);
    const length = end - span.beginNs - (request.withoutStops === true ? stoppedIn(scenario, request.row, span.beginNs, end) : 0);
    const known = totals.get(span.state) ?? { state: span.state, count: 0, totalNs: 0, longestNs: 0, longestAtNs: 0 };
    totals.set(span.state, { ...known, count: known.count + 1, totalNs: known.totalNs + length, ...(length > known.longestNs ? { longestNs: length, longestAtNs: span.beginNs } : {}) });
  }
  const from = spans.findIndex(({ endNs }) => endNs > request.atNs);
  const at = from < 0 ? spans.length : from;
  const first = Math.max(0, at - request.around);
  const last = Math.min(spans.length, at + request.around);
  const parent = scenario.rows.get(row?.parent ?? '');
  return {
    row: request.row, atNs: request.atNs, details: buildDetails(scenario, request), totals: [...totals.values()].sort((a, b) => b.totalNs - a.totalNs),
    lifeNs: (row?.endNs ?? nowNs) - (row?.startNs ?? 0) - (request.withoutStops === true ? stoppedIn(scenario, request.row, row?.startNs ?? 0, row?.endNs ?? nowNs) : 0),
    events: spans.slice(first, last).map(({ state, beginNs, endNs, on, site: place }) => ({ beginNs, endNs: endNs === Infinity ? null : endNs, state, arrow: null, on, site: place })),
    before: at - first, more: { before: first > 0, after: last < spans.length },
    links: parent === undefined ? [] : [{ role: row?.kind === 'connection' ? 'owner' : row?.kind === 'process' ? 'parent' : 'process', id: parent.id, label: parent.label }],
    places: row?.kind === 'connection' ? [{ role: 'accepted', site: site(22, 'serve_forever') }] : [],
  };
}

export function buildDetails(scenario: Scenario, request: DetailsRequest): Details {
  const row = scenario.rows.get(request.row);
  const span = scenario.spans.get(request.row)?.find(({ beginNs, endNs }) => beginNs <= request.atNs && request.atNs < endNs);
  return {
    row: request.row, atNs: request.atNs,
    span: span === undefined ? null : { state: span.state, beginNs: span.beginNs, endNs: span.endNs === Infinity ? null : span.endNs },
    on: span?.on ?? null, cause: span?.cause ?? null, site: span?.site ?? row?.site ?? null, causeSite: span?.causeSite ?? null,
    bytesIn: row?.kind === 'connection' ? row.bytesIn : null, bytesOut: row?.kind === 'connection' ? row.bytesOut : null, handler: null, shares: null,
    memory: row?.kind === 'process' ? 'own' : row?.kind === 'thread' ? 'shared' : null,
    ...stopAt(scenario, request),
    ...(request.withoutStops === true && span !== undefined ? { stopped: { ns: stoppedIn(scenario, request.row, span.beginNs, Math.min(span.endNs, scenario.info.nowNs)), sinceNs: null } } : {}),
  };
}
