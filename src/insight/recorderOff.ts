/** A probe that met a fault of its own left its program alone from then on: what is missing must not look like nothing. */
import { gravest, type Rule } from './finding';
import { processWords } from './words';

export const recorderOff: Rule = {
  name: 'recorder-off',
  find(model) {
    const found = model.processes.flatMap((process) =>
      process.faults.map(({ message, atNs }) => ({
        finding: {
          rule: recorderOff.name,
          severity: 'error' as const,
          title: `The recorder turned itself off in ${processWords(model, process)}`,
          detail: `What its Python code did from then on is not recorded; please report this: ${model.text(message) ?? 'no message'}`,
          subjects: [process.id],
          fromNs: atNs,
          toNs: process.endNs ?? model.latestNs,
          at: null,
        },
        weight: 1,
      })),
    );
    return gravest(found);
  },
};
