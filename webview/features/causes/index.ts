/**
 * Why the selection waits: the chain of causes as numbered arrows over the lanes. C goes to the next cause, Shift+C back; R shows all
 * arrows instead of the selection's.
 */
import { effect } from '@preact/signals';
import type { CauseLink } from '../../../src/protocol/causeChain';
import type { MakeFeature } from '../../feature';
import { isOwnRow } from '../../panelRows';
import type { FollowedCauses, Selection } from '../../store';
import { t } from '../../words';
import { paintChain } from './paint';
import { SelectionArrows } from './selectionArrows';

/** A wait that goes on may get another cause. */
const againAfterNs = 1e9;

export const causes: MakeFeature = (panel) => {
  const { store, timeline } = panel;
  const followed = store.causes;
  const before: Selection[] = [];
  let asked = 0;
  let askedFor: Selection | null = null;
  let askedAtNs = -Infinity;
  /** The selection's first chain is on its way. */
  let asking = false;
  /** It was to be followed before it was there. */
  let wanted = false;

  const isAt = (link: CauseLink | undefined, selection: Selection): boolean => link?.row === selection.row && selection.spanBeginNs === link.atNs;
  const stop = effect(() => {
    // A play head does not know what comes after it: the chain does.
    const selection = store.headNs.value === null ? store.selection.value : null;
    const nowNs = store.clock.value;
    const known = followed.peek();
    const again = selection === askedFor;
    if (again && !(goesOn(known) && nowNs - askedAtNs >= againAfterNs)) return;
    askedFor = selection;
    askedAtNs = nowNs;
    const number = ++asked;
    if (!again && selection !== null && known !== null && isAt(known.chain.links[known.at], selection)) return;
    if (!again) {
      followed.value = null;
      asking = wanted = false;
    }
    if (selection === null || isOwnRow(selection.row)) return;
    const row = store.index.row(selection.row);
    // A row alone: what it did last, or does now.
    const atNs = selection.spanBeginNs ?? Math.min(store.nowNs.peek(), (row?.endNs ?? Infinity) - 1);
    asking = !again;
    panel.query('causeChain', { row: selection.row, atNs: Math.round(atNs) }).then(
      (chain) => {
        if (number !== asked) return;
        followed.value = { chain, at: 0 };
        asking = false;
        if (wanted) toCause();
      },
      () => undefined, // Without its arrows; the next selection asks again.
    );
  });
  const arrows = new SelectionArrows(panel);
  const stopArrows = effect(() => {
    const selection = store.selection.value;
    const chain = followed.value?.chain.links.map(({ row }) => row) ?? [];
    const rows = selection === null || isOwnRow(selection.row) ? [] : [...new Set([selection.row, ...chain])];
    arrows.follow(rows, panel.viewport.calmView.value, store.clock.value);
  });
  const repaint = effect(() => {
    if (followed.value !== null || !timeline.allArrows.value) timeline.repaint();
  });

  const nextOf = ({ chain: { links }, at }: FollowedCauses): number | null => links[at]?.backTo ?? (at + 1 < links.length ? at + 1 : null);
  const toCause = (): void => {
    const known = followed.peek();
    const selection = store.selection.peek();
    wanted = asking;
    const next = known === null ? null : nextOf(known);
    const link = next === null ? undefined : known?.chain.links[next];
    if (known === null || selection === null || next === null || link === undefined) return;
    before.push(selection);
    followed.value = { chain: known.chain, at: next };
    panel.showMoment(link.row, link.atNs);
  };
  const back = (): void => {
    const selection = before.pop();
    if (selection === undefined) return;
    const known = followed.peek();
    const at = known?.chain.links.findIndex((link) => isAt(link, selection)) ?? -1;
    if (known !== null && at >= 0) followed.value = { chain: known.chain, at };
    if (selection.spanBeginNs === null) {
      panel.select(selection.row);
      store.show(selection.row);
    } else panel.showMoment(selection.row, selection.spanBeginNs);
  };

  return {
    name: 'causes',
    actions: [
      { id: 'cause', keys: ['c'], title: () => t('To the cause of the selection'), group: 'selection', where: 'panel', run: toCause },
      { id: 'causeBack', keys: ['Shift+c'], title: () => t('Back from the cause'), group: 'selection', where: 'panel', enabled: () => before.length > 0, run: back },
      { id: 'allArrows', keys: ['r'], title: () => t('All arrows, or the selection\'s'), group: 'show', where: 'panel', run: () => (timeline.allArrows.value = !timeline.allArrows.peek()) },
    ],
    layers: [{
      over: 'spans',
      paint(surface, scene) {
        const known = store.causes.peek();
        if (known !== null && scene.lanes === store.shown.peek()) paintChain(surface, scene, store, known.chain.links);
      },
    }],
    remember: () => timeline.allArrows.value,
    restore: (memory) => (timeline.allArrows.value = memory === true),
    reset: () => (before.length = 0),
    dispose() {
      stop();
      stopArrows();
      repaint();
    },
  };
};

/** Nobody has followed it yet, and what was asked for has not ended. */
function goesOn(known: FollowedCauses | null): boolean {
  return known?.at === 0 && known.chain.links[0]?.endNs === null;
}
