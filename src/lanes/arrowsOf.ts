/**
 * The arrows of the selection and of its chain of causes. Those of a picture are chosen so that the whole picture shows where something
 * happened, so that of one thing hardly any may be among them; here all of it are, nearest to a moment first.
 *
 *     arrows   ·  ·· ·● · ·· ●  ···  ·●·  ·  ·         ● touches one of the rows
 *                       ◄────┼────►                    looked at from the moment outwards
 *
 * That a connection changed hands is an arrow between two threads: it is told for the connection too, from its owners.
 */
import { packedIds } from '../model/arrows';
import type { Model } from '../model/model';
import type { ArrowsOf, ArrowsOfRequest } from '../protocol/arrowsOf';
import type { TileArrow } from '../protocol/tile';
import { findThing } from './things';

/** More than a picture can show of one thing. */
export const mostOfThem = 400;
/** So many are looked at: a person waits for the answer. A million take tens of milliseconds. */
const mostLooked = 1_000_000;

/** Times go in and out without the model's origin. */
export function arrowsOf(model: Model, { rows, fromNs, toNs, nearNs }: ArrowsOfRequest): ArrowsOf {
  const { arrows: columns, originNs } = model;
  const ids = packedIds(rows.flatMap((id) => withThreads(model, id)));
  // The begin belongs to the range.
  const first = columns.firstAfter(fromNs + originNs - 0.5);
  const last = columns.firstAfter(toNs + originNs);
  const middle = Math.min(Math.max(columns.firstAfter(nearNs + originNs), first), last);
  const found: number[] = [];
  let looked = 0;
  for (let away = 0; (middle + away < last || middle - 1 - away >= first) && found.length < mostOfThem && looked < mostLooked; away++) {
    for (const index of [middle + away, middle - 1 - away]) {
      if (index < first || index >= last) continue;
      looked++;
      if (ids.size > 0 && columns.touches(index, ids)) found.push(index);
    }
  }
  const handed = handOvers(model, rows).filter(({ atNs }) => atNs >= fromNs && atNs <= toNs);
  const all = found.sort((a, b) => a - b).map((index): TileArrow => {
    const arrow = columns.get(index);
    return { ...arrow, atNs: arrow.atNs - originNs };
  });
  const known = new Set(all.map(keyOf));
  const arrows = [...all, ...handed.filter((arrow) => !known.has(keyOf(arrow)))].sort((a, b) => a.atNs - b.atNs);
  return { arrows, more: looked < last - first };
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
