/** A canvas context that writes down what is drawn, one line a call, so that a painter's output reads like a picture. */
import { readPalette } from '../../../webview/timeline/palette';
import type { Palette } from '../../../webview/timeline/palette';
import type { Surface } from '../../../webview/timeline/surface';
import type { ThreadRow } from '../../../src/protocol/rows';
import { stateCode, type SpanState } from '../../../src/protocol/states';
import { CellColumns } from '../../../src/lanes/cellColumns';
import { spanFlags, type Tile, type TileArrow } from '../../../src/protocol/tile';
import { readTile, type Columns } from '../../../webview/timeline/columns';
import type { Scene } from '../../../webview/timeline/painter';
import type { PanelRow } from '../../../webview/panelRows';
import type { ShownRow } from '../../../webview/rowOrder';

export interface Recording {
  surface: Surface;
  calls: string[];
}

const round = (value: unknown): string => (typeof value === 'number' ? String(Math.round(value * 100) / 100) : String(value));

export function recordingSurface(): Recording {
  const calls: string[] = [];
  const state: Record<string, unknown> = { fillStyle: '', strokeStyle: '', lineWidth: 1, font: '', textAlign: 'left', textBaseline: 'top' };
  const surface = new Proxy(state, {
    get(target, name: string) {
      if (name in target) return target[name];
      if (name === 'measureText') return (text: string) => ({ width: text.length * 6 });
      return (...values: unknown[]) => {
        const style = name.startsWith('fill') ? ` ${round(target.fillStyle)}` : name.startsWith('stroke') ? ` ${round(target.strokeStyle)}` : '';
        calls.push(`${name}(${values.map(round).join(', ')})${style}`);
      };
    },
    set(target, name: string, value) {
      target[name] = value;
      return true;
    },
  });
  return { surface: surface as unknown as Surface, calls };
}

export function testPalette(highContrast = false): Palette {
  return readPalette(() => '', highContrast);
}

export interface TestSpan {
  state: SpanState;
  begin: number;
  end: number;
  owner?: number;
  open?: boolean;
}

/** Bins of 10 ns, which are no power of two here so that they are pixels. */
export interface TestCell {
  row: number;
  bin: number;
  state: SpanState;
  /** In 255ths. */
  share: number;
  rest?: number;
  spans?: number;
  owner?: number;
}

export function testTile(rows: Record<string, readonly TestSpan[]>, arrows: TileArrow[] = [], nowNs = 1000, cells: readonly TestCell[] = []): Tile {
  const ids = Object.keys(rows);
  const made = new CellColumns();
  for (const { row, bin, state, share, rest = 0, spans: many = 1, owner = 0 } of cells) made.push(row, bin, owner, stateCode[state], share, rest, many);
  const spans = ids.flatMap((id, row) => rows[id]!.map((span) => ({ ...span, row })));
  return {
    sequence: 1, fromNs: 0, toNs: 1000, nowNs, rows: ids, count: spans.length, arrows, moreArrows: 0, binNs: 10, firstBin: 0, ...made.finish(),
    spanRow: Uint16Array.from(spans, (span) => span.row).buffer,
    spanBegin: Float64Array.from(spans, (span) => span.begin).buffer,
    spanEnd: Float64Array.from(spans, (span) => span.end).buffer,
    spanState: Uint8Array.from(spans, (span) => stateCode[span.state]).buffer,
    spanOwner: Uint32Array.from(spans, (span) => span.owner ?? 0).buffer,
    spanFlags: Uint8Array.from(spans, (span) => (span.open === true ? spanFlags.open : 0)).buffer,
  };
}

export function testColumns(rows: Record<string, readonly TestSpan[]>, arrows: TileArrow[] = [], nowNs = 1000, cells: readonly TestCell[] = []): Columns {
  return readTile(testTile(rows, arrows, nowNs, cells));
}

export function threadRow(id: string, more: Partial<ThreadRow> = {}): ThreadRow {
  return {
    id, kind: 'thread', parent: null, label: id, startNs: 0, endNs: null, state: 'active', stateSinceNs: 0, site: null, tid: 1, main: false, daemon: null, target: null, ...more,
  };
}

export function lane(row: PanelRow): ShownRow {
  return { row, depth: 0, children: 0, collapsed: false, fold: null, position: 1, siblings: 1 };
}

/** 100 pixels for 1000 ns: a pixel is 10 ns. */
export function testScene(more: Partial<Scene> = {}): Scene {
  return {
    width: 100, height: 44, density: 1, scrollTop: 0, view: { fromNs: 0, toNs: 1000 }, nowNs: 1000, running: false, lanes: [], columns: null, image: null, ticks: [],
    palette: testPalette(), pattern: () => null, label: (span) => [span.state], selectedRow: null, selectedSpanNs: null, hoverRow: null, ...more,
  };
}
