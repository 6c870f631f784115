/** Part of row 23 of the catalogue: what the recorder can't see, and that it says so of each process, with the reason. */

import { expect } from 'vitest';
import type { ReportProcess } from '../../src/protocol/report';
import { quiet, type Case } from './catalogueCases';
import type { Lookup } from './support/lookup';

function bornAt(look: Lookup, marker: string): ReportProcess | undefined {
  return look.children.find((child) => look.line(child.bornAt) === look.marked(marker));
}

/** Nobody inside tells of it, its birth and its end are there, and this is why. */
function observedOnly(marker: string, reason: string, detail: string | null = null): Case['facts'] {
  return {
    [`the child ${marker}: observed only, because of ${reason}`]: ({ look }) => {
      const child = bornAt(look, marker);
      expect(child).toMatchObject({ parent: look.root.id, coverage: ['kernel'], exit: { code: 0, signal: null }, unseen: [{ reason, detail, toNs: null }] });
    },
  };
}

export const coverageCases: readonly Case[] = [
  {
    title: 'not_recorded.py',
    program: 'not_recorded.py',
    args: [],
    status: 0,
    drive: () => Promise.resolve(quiet),
    prints: 'ended with 0 0 0 0 0 0\n',
    finds: [],
    facts: {
      ...observedOnly('isolated', 'isolated'),
      ...observedOnly('without site', 'no-site'),
      ...observedOnly('without the environment', 'no-environment'),
      ...observedOnly('with an environment of its own', 'environment'),
      ...observedOnly('another program', 'other-program', 'cat'),
      'the child recorded: nothing is unseen': ({ look }) => {
        const child = bornAt(look, 'recorded');
        expect(child?.coverage).toContain('python');
        expect(child?.unseen).toEqual([]);
      },
      "the resource tracker: the library's own helper": ({ look }) => {
        const trackers = look.children.filter((child) => child.name === 'multiprocessing resource tracker');
        expect(trackers).toMatchObject([{ coverage: ['kernel'], unseen: [{ reason: 'resource-tracker' }] }]);
      },
      'the main process: partly seen, since it made a subinterpreter': ({ look }) => {
        expect(look.root.coverage).toContain('python');
        expect(look.root.unseen).toMatchObject([{ reason: 'subinterpreter', detail: null, toNs: null }]);
        expect(look.report.channels).toHaveLength(6); // The children's standard inputs, and no pair of sockets.
      },
    },
  },
];
