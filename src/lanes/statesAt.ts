/** How rows stood at a moment of the past: for a replay, whose tree and row names must not know more than its play head. */
import type { Connection } from '../model/connection';
import type { Listener } from '../model/listener';
import type { Model } from '../model/model';
import { noState, type States, type StatesRequest } from '../protocol/navigate';
import { eachSpan } from './rowSpans';
import { findThing } from './things';

/** @param nowNs the present, ns from the first event. */
export function statesAt(model: Model, ask: StatesRequest, nowNs: number): States {
  const origin = model.originNs;
  const [at, now] = [ask.atNs + origin, nowNs + origin];
  const count = ask.rows.length;
  const state = new Uint8Array(count).fill(noState);
  const since = new Float64Array(count);
  const owner = new Uint32Array(count);
  const accepted = new Uint32Array(count);
  ask.rows.forEach((id, index) => {
    const thing = findThing(model, id);
    if (thing === undefined) return;
    // A nanosecond wide: what has no length overlaps nothing.
    eachSpan(model, thing, at, at + 1, now, (begin, end, code) => {
      if (begin > at || end <= at) return;
      state[index] = code;
      since[index] = begin - origin;
    });
    if (thing.kind === 'connection') owner[index] = ownerAt(thing, at);
    if (thing.kind === 'listener') accepted[index] = acceptedUntil(thing, at);
  });
  return { state: state.buffer, since: since.buffer, owner: owner.buffer, accepted: accepted.buffer };
}

function ownerAt(connection: Connection, at: number): number {
  let owner = 0;
  for (const piece of connection.owners) if (piece.fromNs <= at) owner = piece.thread.number;
  return owner;
}

function acceptedUntil(listener: Listener, at: number): number {
  let count = 0;
  for (const { acceptedNs } of listener.connections) if (acceptedNs !== null && acceptedNs <= at) count++;
  return count;
}
