/** Processes of one parent that compute at the same time: nothing but the number of CPUs keeps them from running together. */
import { joined, say } from '../protocol/phrase';
import { computingThreads, percent, perGroup, together, type Computing } from './computing';
import { found, type Rule } from './finding';
import { counted, duration, processWords } from './words';

export const parallel: Rule = {
  name: 'parallel',
  find: (model) =>
    perGroup(longestOfEach(computingThreads(model)), ({ thread }) => thread.process.parent, (group) => {
      const met = together(model, group);
      if (met === null) return null;
      const runNs = group.reduce((sum, each) => sum + each.runNs, 0);
      return found({
        rule: parallel.name,
        severity: 'info',
        title: say`${counted(group.length, say`1 process`, say`${String(group.length)} processes`)} computed at the same time`,
        detail: joined(
          [
            say`${joined(group.map(({ thread }) => processWords(model, thread.process)), ', ')} ran ${duration(runNs)} on a CPU together.`,
            say`They used ${met.cpus.toFixed(2)} CPUs on average; at least ${percent(met.overlap)} of the time two of them were on a CPU.`,
          ],
          ' ',
        ),
        subjects: group.map(({ thread }) => thread.process.id),
        fromNs: met.fromNs,
        toNs: met.toNs,
        at: model.site(group[0]!.thread.process.bornAt),
      });
    }),
};

/** One thread for each process. */
function longestOfEach(computing: readonly Computing[]): Computing[] {
  const longest = new Map(computing.map((each) => [each.thread.process, each]));
  for (const each of computing) if (each.runNs > longest.get(each.thread.process)!.runNs) longest.set(each.thread.process, each);
  return [...longest.values()];
}
