/** Rows 22 and 24 of the catalogue, the hard part: ends without a last word, and ends that nobody waits for. */

import { expect } from 'vitest';
import type { ReportProcess } from '../../src/protocol/report';
import { quiet, type Case } from './catalogueCases';
import type { Lookup } from './support/lookup';

function bornAt(look: Lookup, marker: string): ReportProcess[] {
  return look.children.filter((child) => look.line(child.bornAt) === look.marked(marker));
}

const code = (status: number): object => ({ code: status, signal: null });
const signal = (name: string): object => ({ code: null, signal: name });

export const endCases: readonly Case[] = [
  {
    title: 'sudden_ends.py',
    program: 'sudden_ends.py',
    args: [],
    status: 0,
    drive: () => Promise.resolve(quiet),
    prints: 'the orphans are gone\n',
    finds: [],
    mayFind: ['zombies'],
    facts: {
      'each sudden end is told right': ({ look, python }) => {
        // From 3.12 on Python stops before the stack is full.
        const overflow = python.minor < 12 ? signal('SIGSEGV') : code(1);
        const children = bornAt(look, 'forks a child');
        expect(children.map(({ exit }) => exit)).toEqual([signal('SIGSEGV'), signal('SIGKILL'), overflow, code(1), code(6)]);
        expect(children.map(({ ending }) => ending)).toEqual(['fatal', 'killed', python.minor < 12 ? 'fatal' : 'error', 'error', 'error']);
        for (const child of children) expect(child).toMatchObject({ unseen: [], reapedBy: look.root.id });
      },
      'who kills itself is told as its own killer, with the line': ({ look }) => {
        const [, killed] = bornAt(look, 'forks a child');
        expect(killed?.killedBy).toBe(killed?.threads[0]?.id);
        const [sent] = look.arrows('signal').filter((arrow) => arrow.to === killed?.id);
        expect(look.line(sent?.at ?? null)).toBe(look.marked('kills itself'));
      },
      "the orphans' exit statuses are known, however they left": ({ look }) => {
        const orphans = bornAt(look, 'forks an orphan');
        expect(orphans.map(({ exit }) => exit)).toEqual([0, 7, 1, 9, 3, 6].map(code));
        for (const orphan of orphans) {
          expect(orphan.orphanedAtNs, orphan.id).not.toBeNull();
          expect(orphan).toMatchObject({ unseen: [], reapedBy: null });
        }
      },
    },
  },
];
