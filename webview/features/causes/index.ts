/**
 * Why the selection waits: the chain of causes as numbered arrows over the lanes. C goes to the next cause, Shift+C back; R shows all
 * arrows instead of the selection's.
 */
import { effect, signal } from '@preact/signals';
import type { CauseChain, CauseLink } from '../../../src/protocol/causeChain';
import type { MakeFeature } from '../../feature';
import { isOwnRow } from '../../panelRows';
import type { Selection } from '../../store';
import { paintCause } from '../../timeline/arrows';
import { t } from '../../words';
import { causeWords } from './words';

/** A chain, and how far a person has followed it. */
interface Followed {
  readonly chain: CauseChain;
  readonly at: number;
}

export const causes: MakeFeature = (panel) => {
  const { store, timeline } = panel;
  const followed = signal<Followed | null>(null);
  const before: Selection[] = [];
  let asked = 0;

  const isAt = (link: CauseLink | undefined, selection: Selection): boolean => link?.row === selection.row && selection.spanBeginNs === link.atNs;
  const stop = effect(() => {
    const selection = store.selection.value;
    const number = ++asked;
    const known = followed.peek();
    if (selection !== null && known !== null && isAt(known.chain.links[known.at], selection)) return;
    followed.value = null;
    if (selection === null || isOwnRow(selection.row)) return;
    const row = store.index.row(selection.row);
    // A row alone: what it did last, or does now.
    const atNs = selection.spanBeginNs ?? Math.min(store.nowNs.peek(), (row?.endNs ?? Infinity) - 1);
    panel.query('causeChain', { row: selection.row, atNs: Math.round(atNs) }).then(
      (chain) => {
        if (number === asked) followed.value = { chain, at: 0 };
      },
      () => undefined, // Without its arrows; the next selection asks again.
    );
  });
  const repaint = effect(() => {
    if (followed.value !== null || !timeline.allArrows.value) timeline.repaint();
  });

  const nextOf = ({ chain: { links }, at }: Followed): number | null => links[at]?.backTo ?? (at + 1 < links.length ? at + 1 : null);
  const toCause = (): void => {
    const known = followed.peek();
    const selection = store.selection.peek();
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
      // Each a little further to the right: arrows between the same lanes would lie on one another.
      paint(surface, scene) {
        const links = scene.lanes === store.shown.peek() ? (followed.peek()?.chain.links ?? []) : [];
        links.forEach((link, index) => {
          const next = links[link.backTo ?? index + 1];
          const [fromAt, toAt] = [next === undefined ? undefined : store.shownPlace(next.row), store.shownPlace(link.row)];
          if (next === undefined || fromAt === undefined || toAt === undefined || fromAt === toAt) return;
          const [beginNs, endNs] = [Math.max(link.beginNs, next.beginNs), Math.min(link.endNs ?? scene.nowNs, next.endNs ?? scene.nowNs)];
          paintCause(surface, scene, { fromAt, toAt, beginNs: beginNs + Math.max(0, endNs - beginNs) * Math.min(0.5, index * 0.12), endNs: Math.max(endNs, beginNs + 1), words: `${index + 1} ${causeWords(link, next)}` });
        });
      },
    }],
    remember: () => timeline.allArrows.value,
    restore: (memory) => (timeline.allArrows.value = memory === true),
    reset: () => (before.length = 0),
    dispose() {
      stop();
      repaint();
    },
  };
};
