/** Rows 25 and 26 of the catalogue: ready, running and blocked; concurrent against parallel. */

import { expect } from 'vitest';
import { quiet, type Case } from './catalogueCases';
import { mainThread, type Lookup } from './support/lookup';

type Facts = Case['facts'];

const nothing = (): Promise<typeof quiet> => Promise.resolve(quiet);
const ms = 1e6;
/** What each worker computes by its own clock, as gil_threads.py has it by default. */
const computedMs = 400;

const blockedThread: Facts = {
  'the idle one is blocked in its sleep': ({ look }) => {
    const idle = look.thread('idle');
    const life = (idle.endNs ?? 0) - idle.startNs;
    expect(look.line(look.longestWait(idle, 'sleep').at)).toBe(look.marked('is blocked'));
    expect(idle.waitNs.sleep).toBeGreaterThan(0.9 * computedMs * ms);
    // It is ready too, after its sleep, for as long as others have the CPU.
    expect(idle.stateNs.blocked + idle.stateNs.ready).toBeGreaterThan(0.8 * life);
    expect(idle.stateNs.running).toBeLessThan(0.2 * computedMs * ms);
  },
};

function cpusOf(look: Lookup, rule: string): number {
  return Number(/used ([\d.]+) CPUs/.exec(look.finding(rule).detail)?.[1]);
}

export const stateCases: readonly Case[] = [
  {
    title: 'gil_threads.py',
    program: 'gil_threads.py',
    args: [],
    status: 0,
    drive: nothing,
    prints: 'both have computed\n',
    finds: ['concurrent'],
    facts: {
      ...blockedThread,
      'both ran for what they computed, and not for more': ({ look }) => {
        for (const name of ['left', 'right']) {
          const { running } = look.thread(name).stateNs;
          expect(running, name).toBeGreaterThan(0.95 * computedMs * ms);
          expect(running, name).toBeLessThan(1.5 * computedMs * ms);
        }
      },
      'each was ready while the other one held the interpreter lock': ({ look }) => {
        for (const name of ['left', 'right']) {
          const { stateNs, waitNs } = look.thread(name);
          expect(waitNs.gil, name).toBeGreaterThan(0.3 * computedMs * ms);
          expect(stateNs.ready, name).toBeGreaterThanOrEqual(waitNs.gil ?? 0);
          expect(stateNs.blocked, name).toBeLessThan(0.3 * computedMs * ms);
        }
      },
      'together they were no faster than one, and that is said': ({ look }) => {
        expect(look.finding('concurrent')).toMatchObject({ severity: 'info', subjects: [look.root.id, look.thread('left').id, look.thread('right').id] });
        expect(look.line(look.finding('concurrent').at)).toBe(look.marked('starts a worker'));
        // The kernel counts by ticks.
        expect(cpusOf(look, 'concurrent')).toBeLessThan(1.15);
      },
    },
  },
  {
    title: 'gil_threads.py, processes',
    program: 'gil_threads.py',
    args: ['--workers', 'processes'],
    status: 0,
    drive: nothing,
    prints: 'both have computed\n',
    finds: ['parallel'],
    mayFind: ['zombies', 'fork-with-threads'],
    facts: {
      ...blockedThread,
      'both ran for what they computed, and none waited for a lock of the interpreter': ({ look }) => {
        for (const name of ['left', 'right']) {
          const { stateNs, waitNs } = mainThread(look.worker(name));
          expect(stateNs.running, name).toBeGreaterThan(0.95 * computedMs * ms);
          expect(waitNs.gil ?? 0, name).toBeLessThan(0.1 * computedMs * ms);
        }
      },
      'how many CPUs they had is said': ({ look }) => {
        expect(look.finding('parallel').subjects).toEqual([look.worker('left').id, look.worker('right').id]);
        expect(cpusOf(look, 'parallel')).toBeGreaterThan(0);
      },
    },
  },
];
