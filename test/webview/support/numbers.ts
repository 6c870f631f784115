/** Rows of numbers of a scenario, as the engine tells them; every step on its own. */
import type { NumberReading, NumberRequest, TileSeries } from '../../../src/protocol/series';
import type { Row } from '../../../src/protocol/rows';
import type { TileRequest } from '../../../src/protocol/tile';
import type { Scenario } from './scenario';

interface Step {
  at: number;
  value: number;
}

function stepsOf(spans: readonly (readonly [from: number, to: number])[]): Step[] {
  const times = [...new Set([0, ...spans.flat()])].filter((at) => Number.isFinite(at)).sort((a, b) => a - b);
  return times.map((at) => ({ at, value: spans.filter(([from, to]) => from <= at && at < to).length }));
}

function numbersOf(scenario: Scenario, id: string): Step[] | null {
  const rows = [...scenario.rows.values()];
  const lives = (kind: Row['kind']): Step[] => stepsOf(rows.filter((row) => row.kind === kind).map((row) => [row.startNs, row.endNs ?? Infinity]));
  switch (id) {
    case 'n:connections': return lives('connection');
    case 'n:threads': return lives('thread');
    case 'n:processes': return lives('process');
    case 'n:bytesIn':
    case 'n:bytesOut': return Array.from({ length: 60 }, (_, at) => ({ at: (at * scenario.lengthNs) / 60, value: Math.round(4000 * Math.abs(Math.sin(at * (id === 'n:bytesIn' ? 0.7 : 0.4)))) }));
  }
  if (!/^q\d+$/.test(id)) return null;
  const queued = rows.flatMap((row) => (row.kind !== 'connection' || row.listener !== `l${id.slice(1)}` ? [] : (scenario.spans.get(row.id) ?? []))).filter(({ state }) => state === 'queued');
  return stepsOf(queued.map(({ beginNs, endNs }) => [beginNs, endNs]));
}

export function buildSeries(scenario: Scenario, { rows }: TileRequest): TileSeries {
  const entries = rows.flatMap((id, row) => (numbersOf(scenario, id) ?? []).map((step) => ({ row, ...step })));
  const values = Float64Array.from(entries, ({ value }) => value);
  return { seriesRow: Uint16Array.from(entries, ({ row }) => row).buffer, seriesAt: Float64Array.from(entries, ({ at }) => at).buffer, seriesLow: values.buffer, seriesHigh: values.slice().buffer };
}

export function readNumber(scenario: Scenario, { row, atNs }: NumberRequest): NumberReading {
  const steps = numbersOf(scenario, row) ?? [];
  const at = steps.filter((step) => step.at <= atNs).length - 1;
  return { row, atNs, value: steps[at]?.value ?? null, fromNs: steps[at]?.at ?? 0, toNs: steps[at + 1]?.at ?? null };
}
