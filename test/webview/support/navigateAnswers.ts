/** What the engine would say of a scenario to who finds their way through it: the overview, the next event, how things stood. */
import { noState, overviewMarks, type Neighbour, type NeighbourRequest, type Overview, type States, type StatesRequest } from '../../../src/protocol/navigate';
import type { Row } from '../../../src/protocol/rows';
import { stateCode } from '../../../src/protocol/states';
import type { StoppedRequest, StoppedTime } from '../../../src/protocol/stopped';
import type { Scenario } from './scenario';

export function overviewOf(scenario: Scenario, bins: number, nowNs: number): Overview {
  const binNs = nowNs / bins;
  const rows = [...scenario.rows.values()];
  const count = (alive: (row: Row, fromNs: number, toNs: number) => boolean): ArrayBuffer =>
    Float32Array.from({ length: bins }, (_, bin) => rows.filter((row) => alive(row, bin * binNs, (bin + 1) * binNs)).length).buffer;
  const marks = new Uint8Array(bins);
  for (const row of rows) {
    if (row.kind === 'process' && row.endNs !== null) marks[Math.min(bins - 1, Math.floor(row.endNs / binNs))]! |= row.exit?.code === 0 ? overviewMarks.end : overviewMarks.failure;
  }
  for (const stop of scenario.stops) {
    for (let bin = Math.floor(stop.fromNs / binNs); bin < Math.min(bins, (stop.toNs ?? nowNs) / binNs); bin++) marks[bin]! |= overviewMarks.stop;
  }
  const running = Float32Array.from({ length: bins }, (_, bin) => rows.filter((row) => row.kind === 'thread'
    && (scenario.spans.get(row.id) ?? []).some((span) => ['active', 'running'].includes(span.state) && span.beginNs <= bin * binNs && span.endNs > bin * binNs)).length);
  return {
    binNs, bins, marks: marks.buffer, running: running.buffer,
    connections: count((row, from, to) => row.kind === 'connection' && row.acceptedNs !== null && row.acceptedNs < to && (row.endNs ?? Infinity) > from),
    queued: count((row, from, to) => row.kind === 'connection' && row.queuedNs !== null && row.queuedNs < to && (row.acceptedNs ?? row.endNs ?? Infinity) > from),
  };
}

export function neighbourOf(scenario: Scenario, { row, atNs, forward, sameState }: NeighbourRequest): Neighbour | null {
  const spans = scenario.spans.get(row) ?? [];
  const here = spans.find((span) => span.beginNs <= atNs && span.endNs > atNs);
  const fit = spans.filter((span) => (forward ? span.beginNs > atNs : span.beginNs < atNs) && (!sameState || span.state === here?.state));
  const found = forward ? fit[0] : fit.at(-1);
  return found === undefined ? null : { state: found.state, beginNs: found.beginNs, endNs: found.endNs === Infinity ? null : found.endNs };
}

export function statesOf(scenario: Scenario, { atNs, rows }: StatesRequest): States {
  const found = rows.map((id) => scenario.spans.get(id)?.find((span) => span.beginNs <= atNs && span.endNs > atNs));
  return {
    state: Uint8Array.from(found, (span) => (span === undefined ? noState : stateCode[span.state])).buffer,
    since: Float64Array.from(found, (span) => span?.beginNs ?? 0).buffer,
    owner: Uint32Array.from(found, (span) => span?.owner ?? 0).buffer,
    accepted: Uint32Array.from(rows, () => [...scenario.rows.values()].filter((row) => row.kind === 'connection' && row.acceptedNs !== null && row.acceptedNs <= atNs).length).buffer,
  };
}

export function stoppedOf(scenario: Scenario, { spans }: StoppedRequest): StoppedTime[] {
  return spans.map(({ rows, fromNs, toNs }) => {
    const stops = scenario.stops.filter((stop) => (rows === null || rows.includes(stop.row)) && (rows?.length === 1 || !stop.light)).sort((a, b) => a.fromNs - b.fromNs);
    let [ns, until] = [0, fromNs];
    let sinceNs: number | null = null;
    for (const stop of stops) {
      if (stop.toNs === null && toNs === null) sinceNs = Math.max(stop.fromNs, until);
      const end = Math.min(stop.toNs ?? toNs ?? -Infinity, toNs ?? Infinity);
      ns += Math.max(0, end - Math.max(stop.fromNs, until));
      until = Math.max(until, end);
    }
    return { ns, sinceNs };
  });
}
