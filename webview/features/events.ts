/**
 * From event to event on the selected lane: `.` and `,` to the next and the previous span, `>` and `<` to those of the same state. The
 * engine says which it is, so that nothing is passed over that is too small to be seen here.
 */
import type { MakeFeature } from '../feature';
import type { Neighbour } from '../../src/protocol/navigate';
import type { Panel } from '../panel';
import { spanOf } from '../timeline/geometry';
import { t } from '../words';

interface Step {
  forward: boolean;
  sameState: boolean;
}

/** Presses that come faster than answers wait; more than these are a key that was held too long. */
const mostWaiting = 20;

export const events: MakeFeature = (panel) => {
  const waiting: Step[] = [];
  let busy = false;
  const work = async (): Promise<void> => {
    busy = true;
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) await go(panel, step).catch(() => (waiting.length = 0));
    busy = false;
  };
  const step = (forward: boolean, sameState: boolean) => (): void => {
    if (waiting.length < mostWaiting) waiting.push({ forward, sameState });
    if (!busy) void work();
  };
  const enabled = (): boolean => panel.store.selection.peek() !== null;
  return {
    name: 'events',
    actions: [
      { id: 'nextEvent', keys: ['.'], title: () => t('Next event of the row'), group: 'selection', where: 'panel', enabled, run: step(true, false) },
      { id: 'previousEvent', keys: [','], title: () => t('Previous event of the row'), group: 'selection', where: 'panel', enabled, run: step(false, false) },
      { id: 'nextAlike', keys: ['>'], title: () => t('Next event of the same state'), group: 'selection', where: 'panel', enabled, run: step(true, true) },
      { id: 'previousAlike', keys: ['<'], title: () => t('Previous event of the same state'), group: 'selection', where: 'panel', enabled, run: step(false, true) },
    ],
    reset: () => (waiting.length = 0),
  };
};

async function go(panel: Panel, { forward, sameState }: Step): Promise<void> {
  const { store, viewport } = panel;
  const selection = store.selection.peek();
  if (selection === null) return;
  // Where no span is selected, from the edge that one comes from; of a state there is none then.
  const view = viewport.view.peek();
  const atNs = selection.spanBeginNs ?? (forward ? view.fromNs : view.toNs);
  const found = await panel.query('neighbour', { row: selection.row, atNs, forward, sameState: sameState && selection.spanBeginNs !== null });
  if (found === null || store.selection.peek() !== selection) return;
  panel.select(selection.row, found.beginNs);
  store.show(selection.row);
  bringIntoSight(panel, found);
}

/** The window moves only where the event is out of it; then it comes into the middle, or its begin does where it is longer than the window. */
function bringIntoSight({ viewport, store }: Panel, { beginNs, endNs }: Neighbour): void {
  const view = viewport.view.peek();
  const end = endNs ?? store.nowNs.peek();
  const wide = spanOf(view);
  // Its begin is in sight, and if it fits, so is its end.
  if (beginNs >= view.fromNs && beginNs <= view.toNs && (end <= view.toNs || beginNs <= view.fromNs + wide / 2)) return;
  const middle = end - beginNs < wide ? (beginNs + end) / 2 : beginNs + wide * 0.4;
  viewport.show({ fromNs: middle - wide / 2, toNs: middle + wide / 2 });
}
