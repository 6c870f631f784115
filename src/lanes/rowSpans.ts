/**
 * Every span of one row within a range, as it is drawn at the finest zoom: nothing is merged. Totals are sums of these, so a table
 * and the picture beside it can't disagree.
 */
import { isZombie, zombieUntil } from '../model/endings';
import type { Model } from '../model/model';
import { stateCode } from '../protocol/states';
import { eachTaskSpan } from './tasks';
import type { RowThing } from './things';
import { addThreadSpans, type AddSpan } from './threadSpans';

/**
 * Adds the spans that overlap the range, in order, whole (they may reach beyond it). All times are the model's; an open span ends at `now`.
 * @param now the present.
 */
export function eachSpan(model: Model, thing: RowThing, from: number, to: number, now: number, add: AddSpan): void {
  const put: AddSpan = (begin, end, state, open) => {
    if (end > from && begin < to && end > begin) add(begin, end, state, open);
  };
  const last = Math.min(to, now);
  switch (thing.kind) {
    case 'thread':
      addThreadSpans(thing, model.account(thing, now), { from, to: last }, thing.endNs ?? now, put);
      return;
    case 'task':
      eachTaskSpan(thing, from, last, now, ({ begin, end, state }) => put(begin, Number.isNaN(end) ? now : end, state, Number.isNaN(end)));
      return;
    case 'connection': {
      const { activity } = thing;
      let at = activity.firstEndingAfter(from);
      for (; at < activity.count && activity.begin(at) < last; at++) put(activity.begin(at), activity.end(at), activity.state(at), false);
      if (at < activity.count) return;
      for (const { begin, end, state } of model.tail(thing, now)) put(begin, Number.isNaN(end) ? now : end, state, Number.isNaN(end));
      return;
    }
    case 'process': {
      put(thing.startNs, thing.endNs ?? now, stateCode.alive, thing.endNs === null);
      const until = zombieUntil(thing, now);
      if (until !== null && thing.endNs !== null) put(thing.endNs, until, stateCode.zombie, isZombie(thing));
      return;
    }
    case 'listener':
  }
}
