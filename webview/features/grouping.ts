/** Rows grouped by who works, by what they came in at, or by who asks: a key goes round, and the choice is kept. */
import type { MakeFeature } from '../feature';
import { groupings, type Grouping } from '../grouping';
import { t } from '../words';

function isGrouping(value: unknown): value is Grouping {
  return groupings.some((each) => each === value);
}

export const grouping: MakeFeature = ({ store }) => ({
  name: 'grouping',
  actions: [{
    id: 'group', keys: ['g'], title: () => t('Group rows otherwise: by process, listener or client'), group: 'rows', where: 'panel',
    run: () => store.group(groupings[(groupings.indexOf(store.grouping.peek()) + 1) % groupings.length]!),
  }],
  remember: () => store.grouping.value,
  restore(memory) {
    if (isGrouping(memory)) store.group(memory);
  },
});
