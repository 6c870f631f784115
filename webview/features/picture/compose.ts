/**
 * The picture of what is on the screen, as SVG or PNG, put together from parts that the same painters draw:
 *
 *     title
 *     ┌ names ──┬ axis ───────┐
 *     │         │ lanes       │
 *     └ legend ─┴─────────────┘
 */
import { stateCode } from '../../../src/protocol/states';
import type { Panel } from '../../panel';
import { ownerNumber, rowFact } from '../../rowWords';
import { stateName } from '../../stateWords';
import { duration } from '../../format';
import { legendOrder, type Pattern } from '../../timeline/looks';
import { axisHeight, rowHeight } from '../../timeline/metrics';
import { laneTop, lanesInSight, type Scene } from '../../timeline/painter';
import type { Fill } from '../../timeline/palette';
import type { Surface } from '../../timeline/surface';
import { offCanvas } from './offCanvas';
import { escapeXml, SvgSurface } from './svgSurface';

const namesWidth = 260;
const titleHeight = 30;
const legendHeight = 24;
const swatchWidth = 18;

interface Part {
  x: number;
  y: number;
  width: number;
  height: number;
  paint(surface: Surface): void;
}

interface Page {
  width: number;
  height: number;
  background: string;
  parts: readonly Part[];
}

/** Null before there is something to see. */
export function svgOf(panel: Panel): string | null {
  const patterns = new SvgPatterns();
  const page = pageOf(panel, (fill) => patterns.use(fill));
  if (page === null) return null;
  const clips: string[] = [];
  const groups = page.parts.map(({ x, y, width, height, paint }, at) => {
    const surface = new SvgSurface();
    paint(surface);
    clips.push(`<clipPath id="part${at}"><rect width="${width}" height="${height}"/></clipPath>`);
    return `<g transform="translate(${x} ${y})" clip-path="url(#part${at})">\n${surface.content}\n</g>`;
  });
  const { width, height, background } = page;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title>${escapeXml(panel.store.info.peek()?.title ?? 'Forkscope')}</title>`,
    `<defs>${clips.join('')}${patterns.definitions}</defs>`,
    `<rect width="${width}" height="${height}" fill="${background}"/>`,
    ...groups,
    '</svg>',
    '',
  ].join('\n');
}

/** @param scale pixels for a CSS pixel. */
export async function pngOf(panel: Panel, scale: number): Promise<ArrayBuffer | null> {
  const page = pageOf(panel, null);
  if (page === null) return null;
  const context = offCanvas(Math.round(page.width * scale), Math.round(page.height * scale));
  context.scale(scale, scale);
  context.fillStyle = page.background;
  context.fillRect(0, 0, page.width, page.height);
  for (const { x, y, width, height, paint } of page.parts) {
    context.save();
    context.translate(x, y);
    context.beginPath();
    context.rect(0, 0, width, height);
    context.clip();
    paint(context);
    context.restore();
  }
  const blob = await new Promise<Blob | null>((resolve) => context.canvas.toBlob(resolve, 'image/png'));
  return blob === null ? null : blob.arrayBuffer();
}

function pageOf(panel: Panel, pattern: Scene['pattern'] | null): Page | null {
  const picture = panel.timeline.picture(pattern);
  if (picture === null) return null;
  const { scene } = picture;
  const lanesHeight = Math.max(rowHeight, Math.min(scene.height, scene.lanes.length * rowHeight - scene.scrollTop));
  const width = namesWidth + scene.width;
  const { rows: legendRows, paint: paintLegend } = legend(panel, scene, width);
  const lanesTop = titleHeight + axisHeight;
  return {
    width,
    height: lanesTop + lanesHeight + legendRows * legendHeight,
    background: scene.palette.background,
    parts: [
      { x: 0, y: 0, width, height: titleHeight, paint: (surface) => title(panel, scene, surface) },
      { x: namesWidth, y: titleHeight, width: scene.width, height: axisHeight, paint: picture.axis },
      { x: namesWidth, y: lanesTop, width: scene.width, height: lanesHeight, paint: picture.lanes },
      { x: 0, y: lanesTop, width: namesWidth, height: lanesHeight, paint: (surface) => names(scene, surface) },
      { x: 0, y: lanesTop + lanesHeight, width, height: legendRows * legendHeight, paint: paintLegend },
    ],
  };
}

function title(panel: Panel, { palette, view, nowNs }: Scene, surface: Surface): void {
  const from = Math.max(0, view.fromNs);
  const words = `${panel.store.info.peek()?.title ?? ''} · ${duration(from)} – ${duration(Math.min(view.toNs, nowNs))}`;
  surface.font = `bold 13px ${palette.font}`;
  surface.textAlign = 'left';
  surface.textBaseline = 'middle';
  surface.fillStyle = palette.foreground;
  surface.fillText(words, 8, titleHeight / 2);
}

function names(scene: Scene, surface: Surface): void {
  const { palette } = scene;
  const [from, to] = lanesInSight(scene);
  surface.textBaseline = 'middle';
  for (let at = from; at < to; at++) {
    const { row, depth, fold } = scene.lanes[at]!;
    const top = laneTop(scene, at);
    surface.fillStyle = palette.rowLine;
    surface.fillRect(0, top + rowHeight - 1, namesWidth, 1);
    const owner = fold !== null ? 0 : row.kind === 'thread' ? ownerNumber(row.id) : row.kind === 'connection' ? ownerNumber(row.owner) : 0;
    const left = 8 + depth * 12;
    if (owner > 0) {
      surface.fillStyle = palette.owner(owner);
      surface.fillRect(left, top + 4, 4, 14);
    }
    const fact = fold === null ? rowFact(row) : '';
    surface.font = `11px ${palette.font}`;
    const room = namesWidth - left - 10 - 16 - surface.measureText(fact).width;
    surface.textAlign = 'right';
    surface.fillStyle = palette.muted;
    surface.fillText(fact, namesWidth - 8, top + rowHeight / 2);
    surface.font = `${row.kind === 'process' ? 'bold ' : ''}12px ${palette.font}`;
    surface.textAlign = 'left';
    surface.fillStyle = palette.foreground;
    surface.fillText(cut(surface, row.label, room), left + 10, top + rowHeight / 2);
  }
}

/** The text, or as much of it as there is room for. */
function cut(surface: Surface, text: string, room: number): string {
  if (surface.measureText(text).width <= room) return text;
  let letters = text.length;
  while (letters > 1 && surface.measureText(`${text.slice(0, letters)}…`).width > room) letters--;
  return `${text.slice(0, letters)}…`;
}

/** The states that were seen, in as many rows as they need. */
function legend(panel: Panel, scene: Scene, width: number): { rows: number; paint: (surface: Surface) => void } {
  const { palette } = scene;
  const seen = panel.timeline.seenStates.peek();
  const measure = offCanvas(1, 1);
  measure.font = `11px ${palette.font}`;
  let [x, row] = [8, 0];
  const entries = legendOrder.filter((state) => seen.has(stateCode[state])).map((state) => {
    const wide = swatchWidth + 6 + measure.measureText(stateName(state)).width + 16;
    if (x + wide > width) [x, row] = [8, row + 1];
    const entry = { state, x, y: row * legendHeight };
    x += wide;
    return entry;
  });
  return {
    rows: row + 1,
    paint(surface) {
      surface.font = `11px ${palette.font}`;
      surface.textAlign = 'left';
      surface.textBaseline = 'middle';
      for (const { state, x: left, y } of entries) {
        const fill = palette.fill(state, 0);
        const height = Math.min(fill.height, 12);
        const top = y + (legendHeight - height) / 2;
        surface.fillStyle = fill.base;
        surface.fillRect(left, top, swatchWidth, height);
        const pattern = scene.pattern(fill);
        if (pattern !== null) {
          surface.fillStyle = pattern;
          surface.fillRect(left, top, swatchWidth, height);
        }
        surface.fillStyle = palette.muted;
        surface.fillText(stateName(state), left + swatchWidth + 6, y + legendHeight / 2);
      }
    },
  };
}

const tile = 8;
const shapes: Readonly<Record<Exclude<Pattern, 'none'>, string>> = {
  hatch: 'M-2 2L2 -2M-2 10L10 -2M6 10L10 6',
  backhatch: 'M-2 6L2 10M-2 -2L10 10M6 -2L10 2',
  cross: 'M-2 2L2 -2M-2 10L10 -2M6 10L10 6M-2 6L2 10M-2 -2L10 10M6 -2L10 2',
  lines: 'M0 2H8M0 6H8',
  bars: 'M4 0V8',
  dots: '',
};

/** The patterns that a picture uses, each defined once; the same as those on the screen (timeline/patterns.ts). */
class SvgPatterns {
  private readonly known = new Map<string, string>();

  get definitions(): string {
    return [...this.known.values()].join('');
  }

  use({ pattern, stroke }: Fill): string | null {
    if (pattern === 'none') return null;
    const key = `${pattern} ${stroke}`;
    const id = `pattern-${pattern}-${stroke.replace(/\D+/g, '-')}`;
    if (!this.known.has(key)) {
      const shape = pattern === 'dots'
        ? `<circle cx="2" cy="2" r="1" fill="${stroke}"/><circle cx="6" cy="6" r="1" fill="${stroke}"/>`
        : `<path d="${shapes[pattern]}" fill="none" stroke="${stroke}" stroke-width="1.2"/>`;
      this.known.set(key, `<pattern id="${id}" width="${tile}" height="${tile}" patternUnits="userSpaceOnUse">${shape}</pattern>`);
    }
    return `url(#${id})`;
  }
}
