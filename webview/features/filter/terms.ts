/**
 * The filter's words. All of them must hold:
 *
 *     handler.py            free text, as in the search
 *     state:receive         the state now, by its name in either language
 *     kind:connection  port:8000  pid:4711  tid:4711
 *     open  ended
 *     waiting>1s            in a wait for longer than that: 500ms, 2s, 1m
 */
import type { Row } from '../../../src/protocol/rows';
import { spanStates, type SpanState } from '../../../src/protocol/states';
import { rowText } from '../../rowText';
import { kindName } from '../../rowWords';
import { stateName } from '../../stateWords';

export interface Around {
  nowNs: number;
  row(id: string): Row | undefined;
}

type Test = (row: Row, around: Around) => boolean;

const waits: ReadonlySet<SpanState> = new Set<SpanState>([...spanStates.slice(0, spanStates.indexOf('active')), 'blocked', 'stopped', 'queued', 'receiveWait', 'sendWait']);
const unitNs: Readonly<Record<string, number>> = { us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, min: 60e9, h: 3600e9 };

export interface Terms {
  test: Test;
  /** It depends on the time. */
  ages: boolean;
}

/** Null where there is nothing to filter by. */
export function parseTerms(text: string): Terms | null {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return null;
  const tests = words.map(testOf);
  return { test: (row, around) => tests.every((test) => test(row, around)), ages: words.some((word) => word.startsWith('waiting>')) };
}

function testOf(word: string): Test {
  if (word === 'open') return (row) => row.endNs === null;
  if (word === 'ended') return (row) => row.endNs !== null;
  const limit = /^waiting>(\d+(?:\.\d+)?)(us|µs|ms|s|m|min|h)?$/.exec(word);
  if (limit !== null) {
    const ns = Number(limit[1]) * (unitNs[limit[2] ?? 's'] ?? 1e9);
    return (row, { nowNs }) => row.endNs === null && waits.has(row.state) && nowNs - row.stateSinceNs > ns;
  }
  const [, field, value] = /^(state|kind|port|pid|tid):(.+)$/.exec(word) ?? [];
  if (field === undefined || value === undefined) return (row) => rowText(row).includes(word);
  switch (field) {
    case 'state': return (row) => row.endNs === null && (row.state.toLowerCase() === value || stateName(row.state).toLowerCase().startsWith(value));
    case 'kind': return (row) => row.kind.startsWith(value) || kindName(row.kind).toLowerCase().startsWith(value);
    case 'port': return (row) => addresses(row).some((address) => address.slice(address.lastIndexOf(':') + 1) === value);
    case 'tid': return (row) => row.kind === 'thread' && String(row.tid) === value;
    default: return (row, around) => pidOf(row, around) === value;
  }
}

function addresses(row: Row): string[] {
  if (row.kind === 'listener') return [row.address];
  return row.kind === 'connection' ? [row.local, row.peer].filter((address) => address !== null) : [];
}

/** Of the process that the row belongs to. */
function pidOf(row: Row, around: Around): string | null {
  let each: Row | undefined = row;
  for (let steps = 0; each !== undefined && steps < 8; steps++) {
    if (each.kind === 'process') return String(each.pid);
    const parent: string | null = each.parent;
    each = parent === null ? undefined : around.row(parent);
  }
  return null;
}
