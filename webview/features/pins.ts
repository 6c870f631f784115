/** Rows that stay in sight: P pins the selected row to the top of the lanes, and takes it away again. Kept across reloads. */
import type { MakeFeature } from '../feature';
import { isFoldId } from '../foldEnded';
import { t } from '../words';

export const pins: MakeFeature = ({ store }) => ({
  name: 'pins',
  actions: [{
    id: 'pin', keys: ['p'], title: () => t('Pin the row to the top, or unpin it'), group: 'rows', where: 'panel',
    enabled: () => store.selection.peek() !== null,
    run() {
      const row = store.selection.peek()?.row;
      if (row !== undefined && !isFoldId(row)) store.togglePinned(row);
    },
  }],
  remember: () => store.pinned.value,
  restore(memory) {
    if (Array.isArray(memory)) store.pinned.value = [...new Set(memory.filter((id): id is string => typeof id === 'string'))];
  },
  reset: () => (store.pinned.value = []),
});
