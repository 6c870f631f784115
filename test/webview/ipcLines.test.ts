/** The lines between processes that talk: which are drawn, where, and that the tree stands as it would without them. */
import { describe, expect, it } from 'vitest';
import type { ProcessEdge, ProcessRow } from '../../src/protocol/rows';
import { tidyTree } from '../../webview/layout/tidy';
import { indexRows } from '../../webview/rowIndex';
import { fewLines, ipcLines } from '../../webview/tree/ipcLines';
import { treeNodes } from '../../webview/tree/model';
import { nodeHeight, nodeWidth, type Placed } from '../../webview/tree/placing';

function row(number: number, parent: string | null, more: Partial<ProcessRow> = {}): ProcessRow {
  return {
    id: `p${number}`, kind: 'process', parent, label: `worker-${number}`, startNs: number, endNs: null, state: 'alive', stateSinceNs: 0, site: null, pid: number, birth: 'fork',
    command: [`program${number}`], exit: null, threads: 1, connections: 0, multiprocessing: null, orphaned: false, covered: true, gaps: [], ...more,
  };
}

const edge = (from: string, to: string, more: Partial<ProcessEdge> = {}): ProcessEdge => ({
  from, to, pipes: 1, fifos: 0, queues: 0, socketPairs: 0, connections: 0, forth: { writes: 1, bytes: 10, whole: true }, back: null, ...more,
});

function place(rows: readonly ProcessRow[], open: ReadonlySet<string> = new Set()): Placed[] {
  const nodes = treeNodes(indexRows(new Map(rows.map((each) => [each.id, each]))), open);
  const at = new Map(nodes.map((node, index) => [node.id, index]));
  const parents = Int32Array.from(nodes, (node) => (node.parent === null ? -1 : at.get(node.parent) ?? -1));
  const places = tidyTree({ id: 1, parents, nodeWidth, nodeHeight, gapX: 44, gapY: 10 });
  return nodes.map((node, index) => ({ node, x: places[index * 2]!, y: places[index * 2 + 1]! }));
}

const family = place([row(1, null), row(2, 'p1'), row(3, 'p1')]);

describe('the lines', () => {
  it('go from side to side below the tree’s own, and between siblings bow out on their right', () => {
    const { lines, room } = ipcLines([edge('p1', 'p2'), edge('p2', 'p3')], family, null, 10);
    expect(lines.map(({ id, path }) => [id, path])).toEqual([
      ['p1~p2', 'M 238 41 L 263 41 Q 268 41 268 41 L 268 41 Q 268 41 273 41 L 282 41'],
      ['p2~p3', 'M 510 40 C 528.25 40 528.25 78 510 78'],
    ]);
    expect(room).toBeGreaterThan(0);
    expect(ipcLines([edge('p1', 'p2')], family, null, 10).room).toBe(0);
  });

  it('are one per pair of cards: a fold adds up what its processes have', () => {
    const workers = Array.from({ length: 12 }, (_, at) => row(at + 2, 'p1', { command: ['worker'], label: 'worker' }));
    const placed = place([row(1, null), ...workers]);
    expect(placed.map(({ node }) => node.kind)).toEqual(['process', 'fold']);
    // Among the folded ones nothing can be drawn; the elder of an edge may be a fold.
    const edges = [...workers.map(({ id }) => edge('p1', id, { queues: 1, pipes: 0 })), edge('p2', 'p3'), edge('p1', 'p9', { forth: null, back: { writes: 2, bytes: 5, whole: false } })];
    const { lines, hidden } = ipcLines(edges, placed, null, 10);
    expect(lines).toMatchObject([{ id: 'p1~fold:p2', queues: 12, pipes: 1, forth: { writes: 12, bytes: 120, whole: true }, back: { writes: 2, bytes: 5, whole: false } }]);
    expect(hidden).toBe(0);
  });

  it('go from left to right, and what they carry keeps its way', () => {
    const placed = place([row(1, null), row(2, 'p1'), row(3, 'p2'), row(4, 'p1')]);
    expect(ipcLines([edge('p3', 'p4')], placed, null, 10).lines).toMatchObject([{ id: 'p4~p3', forth: null, back: { bytes: 10 } }]);
  });

  it('pass a column between its rows, not behind its cards', () => {
    const placed = place([row(1, null), row(2, 'p1'), row(3, 'p2')]);
    const [line] = ipcLines([edge('p1', 'p3')], placed, null, 10).lines;
    const heights = [...line!.path.matchAll(/[\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
    expect(Math.max(...heights)).toBe(10 + nodeHeight + 5);
  });

  it('are drawn for the selection only where there are many, and say how many are not', () => {
    const placed = place([row(1, null), ...Array.from({ length: 20 }, (_, at) => row(at + 2, 'p1'))]);
    const edges = placed.slice(1).map(({ node }) => edge('p1', node.id));
    expect(ipcLines(edges.slice(0, fewLines), placed, null, 10).lines).toHaveLength(fewLines);
    expect(ipcLines(edges, placed, null, 10)).toMatchObject({ lines: [], hidden: 20 });
    expect(ipcLines(edges, placed, 'p5', 10)).toMatchObject({ lines: [{ id: 'p1~p5', strong: true }], hidden: 19 });
    expect(ipcLines(edges, placed, 'p1', 10).lines).toHaveLength(20);
  });

  it('without links, or to a process that has no card, are none', () => {
    expect(ipcLines([edge('p1', 'p2', { pipes: 0 }), edge('p1', 'p77')], family, null, 10).lines).toEqual([]);
  });
});
