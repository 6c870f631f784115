/**
 * The moment under the pointer: a thin line over axis and lanes, and its time on the axis. HTML over the canvas, because a canvas
 * would have to be painted anew for every move of the pointer.
 */
import type { JSX } from 'preact';
import type { MakeFeature } from '../../feature';
import { spanOf, xToTime } from '../../timeline/geometry';
import { tickLabel } from '../../timeline/ticks';
import type { TimelineController } from '../../timeline/controller';
import './cursor.css';

function Cursor({ timeline }: { timeline: TimelineController }): JSX.Element | null {
  const x = timeline.pointerX.value;
  const { width } = timeline.size.value;
  if (x === null || x < 0 || x > width) return null;
  const view = timeline.viewport.calmView.value;
  const ns = xToTime(view, width, x);
  // The past of the first event is nothing's time.
  const label = ns < 0 ? null : tickLabel(Math.round(ns), spanOf(view) / width, Math.max(Math.abs(view.fromNs), view.toNs));
  const side = x > width / 2 ? 'left' : 'right';
  return (
    <div class="cursor" aria-hidden="true" style={{ transform: `translateX(${Math.round(x)}px)` }}>
      {label === null ? null : <span class={`cursor-time ${side}`}>{label}</span>}
    </div>
  );
}

export const cursor: MakeFeature = ({ timeline }) => ({ name: 'cursor', slots: { lanes: () => <Cursor timeline={timeline} /> } });
