/** A probe that met a fault of its own left its program alone from then on: what is missing must not look like nothing. */
import { say } from '../protocol/phrase';
import { found, gravest, type Rule } from './finding';
import { processWords } from './words';

export const recorderOff: Rule = {
  name: 'recorder-off',
  find(model) {
    const all = model.processes.flatMap((process) =>
      process.faults.map(({ message, atNs }) => ({
        finding: found({
          rule: recorderOff.name,
          severity: 'error',
          title: say`The recorder turned itself off in ${processWords(model, process)}`,
          detail: say`What its Python code did from then on is not recorded; please report this: ${model.text(message) ?? say`no message`}`,
          subjects: [process.id],
          fromNs: atNs,
          toNs: process.endNs ?? model.latestNs,
          at: null,
        }),
        weight: 1,
      })),
    );
    return gravest(all);
  },
};
