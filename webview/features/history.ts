/**
 * Where the window was before: Backspace goes back, Shift+Backspace forward, as in a browser. A drag or a turn of the wheel
 * is a hundred small moves: moves that follow each other within `pauseMs` are one step.
 */
import type { MakeFeature } from '../feature';
import type { Place } from '../timeline/viewport';
import { t } from '../words';

const pauseMs = 600;
const mostPlaces = 100;

/** Pure: times are passed in, ms. */
export class PlaceHistory {
  private readonly before: Place[] = [];
  private readonly after: Place[] = [];
  private lastMoveMs = -Infinity;

  /** A person moves away from `place`. */
  leave(place: Place, atMs: number): void {
    if (atMs - this.lastMoveMs > pauseMs) {
      this.before.push(place);
      if (this.before.length > mostPlaces) this.before.shift();
    }
    this.after.length = 0;
    this.lastMoveMs = atMs;
  }

  /** @param from the place that is left now. @returns where to go; null where there is no way back. */
  back(from: Place): Place | null {
    return this.step(this.before, this.after, from);
  }

  forward(from: Place): Place | null {
    return this.step(this.after, this.before, from);
  }

  clear(): void {
    this.before.length = 0;
    this.after.length = 0;
    this.lastMoveMs = -Infinity;
  }

  private step(out: Place[], into: Place[], from: Place): Place | null {
    const place = out.pop() ?? null;
    if (place !== null) into.push(from);
    // What comes next is a step of its own, however soon.
    this.lastMoveMs = -Infinity;
    return place;
  }
}

export const history: MakeFeature = ({ viewport }) => {
  const places = new PlaceHistory();
  viewport.onLeave = (place) => places.leave(place, performance.now());
  const go = (place: Place | null): void => {
    if (place !== null) viewport.go(place);
  };
  return {
    name: 'history',
    actions: [
      { id: 'back', keys: ['Backspace'], title: () => t('Back to the window before'), group: 'time', where: 'panel', run: () => go(places.back(viewport.place)) },
      { id: 'forward', keys: ['Shift+Backspace'], title: () => t('Forward again'), group: 'time', where: 'panel', run: () => go(places.forward(viewport.place)) },
    ],
    reset: () => places.clear(),
    dispose: () => (viewport.onLeave = null),
  };
};
