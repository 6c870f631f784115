/** Threads of one interpreter that compute: they take turns with its lock, so together they are no faster than one. */
import { joined, say } from '../protocol/phrase';
import { computingThreads, percent, perGroup, together } from './computing';
import { found, type Rule } from './finding';
import { counted, duration, processWords, threadWords } from './words';

/** Threads that wait less for the lock hardly meet, or let it go while they compute. */
const leastGilShare = 0.2;

export const concurrent: Rule = {
  name: 'concurrent',
  find: (model) =>
    perGroup(computingThreads(model), ({ thread }) => thread.process, (group) => {
      const process = group[0]!.thread.process;
      const gilNs = group.reduce((sum, each) => sum + each.gilNs, 0);
      const runNs = group.reduce((sum, each) => sum + each.runNs, 0);
      const met = together(model, group);
      if (met === null || gilNs < leastGilShare * runNs) return null;
      const names = group.map(({ thread }) => threadWords(model, thread));
      return found({
        rule: concurrent.name,
        severity: 'info',
        title: say`${counted(group.length, say`1 thread`, say`${String(group.length)} threads`)} computed concurrently, not in parallel`,
        detail: joined(
          [
            say`${joined(names, ', ')} of ${processWords(model, process)} ran ${duration(runNs)} on a CPU together and waited ${duration(gilNs)} for the interpreter lock (GIL).`,
            say`They used ${met.cpus.toFixed(2)} CPUs on average; at least ${percent(met.overlap)} of the time two of them were on a CPU.`,
          ],
          ' ',
        ),
        subjects: [process.id, ...group.map(({ thread }) => thread.id)],
        fromNs: met.fromNs,
        toNs: met.toNs,
        at: model.site(group[0]!.thread.startedAt),
      });
    }),
};
