/** How rows are grouped, in the timeline's corner; the key for it is a feature's (features/grouping.ts). */
import type { JSX } from 'preact';
import { groupings, groupingWords, type Grouping } from '../grouping';
import type { Store } from '../store';
import { t } from '../words';

export function GroupingChoice({ store }: { store: Store }): JSX.Element {
  return (
    <select
      class="grouping" aria-label={t('Group rows by')} title={t('Group rows by')} value={store.grouping.value}
      onChange={(event) => store.group(event.currentTarget.value as Grouping)}
    >
      {groupings.map((each) => <option key={each} value={each}>{groupingWords(each)}</option>)}
    </select>
  );
}
