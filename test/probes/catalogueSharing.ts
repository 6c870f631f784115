/** Rows 18, 24, 27 and 28 of the catalogue: what threads and processes share, cost and outlive, and what overlaps. */

import { expect } from 'vitest';
import type { ReportProcess } from '../../src/protocol/report';
import { atLeast, quiet, type Case } from './catalogueCases';
import { lengthMs, mainThread, type Lookup } from './support/lookup';

const nothing = (): Promise<typeof quiet> => Promise.resolve(quiet);

const memory: Case = {
  title: 'memory.py',
  program: 'memory.py',
  args: [],
  status: 0,
  drive: nothing,
  prints: 'after the thread: 1\nin the child: 2, here after the child: 1\n',
  finds: [],
  facts: {
    'the thread is the program’s own, the child a process beside it': ({ look }) => {
      const [child, ...more] = look.children;
      expect(more).toEqual([]);
      expect(look.root.threads.map(({ name }) => name)).toEqual(['MainThread', 'thread']);
      expect(look.line(child?.bornAt ?? null)).toBe(look.marked('starts the child'));
      expect(look.worker('child')).toMatchObject({ parent: look.root.id, birth: 'fork' });
    },
    'what the child has to tell comes back with its exit, and in no other way': ({ look }) => {
      expect(look.worker('child')).toMatchObject({ exit: { code: 2, signal: null }, reapedBy: look.root.id });
      expect(look.report.channels.flatMap(({ ends }) => ends.map((end) => (end.bytesIn ?? 0) + (end.bytesOut ?? 0)))).toEqual(
        look.report.channels.flatMap(({ ends }) => ends.map(() => 0)),
      );
    },
  },
};

const orphans: Case = {
  title: 'orphans.py',
  program: 'orphans.py',
  args: [],
  status: 0,
  drive: nothing,
  prints: 'the parent has ended\nthe orphan is done\n',
  finds: [],
  facts: {
    'three generations; the parent in the middle is collected': ({ look }) => {
      const [middle, child, ...more] = look.children;
      expect(more).toEqual([]);
      expect(middle).toMatchObject({ parent: look.root.id, exit: { code: 0, signal: null }, reapedBy: look.root.id, orphanedAtNs: null, adoptedBy: null });
      expect(look.line(middle?.bornAt ?? null)).toBe(look.marked('forks the parent'));
      expect(look.line(middle?.reapedAt ?? null)).toBe(look.marked('collects the parent'));
      expect(child).toMatchObject({ parent: middle?.id, birth: 'fork' });
      expect(look.line(child?.bornAt ?? null)).toBe(look.marked('forks the child'));
    },
    'the child is an orphan from its parent’s end on': ({ look }) => {
      const [middle, child] = look.children;
      // On a busy machine the observer may see the new parent before the old one's collection is told.
      expect(child?.orphanedAtNs).toBeLessThanOrEqual(middle?.endNs ?? 0);
      atLeast(((child?.endNs ?? 0) - (child?.orphanedAtNs ?? Infinity)) / 1e6, 300);
    },
    'who adopted it is none of the program’s': ({ look }) => {
      const adopter = look.children[1]?.adoptedBy;
      expect(adopter).toEqual({ pid: expect.any(Number) as number, process: null });
      expect(look.report.processes.map(({ pid }) => pid)).not.toContain(adopter?.pid);
    },
    'its end is known, and that nobody of the program collected it': ({ look }) => {
      expect(look.children[1]).toMatchObject({ exit: { code: 4, signal: null }, ending: 'error', reapedBy: null, reapedAt: null });
      expect(look.line(look.longestWait(mainThread(look.children[1]!), 'sleep').at)).toBe(look.marked('goes on as an orphan'));
      expect(look.children[1]?.endNs).toBeLessThanOrEqual(look.root.endNs ?? 0);
    },
  },
};

/** As many as the rule wants, so that seven interpreters are done soon. */
const count = 60;

const creationCost: Case = {
  title: 'creation_cost.py',
  program: 'creation_cost.py',
  args: ['--count', String(count)],
  status: 0,
  drive: nothing,
  prints: `created ${count} threads and ${count} processes\n`,
  finds: ['creation-cost'],
  // Where one core makes and runs them all, the first have long ended when the last is made.
  mayFind: ['zombies'],
  facts: {
    'every thread and every process is there, from the line that creates them': ({ look }) => {
      expect(look.children).toHaveLength(count);
      expect(look.root.threads).toHaveLength(1 + count);
      for (const made of look.children) {
        expect(look.line(made.bornAt)).toBe(look.marked('creates'));
        expect(made).toMatchObject({ parent: look.root.id, birth: 'fork', exit: { code: 0, signal: null }, reapedBy: look.root.id });
      }
      for (const thread of look.root.threads.slice(1)) expect(thread).toMatchObject({ startedBy: look.main.id, joinedBy: look.main.id });
    },
    'the medians of both stand side by side, with how many they are of': ({ look }) => {
      const finding = look.finding('creation-cost');
      expect(finding).toMatchObject({ severity: 'info', subjects: [look.root.id] });
      expect(look.line(finding.at)).toBe(look.marked('creates'));
      expect(finding.title).toMatch(/^Creating a process took \d+ [mµ]s, a thread \d+ [mµ]s$/);
      expect(finding.detail).toContain(`Median of ${count} processes and ${count} threads`);
    },
  },
};

/** What overlap.py computes and its device takes: much more than its processes may be kept from a core while they start. */
const computedMs = 1000;

const overlap: Case = {
  title: 'overlap.py',
  program: 'overlap.py',
  args: ['--seconds', String(computedMs / 1000)],
  status: 0,
  drive: nothing,
  prints: 'one after the other\nat once\n',
  finds: ['overlap'],
  mayFind: ['zombies'], // Of those that are done first, while the one that computes waits for a CPU.
  facts: {
    'first one after the other: the reader is done before the other one begins': ({ look }) => {
      const [reader, cruncher] = pair(look, 0);
      expect(cruncher.startNs).toBeGreaterThanOrEqual(reader.endNs ?? Infinity);
    },
    'then at once: the reader waits for the device, at its line, while the other one computes': ({ look }) => {
      const [reader, cruncher] = pair(look, 1);
      expect(cruncher.startNs).toBeLessThan(reader.endNs ?? 0);
      const wait = look.longestWait(mainThread(reader), 'pipe');
      expect(look.line(wait.at)).toBe(look.marked('waits for the device'));
      atLeast(lengthMs(wait), 60);
      expect(mainThread(cruncher).stateNs.running).toBeGreaterThan(0.95 * computedMs * 1e6);
    },
    'that is said of the second pair, with what was run, waited and saved': ({ look }) => {
      const [reader, cruncher] = pair(look, 1);
      const finding = look.finding('overlap');
      expect(finding).toMatchObject({ severity: 'info', subjects: [reader.id, cruncher.id] });
      expect(look.line(finding.at)).toBe(look.marked('waits for the device'));
      const told = /^cruncher \(\d+\) ran (.+) on a CPU, reader \(\d+\) waited (.+): one after the other .+, together /.exec(finding.detail);
      atLeast(milliseconds(told?.[1]), computedMs);
      // The device began before the reader did.
      atLeast(milliseconds(told?.[2]), 0.6 * computedMs);
      const together = Math.max(reader.endNs ?? 0, cruncher.endNs ?? 0) - Math.min(reader.startNs, cruncher.startNs);
      expect((finding.toNs ?? 0) - finding.fromNs).toBe(together);
    },
  },
};

/** A sentence's `300 ms` or `1.2 s`. */
function milliseconds(words: string | undefined): number {
  const [number, unit] = (words ?? '').split(' ');
  return Number(number) * (unit === 's' ? 1000 : 1);
}

/** The reader and the cruncher of the program's first or second half. */
function pair(look: Lookup, half: number): [reader: ReportProcess, cruncher: ReportProcess] {
  const named = (name: string): ReportProcess => look.children.filter(({ multiprocessing }) => multiprocessing?.name === name)[half]!;
  return [named('reader'), named('cruncher')];
}

export const sharingCases: readonly Case[] = [memory, orphans, creationCost, overlap];
