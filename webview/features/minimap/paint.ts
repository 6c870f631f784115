/**
 * Paints the overview: three areas one above the other, each on its own scale, and ticks of what happened along the bottom.
 *
 *     connections   ▁▃▆██████▆▃▁
 *     queued           ▁▃█▁
 *     running       ▃▃▁▃▆▃▃▆▃▁▃▁
 *     ticks         ╵  ╵    ╹
 *     stops           ╱╱╱            over all of them, where a debugger had stopped something
 */
import { overviewMarks } from '../../../src/protocol/navigate';
import type { Severity } from '../../../src/protocol/findings';
import type { Palette } from '../../timeline/palette';
import type { Surface } from '../../timeline/surface';
import type { Columns } from './overview';

export const minimapHeight = 36;
const top = 2;
const bandHeight = 9;
const bandGap = 1;
const tickTop = 31;
/** Of a stop, CSS pixels. */
const strokesApart = 8;

export interface Finding {
  atNs: number;
  severity: Severity;
}

export interface MinimapScene {
  width: number;
  /** The whole of what the strip stands for, ns. */
  extentNs: number;
  palette: Palette;
  columns: Columns | null;
  findings: readonly Finding[];
}

/** The highest of a column: its area reaches the top of its band there. */
export function highest(column: Float32Array | null): number {
  let most = 0;
  for (const value of column ?? []) if (value > most) most = value;
  return most;
}

export function paintMinimap(surface: Surface, { width, extentNs, palette, columns, findings }: MinimapScene): void {
  surface.fillStyle = palette.background;
  surface.fillRect(0, 0, width, minimapHeight);
  if (columns === null || extentNs <= 0) return;
  const binWidth = (columns.binNs / extentNs) * width;
  const areas = [
    { values: columns.connections, color: palette.fill('working', 0).base },
    { values: columns.queued, color: palette.fill('ready', 0).base },
    { values: columns.running, color: palette.fill('running', 0).base },
  ];
  areas.forEach(({ values, color }, index) => {
    const base = top + (index + 1) * (bandHeight + bandGap) - bandGap;
    surface.fillStyle = palette.grid;
    surface.fillRect(0, base, width, 1);
    const most = highest(values);
    if (values === null || most === 0) return;
    surface.fillStyle = color;
    // Runs of the same height are one rectangle: most of a recording stands still.
    for (let bin = 0; bin < columns.bins; ) {
      let to = bin + 1;
      while (to < columns.bins && values[to] === values[bin]) to++;
      const height = values[bin]! <= 0 ? 0 : Math.max(1, Math.round((values[bin]! / most) * bandHeight));
      const left = Math.floor(bin * binWidth);
      if (height > 0) surface.fillRect(left, base - height, Math.max(1, Math.ceil(to * binWidth) - left), height);
      bin = to;
    }
  });
  paintStops(surface, columns, binWidth, palette);
  paintTicks(surface, columns, binWidth, palette);
  for (const { atNs, severity } of findings) {
    // Findings hang from above, so that they are told from the ticks in black and white too.
    surface.fillStyle = severity === 'info' ? palette.arrowStrong : severity === 'warning' ? palette.warning : palette.cause;
    const x = Math.round((atNs / extentNs) * width);
    surface.beginPath();
    surface.moveTo(x - 4, 0);
    surface.lineTo(x + 4, 0);
    surface.lineTo(x, 6);
    surface.closePath();
    surface.fill();
  }
}

/** As the bands over the lanes, and so light that what is below stays to be seen. */
function paintStops(surface: Surface, { marks, bins }: Columns, binWidth: number, palette: Palette): void {
  surface.strokeStyle = palette.stop;
  surface.fillStyle = palette.stop;
  surface.lineWidth = 1;
  for (let bin = 0; bin < bins; ) {
    const from = bin;
    while (bin < bins && (marks[bin]! & overviewMarks.stop) !== 0) bin++;
    if (bin === from) {
      bin++;
      continue;
    }
    const left = Math.round(from * binWidth);
    const right = Math.max(left + 1, Math.round(bin * binWidth));
    surface.save();
    surface.beginPath();
    surface.rect(left, 0, right - left, minimapHeight);
    surface.clip();
    surface.beginPath();
    for (let x = left - minimapHeight / 2; x < right; x += strokesApart) {
      surface.moveTo(x, minimapHeight);
      surface.lineTo(x + minimapHeight / 2, 0);
    }
    surface.stroke();
    surface.restore();
    surface.fillRect(left, minimapHeight - 2, right - left, 1);
  }
}

/** Small for an end, as it should be; tall for a failure; a dot for a signal. */
function paintTicks(surface: Surface, { marks, bins }: Columns, binWidth: number, palette: Palette): void {
  for (let bin = 0; bin < bins; bin++) {
    const mark = marks[bin]!;
    if (mark === 0) continue;
    const x = Math.min(Math.round((bin + 0.5) * binWidth), Math.round(bins * binWidth) - 1);
    if ((mark & overviewMarks.failure) !== 0) {
      surface.fillStyle = palette.cause;
      surface.fillRect(x - 1, tickTop - 2, 2, minimapHeight - tickTop + 2);
    } else if ((mark & overviewMarks.end) !== 0) {
      surface.fillStyle = palette.muted;
      surface.fillRect(x, tickTop + 1, 1, minimapHeight - tickTop - 1);
    }
    if ((mark & overviewMarks.signal) === 0) continue;
    surface.fillStyle = palette.foreground;
    surface.beginPath();
    surface.arc(x, tickTop + 2, 1.5, 0, Math.PI * 2);
    surface.fill();
  }
}
