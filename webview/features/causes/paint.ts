/** The chain over the lanes: an arrow from each cause to what waits for it, and on each lane its number and words. */
import type { CauseLink } from '../../../src/protocol/causeChain';
import { causeWords } from '../../causeWords';
import type { Store } from '../../store';
import { paintCause } from '../../timeline/arrows';
import { timeToX } from '../../timeline/geometry';
import type { Scene } from '../../timeline/painter';
import { paintPlate, type PlateRoom } from '../../timeline/plates';
import type { Surface } from '../../timeline/surface';

/** Each arrow stands a little further to the right: those between the same lanes would lie on one another. */
const firstShare = 0.2;
const stepShare = 0.1;
const lastShare = 0.7;

export function paintChain(surface: Surface, scene: Scene, store: Store, links: readonly CauseLink[]): void {
  const next = (index: number): CauseLink | undefined => links[links[index]!.backTo ?? index + 1];
  const moments = links.map((link, index) => (next(index) === undefined ? null : arrowX(scene, link, next(index)!, index)));
  links.forEach((link, index) => {
    const [from, x] = [next(index), moments[index] ?? null];
    const [fromAt, toAt] = [from === undefined ? undefined : store.shownPlace(from.row), store.shownPlace(link.row)];
    if (x !== null && fromAt !== undefined && toAt !== undefined && fromAt !== toAt) paintCause(surface, scene, { fromAt, toAt, x });
  });
  const spoken = new Set<number>();
  links.forEach((link, index) => {
    const at = store.shownPlace(link.row);
    if (at === undefined || spoken.has(at)) return;
    const room = roomOf(scene, at, link, moments[index] ?? moments[index - 1] ?? null);
    if (room === null) return;
    spoken.add(at);
    paintPlate(surface, scene, at, index + 1, causeWords(link, next(index)), room);
  });
}

/** Where the arrow stands: in what is in sight of the time that both have in common. Null where nothing of it is. */
function arrowX(scene: Scene, link: CauseLink, next: CauseLink, index: number): number | null {
  const beginNs = Math.max(link.beginNs, next.beginNs);
  const left = Math.max(0, timeToX(scene.view, scene.width, beginNs));
  const right = Math.min(scene.width, timeToX(scene.view, scene.width, Math.max(Math.min(link.endNs ?? scene.nowNs, next.endNs ?? scene.nowNs), beginNs + 1)));
  return right <= left ? null : left + (right - left) * Math.min(lastShare, firstShare + index * stepShare);
}

/** The wait itself, and what is empty of its lane before it began and after it ended. Null where nothing of it is in sight. */
function roomOf(scene: Scene, at: number, link: CauseLink, arrow: number | null): PlateRoom | null {
  const { row } = scene.lanes[at] ?? {};
  const [begin, end] = [timeToX(scene.view, scene.width, link.beginNs), timeToX(scene.view, scene.width, link.endNs ?? scene.nowNs)];
  if (row === undefined || end < 0 || begin > scene.width) return null;
  // In a collapsed row it stands for others: there it has the lane.
  const own = row.id === link.row;
  const from = !own || link.beginNs <= row.startNs ? 0 : Math.max(0, begin);
  const to = !own || link.endNs === null || (row.endNs !== null && link.endNs >= row.endNs) ? scene.width : Math.min(scene.width, end);
  const x = arrow !== null && arrow >= from && arrow <= to ? arrow : Math.max(0, begin);
  return { from, to, x };
}
