/** Dims every lane but for the waits on the object, which get an outline: what is meant is told by more than brightness. */
import type { SameObject } from '../../../src/protocol/explore';
import { clampX, timeToX } from '../../timeline/geometry';
import { rowHeight } from '../../timeline/metrics';
import { lanesInSight, type Scene } from '../../timeline/painter';
import type { Surface } from '../../timeline/surface';
import { veil } from '../../timeline/veil';
import { t } from '../../words';

export interface Shown {
  answer: SameObject;
  /** That the answer's intervals count by. */
  rows: readonly string[];
  spanRow: Uint32Array;
  begin: Float64Array;
  end: Float64Array;
}

export function paintSame(surface: Surface, scene: Scene, shown: Shown): void {
  const ranges = new Map<string, [from: number, to: number]>();
  for (let index = 0; index < shown.spanRow.length; index++) {
    const id = shown.rows[shown.spanRow[index]!]!;
    const range = ranges.get(id);
    if (range === undefined) ranges.set(id, [index, index + 1]);
    else range[1] = index + 1;
  }
  const [from, to] = lanesInSight(scene);
  const outlines: [x: number, y: number, width: number][] = [];
  surface.fillStyle = veil(scene.palette.background, 0.68);
  for (let at = from; at < to; at++) {
    const top = at * rowHeight - scene.scrollTop;
    const range = ranges.get(scene.lanes[at]!.row.id) ?? [0, 0];
    let reached = 0;
    for (let index = range[0]; index < range[1]; index++) {
      const left = clampX(timeToX(scene.view, scene.width, shown.begin[index]!), scene.width);
      const right = Math.max(left + 2, clampX(timeToX(scene.view, scene.width, shown.end[index]!), scene.width));
      if (right < 0 || left > scene.width) continue;
      if (left > reached) surface.fillRect(reached, top, left - reached, rowHeight);
      outlines.push([left, top, right - left]);
      reached = Math.max(reached, right);
    }
    if (reached < scene.width) surface.fillRect(reached, top, scene.width - reached, rowHeight);
  }
  surface.strokeStyle = scene.palette.foreground;
  surface.lineWidth = 1;
  for (const [x, y, width] of outlines) surface.strokeRect(Math.round(x) + 0.5, y + 1.5, Math.max(1, Math.round(width) - 1), rowHeight - 4);
}

/** `lock 3`, or what a row of that kind is called. */
export function objectWords({ object, label }: Pick<SameObject, 'object' | 'label'>): string {
  const [kind = '', id = ''] = (object ?? '').split(':');
  switch (kind) {
    case 'lock': return t('lock {0}', id);
    case 'future': return t('future {0}', id);
    case 'channel': return t('channel {0}', id.slice(1));
    case 'descriptor': return t('descriptor {0}', id);
    case 'connection': return t('connection {0}', label ?? id);
    case 'listener': return t('listener {0}', label ?? id);
    case 'thread': return t('thread {0}', label ?? id);
    case 'process': return t('process {0}', label ?? id);
    case 'task': return t('task {0}', label ?? id);
    default: return object ?? '';
  }
}
