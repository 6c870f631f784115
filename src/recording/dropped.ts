/** What a manifest says was dropped, as readers need it: see `Dropped` in protocol/files.ts. */
import { keptWriter, type Dropped, type Manifest } from '../protocol/files';

/** Reads the manifest's part leniently: what is not as it should be counts as absent. */
export function parseDropped(value: unknown): { dropped?: Dropped } {
  if (!isObject(value) || typeof value.completeFromNs !== 'string' || !/^\d{1,20}$/.test(value.completeFromNs)) return {};
  const { kept } = value;
  if (!isObject(kept) || typeof kept.first !== 'number' || typeof kept.count !== 'number') return {};
  const segments: Dropped['segments'] = {};
  for (const [writer, ranges] of Object.entries(isObject(value.segments) ? value.segments : {})) {
    segments[writer] = Array.isArray(ranges) ? ranges.filter(isRange) : [];
  }
  return { dropped: { completeFromNs: value.completeFromNs, kept: { first: kept.first, count: kept.count }, segments } };
}

/** Whether the recording still has this segment. */
export function isThere(dropped: Dropped | undefined, writer: string, number: number): boolean {
  if (writer === keptWriter) return dropped !== undefined && number >= dropped.kept.first && number < dropped.kept.first + dropped.kept.count;
  return !(dropped?.segments[writer] ?? []).some(([first, last]) => first <= number && number <= last);
}

/** Up to when only kept records count, ns from the recording's base; -Infinity where nothing was dropped. */
export function completeFrom(manifest: Manifest): number {
  const { dropped } = manifest;
  return dropped === undefined ? -Infinity : Number(BigInt(dropped.completeFromNs) - BigInt(manifest.startedNs));
}

/** The ranges with these numbers in them too. */
export function withNumbers(ranges: readonly [number, number][], numbers: readonly number[]): [number, number][] {
  const all = [...ranges.map(([first, last]): [number, number] => [first, last]), ...numbers.map((number): [number, number] => [number, number])];
  all.sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const range of all) {
    const before = merged[merged.length - 1];
    if (before !== undefined && range[0] <= before[1] + 1) before[1] = Math.max(before[1], range[1]);
    else merged.push(range);
  }
  return merged;
}

function isRange(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'number');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
