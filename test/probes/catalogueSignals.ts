/** Rows 19, 20 and 30 of the catalogue: who gets a signal that is not sent to one process by its number, and what may not be started. */

import { expect } from 'vitest';
import { quiet, type Case, type Seen } from './catalogueCases';
import { mainThread } from './support/lookup';

/** The processes that a signal from the marked line went to, in order. */
function sentFrom({ look }: Seen, marker: string): string[] {
  const sent = look.arrows('signal').filter(({ at }) => look.line(at) === look.marked(marker));
  return sent.map(({ to }) => to).sort();
}

function ids(processes: readonly { readonly id: string }[]): string[] {
  return processes.map(({ id }) => id).sort();
}

export const signalCases: readonly Case[] = [
  {
    title: 'signal_groups.py',
    program: 'signal_groups.py',
    args: [],
    status: 0,
    drive: () => Promise.resolve(quiet),
    prints: 'the group ended by: -15 -15\na group of its own: handled 1\nprogram ended by: -15\nprogram ended by: -9\nsession ended by: -15\nbystander ended by: -15\n',
    finds: [],
    mayFind: ['zombies'], // While the main process waits for another one.
    facts: {
      'a signal to a group goes to each of its members, and to nobody else': (seen) => {
        const { look } = seen;
        const [bystander, first, second, leader, follower] = look.children;
        if (!bystander || !first || !second || !leader || !follower) throw new Error('children are missing');
        expect(sentFrom(seen, 'sends to the group')).toEqual(ids([first, second]));
        for (const member of [first, second]) expect(member).toMatchObject({ exit: { code: null, signal: 'SIGTERM' }, killedBy: look.main.id });
        expect(sentFrom(seen, 'sends to its own group')).toEqual(ids([leader, follower]));
        expect(sentFrom(seen, 'sends to nobody')).toEqual([]);
      },
      'the handler of each member runs': ({ look }) => {
        const leader = look.children[3];
        const signals = leader?.threads.flatMap((thread) => thread.signals) ?? [];
        expect(signals).toHaveLength(1);
        expect(signals[0]).toMatchObject({ signal: 'SIGUSR1' });
      },
      'terminate and kill of a program, and a session of its own': (seen) => {
        const { look } = seen;
        const programs = look.report.processes.filter((process) => process.name === 'sleep');
        expect(programs.map((program) => program.exit?.signal)).toEqual(['SIGTERM', 'SIGKILL', 'SIGTERM']);
        expect(sentFrom(seen, 'ends the program')).toEqual(ids(programs.slice(0, 2)));
        expect(sentFrom(seen, "ends the program's session")).toEqual(ids(programs.slice(2)));
        for (const program of programs) expect(program).toMatchObject({ ending: 'killed', killedBy: look.main.id });
      },
      'by descriptor, where there is one': (seen) => {
        const marker = seen.python.minor >= 9 ? 'sends by descriptor' : 'sends by number';
        expect(sentFrom(seen, marker)).toEqual(ids(seen.look.children.slice(0, 1)));
        expect(seen.look.children[0]).toMatchObject({ killedBy: seen.look.main.id });
      },
      'a timer\'s and a broken pipe\'s signal come from nobody': ({ look }) => {
        const broken = look.children.find((child) => child.exit?.signal === 'SIGPIPE');
        expect(broken).toMatchObject({ killedBy: null });
        const rung = look.main.signals.filter(({ signal }) => signal === 'SIGALRM');
        expect(rung).toHaveLength(1);
        expect(look.arrows('signal').filter(({ to }) => to === look.root.id || to === broken?.id)).toEqual([]);
      },
    },
  },
  {
    title: 'daemon_processes.py',
    program: 'daemon_processes.py',
    args: [],
    status: 0,
    drive: () => Promise.resolve(quiet),
    prints: 'daemonic processes are not allowed to have children\nmain: leaving [True, True]\n',
    finds: [],
    mayFind: ['zombies'], // While the main process waits for the ordinary one.
    facts: {
      'daemons are told apart, and have no children': ({ look }) => {
        const flags = ['wants children', 'is told', 'ordinary'].map((name) => look.worker(name).multiprocessing?.daemon);
        expect(flags).toEqual([true, true, false]);
        expect(look.report.processes).toHaveLength(4);
        for (const child of look.children) expect(child.parent).toBe(look.root.id);
      },
      'the main thread ends them, and nobody else, when the program is done': ({ look }) => {
        const daemons = ['wants children', 'is told'].map((name) => look.worker(name).id).sort();
        expect(look.arrows('signal').map(({ to }) => to).sort()).toEqual(daemons);
        for (const arrow of look.arrows('signal')) expect(arrow.from).toBe(look.main.id);
        expect(look.worker('wants children')).toMatchObject({ exit: { code: null, signal: 'SIGTERM' }, ending: 'killed', killedBy: look.main.id });
        expect(look.worker('ordinary')).toMatchObject({ exit: { code: 0, signal: null }, ending: 'normal', killedBy: null });
      },
      'the handler that ended the other one, with its line, although it never returned': ({ look }) => {
        const told = look.worker('is told');
        expect(told).toMatchObject({ exit: { code: 7, signal: null }, ending: 'error', killedBy: null });
        const [handled, ...more] = mainThread(told).signals;
        expect(more).toEqual([]);
        expect(handled).toMatchObject({ signal: 'SIGTERM', endNs: null });
        expect(look.line(handled?.handler ?? null)).toBe(look.marked('handles SIGTERM'));
      },
    },
  },
];
