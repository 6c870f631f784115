/** A server that ran for days: what a rule gathers may be more than a call can have arguments. */
import { expect, it } from 'vitest';
import { handlerFailed } from '../../../src/insight/handlerFailed';
import { zombies } from '../../../src/insight/zombies';
import type { Model } from '../../../src/model/model';
import { Stops } from '../../../src/model/stops';

const many = 200_000;
const nothing = { text: () => null, site: () => null, label: () => null, processName: () => '', latestNs: 9e9, stops: new Stops() };
const modelWith = (things: Partial<Record<keyof Model, unknown>>): Model => ({ ...nothing, ...things }) as unknown as Model;

it('counts as many zombies as there are', () => {
  const children = Array.from({ length: many }, (_, at) => ({ id: `p${String(at + 2)}`, pid: at + 2, endNs: at, reapedNs: null, zombieNs: null, zombieSeen: true, bornAt: null }));
  const parent = { id: 'p1', pid: 1, endNs: null, multiprocessing: null, children };
  expect(zombies.find(modelWith({ processes: [parent] }))).toMatchObject([{ title: `${String(many)} children were zombies for 100 ms or more`, fromNs: 0, toNs: null }]);
});

it('counts as many failed requests as there are', () => {
  const thread = { id: 't1' };
  const failures = Array.from({ length: many }, (_, at) => ({
    phase: { name: 'handle', thread, beginNs: at, endNs: at + 1, error: null, errorAt: null, site: null }, connection: { id: `c${String(at)}`, peer: null }, peer: null,
  }));
  expect(handlerFailed.find(modelWith({ failures }))).toMatchObject([{ fromNs: 0, toNs: many }]);
});
