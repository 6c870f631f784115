/** A crowd of alike processes, as a forking server has: each is told by itself, the panel folds them. */

import { expect } from 'vitest';
import { quiet, type Case } from './catalogueCases';

const count = 12;

export const crowdCases: readonly Case[] = [
  {
    title: 'many_children.py',
    program: 'many_children.py',
    args: ['--count', String(count), '--at-once'],
    status: 0,
    drive: () => Promise.resolve(quiet),
    prints: `${count + 1} children, 1 of them failed\n`,
    finds: [],
    mayFind: ['zombies'],
    facts: {
      'each child of the crowd is told, born at one line and collected at another': ({ look }) => {
        const alike = look.children.filter((child) => look.line(child.bornAt) === look.marked('forks an alike one'));
        expect(alike).toHaveLength(count);
        expect(alike.map(({ birth, parent, reapedBy }) => [birth, parent, reapedBy])).toEqual(alike.map(() => ['fork', look.root.id, look.root.id]));
        expect(alike.filter(({ exit }) => exit?.code === 1)).toHaveLength(1);
        expect(new Set(alike.map(({ images }) => images.map(({ command }) => command.join(' ')).join())).size).toBe(1);
      },
      'the other one keeps its pid and has two programs': ({ look }) => {
        const other = look.children.find((child) => look.line(child.bornAt) === look.marked('forks the other one'));
        expect(other).toMatchObject({ birth: 'spawn', parent: look.root.id, exit: { code: 0, signal: null } });
        expect(other?.images.map(({ command }) => command.at(-1))).toEqual([look.root.images[0]?.command.at(-1), 'cat']);
        expect(look.arrows('exec').filter(({ to }) => to === other?.id)).toHaveLength(1);
      },
    },
  },
];
