/** Lengths of time of a row that the sidebar shows, without what a debugger's stops took of them. */
import type { Row } from '../protocol/rows';
import { lengthWithout, type StoppedTime } from '../protocol/stopped';
import type { Run } from './run';
import type { RowLengths } from './treeItems';

export async function lengthsWithoutStops(run: Run, row: Row): Promise<RowLengths> {
  const queued = row.kind === 'connection' && row.queuedNs !== null && row.acceptedNs !== null ? { fromNs: row.queuedNs, toNs: row.acceptedNs } : null;
  const lived = row.endNs === null ? null : { fromNs: row.startNs, toNs: row.endNs };
  const spans = [lived, queued].map((span) => ({ rows: [row.id], ...(span ?? { fromNs: 0, toNs: 0 }) }));
  const [ofLife, ofQueue] = (await run.query({ name: 'stopped', ask: { spans } })) as StoppedTime[];
  const length = (span: typeof lived, stopped: StoppedTime | undefined): number | null => (span === null ? null : lengthWithout(span.fromNs, span.toNs, span.toNs, stopped));
  return { life: length(lived, ofLife), queue: length(queued, ofQueue) };
}
