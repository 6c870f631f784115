/**
 * The arrows of the selection and of its chain of causes. Those of a picture are chosen so that the whole picture shows where something
 * happened, so that of one thing hardly any may be among them; here all of it are, nearest to a moment first.
 *
 *     arrows   ·  ·· ·● · ·· ●  ···  ·●·  ·  ·         ● touches one of the rows
 *                       ◄────┼────►                    looked at from the moment outwards
 *
 * That a connection changed hands is an arrow between two threads: it is told for the connection too, from its owners.
 */
import { ArrowEnds, ArrowRows, type ArrowColumns } from '../model/arrows';
import type { Model } from '../model/model';
import type { ArrowsOf, ArrowsOfRequest } from '../protocol/arrowsOf';
import type { TileArrow } from '../protocol/tile';
import { findThing } from './things';

/** More than a picture can show of one thing. */
export const mostOfThem = 400;
/** So many are looked at: a person waits for the answer. So many take 10 to 30 ms where nothing is found. */
const mostLooked = 500_000;
/** So many are looked at first to either side of the moment, and then twice as many each time, at most so many. */
const firstStep = 128;
const mostStep = 8192;

const read = new ArrowRows();

/** Times go in and out without the model's origin. */
export function arrowsOf(model: Model, { rows, fromNs, toNs, nearNs }: ArrowsOfRequest): ArrowsOf {
  const { arrows: columns, originNs } = model;
  const ends = new ArrowEnds(rows.flatMap((id) => withThreads(model, id)));
  // The begin belongs to the range.
  const first = columns.firstAfter(fromNs + originNs - 0.5);
  const last = columns.firstAfter(toNs + originNs);
  const middle = Math.min(Math.max(columns.firstAfter(nearNs + originNs), first), last);
  let found: number[] = [];
  let from = middle;
  let to = middle;
  for (let step = firstStep; !ends.isEmpty && (from > first || to < last) && found.length < mostOfThem && to - from < mostLooked; step = Math.min(2 * step, mostStep)) {
    addTouching(columns, to, Math.min(to + step, last), ends, found);
    addTouching(columns, Math.max(from - step, first), from, ends, found);
    to = Math.min(to + step, last);
    from = Math.max(from - step, first);
  }
  const more = ends.isEmpty ? last > first : to - from < last - first || found.length > mostOfThem;
  // A row behind the moment is as near as the one before it.
  const away = (row: number): number => Math.abs(row + 0.5 - middle);
  if (found.length > mostOfThem) found = found.sort((a, b) => away(a) - away(b)).slice(0, mostOfThem);
  const handed = handOvers(model, rows).filter(({ atNs }) => atNs >= fromNs && atNs <= toNs);
  const all = found.sort((a, b) => a - b).map((index): TileArrow => {
    const arrow = columns.get(index);
    return { ...arrow, atNs: arrow.atNs - originNs };
  });
  const known = new Set(all.map(keyOf));
  const arrows = [...all, ...handed.filter((arrow) => !known.has(keyOf(arrow)))].sort((a, b) => a.atNs - b.atNs);
  return { arrows, more };
}

/** Adds the rows from…to that begin or end at one of these. */
function addTouching(columns: ArrowColumns, from: number, to: number, ends: ArrowEnds, found: number[]): void {
  for (let row = from; row < to; row += read.count) {
    columns.read(row, to, read, false);
    for (let at = 0; at < read.count; at++) if (ends.has(read.from[at]!) || ends.has(read.to[at]!)) found.push(row + at);
  }
}

function withThreads(model: Model, id: string): string[] {
  const thing = findThing(model, id);
  return thing?.kind === 'process' ? [id, ...thing.threads.map((thread) => thread.id)] : [id];
}

/** Of the connections among the rows. */
function handOvers(model: Model, rows: readonly string[]): TileArrow[] {
  return rows.flatMap((id) => {
    const thing = findThing(model, id);
    if (thing?.kind !== 'connection') return [];
    return thing.owners.slice(1).flatMap(({ thread, fromNs }, at): TileArrow[] => {
      const from = thing.owners[at]!.thread;
      return from === thread ? [] : [{ kind: 'handover', from: from.id, to: thread.id, atNs: fromNs - model.originNs }];
    });
  });
}

function keyOf({ kind, from, to, atNs }: TileArrow): string {
  return `${kind} ${from} ${to} ${atNs}`;
}
