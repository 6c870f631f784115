/** The process tree: cards, the lines of birth and of talk between them, from left to right. Keys walk it as a tree; the selection is the timeline's. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Row } from '../../src/protocol/rows';
import type { LayoutClient } from '../layout/client';
import type { Store } from '../store';
import { follow } from '../follow';
import { talksClause } from '../talks';
import { t } from '../words';
import { ipcLines } from './ipcLines';
import { IpcHead, IpcLineView } from './ipcView';
import { treeNodes, type TreeNode } from './model';
import { FoldCard, ProcessCard } from './nodeCard';
import { nodeHeight, nodeWidth, Placing, type Placed } from './placing';

const margin = 14;

export interface TreeProps {
  store: Store;
  layout: LayoutClient;
  select(row: string | null): void;
  openRow(row: Row): void;
  /** Its height, and that of the parts together. */
  measured(height: number, room: number): void;
}

/** The process that a row belongs to: selecting a thread marks its process. */
function processOf(store: Store, id: string | null): string | null {
  for (let row = store.row(id ?? ''); row !== undefined; row = store.row(row.parent ?? '')) {
    if (row.kind === 'process') return row.id;
  }
  return null;
}

function holds(node: TreeNode, process: string | null): boolean {
  return node.kind === 'process' ? node.id === process : node.rows.some((row) => row.id === process);
}

export function TreeView({ store, layout, select, openRow, measured }: TreeProps): JSX.Element {
  const open = useSignal<ReadonlySet<string>>(new Set());
  const focused = useSignal<string | null>(null);
  const host = useRef<HTMLDivElement>(null);
  const nodes = useComputed(() => {
    follow(store.family);
    return treeNodes(store.index, open.value);
  });
  const placing = useMemo(() => new Placing(nodes, layout), [nodes, layout]);
  useEffect(() => () => placing.dispose(), [placing]);
  useEffect(() => {
    const box = host.current;
    if (box === null) return;
    const observer = new ResizeObserver(() => {
      const room = box.parentElement?.clientHeight ?? 0;
      if (room > 0) measured(box.offsetHeight, room);
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  const selectedProcess = useComputed(() => processOf(store, store.selection.value?.row ?? null));

  // A process that is selected elsewhere comes into view.
  useSignalEffect(() => {
    const process = selectedProcess.value;
    const found = process === null ? undefined : placing.placed.peek().find(({ node }) => holds(node, process));
    const box = host.current;
    if (found === undefined || box === null) return;
    focused.value = found.node.id;
    scrollTo(box, found);
  });

  const ipc = useComputed(() => {
    const process = selectedProcess.value;
    const marked = process === null ? undefined : placing.placed.value.find(({ node }) => holds(node, process));
    return ipcLines(store.edges.value.values(), placing.placed.value, marked?.node.id ?? null, margin);
  });
  useSignalEffect(() => {
    const { lines, hidden } = ipc.value;
    store.ipc.value = { drawn: lines.length, hidden };
  });

  const placed = placing.placed.value;
  const byId = new Map(placed.map((item) => [item.node.id, item]));
  const entry = focused.value !== null && byId.has(focused.value) ? focused.value : placed[0]?.node.id ?? null;

  const toggle = (id: string): void => {
    const next = new Set(open.value);
    if (!next.delete(id)) next.add(id);
    open.value = next;
  };
  const go = (target: Placed | undefined): void => {
    if (target === undefined) return;
    focused.value = target.node.id;
    if (target.node.kind === 'process') select(target.node.id);
    requestAnimationFrame(() => host.current?.querySelector<HTMLElement>(`[data-node-id="${CSS.escape(target.node.id)}"]`)?.focus({ preventScroll: true }));
    if (host.current !== null) scrollTo(host.current, target);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const current = entry === null ? undefined : byId.get(entry);
    if (current === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const { node } = current;
    const siblings = placed.filter((item) => item.node.parent === node.parent);
    const at = siblings.indexOf(current);
    switch (event.key) {
      case 'ArrowDown': go(siblings[at + 1] ?? nextBelow(placed, current, 1)); break;
      case 'ArrowUp': go(siblings[at - 1] ?? nextBelow(placed, current, -1)); break;
      case 'ArrowRight':
        if (node.kind === 'fold' && !node.open) toggle(node.id);
        else go(placed.find((item) => item.node.parent === node.id));
        break;
      case 'ArrowLeft':
        if (node.kind === 'fold' && node.open) toggle(node.id);
        else go(node.parent === null ? undefined : byId.get(node.parent));
        break;
      case 'Home': go(placed[0]); break;
      case 'End': go(placed.at(-1)); break;
      case 'Enter':
      case ' ':
        if (node.kind === 'fold') toggle(node.id);
        else if (event.key === 'Enter') openRow(node.row);
        else select(node.id);
        break;
      case 'Escape': select(null); break;
      default: return;
    }
    event.preventDefault();
  };

  const { height } = placing.size.value;
  const width = placing.size.value.width + ipc.value.room;
  const clockNs = store.clock.value;
  return (
    <section class="tree" ref={host} data-layout={placing.by.value} aria-label={t('Process tree')}>
      <div class="tree-canvas" role="tree" aria-label={t('Process tree')} onKeyDown={onKeyDown} style={{ width: `${width + 2 * margin}px`, height: `${height + 2 * margin}px` }}>
        <svg class="tree-edges" width={width + 2 * margin} height={height + 2 * margin} aria-hidden="true">
          {placed.map((item) => {
            const parent = item.node.parent === null ? undefined : byId.get(item.node.parent);
            return parent === undefined ? null : <path key={item.node.id} class={edgeClass(item.node)} style={{ d: `path("${edgePath(parent, item)}")` }} />;
          })}
          <IpcHead />
          {ipc.value.lines.map((line) => <IpcLineView key={line.id} line={line} select={() => line.from.kind === 'process' && select(line.from.id)} />)}
        </svg>
        {placed.map(({ node, x, y }) => {
          const card = {
            x: x + margin, y: y + margin, entry: node.id === entry, level: levelOf(byId, node),
            selected: holds(node, selectedProcess.value), onFocus: () => (focused.value = node.id),
          };
          return node.kind === 'process'
            ? <ProcessCard key={node.id} {...card} row={node.row} clockNs={clockNs} talks={talksClause(store, node.id)} onClick={() => select(node.id)} onOpen={() => openRow(node.row)} />
            : <FoldCard key={node.id} {...card} node={node} onClick={() => toggle(node.id)} onOpen={() => undefined} />;
        })}
      </div>
    </section>
  );
}

/** The nearest card above or below in the same column, under another parent. */
function nextBelow(placed: readonly Placed[], from: Placed, direction: 1 | -1): Placed | undefined {
  let best: Placed | undefined;
  for (const item of placed) {
    const distance = (item.y - from.y) * direction;
    if (item.x !== from.x || distance <= 0) continue;
    if (best === undefined || distance < (best.y - from.y) * direction) best = item;
  }
  return best;
}

function levelOf(byId: ReadonlyMap<string, Placed>, node: TreeNode): number {
  let level = 1;
  for (let parent = node.parent; parent !== null && level < 1000; parent = byId.get(parent)?.node.parent ?? null) level++;
  return level;
}

function edgeClass(node: TreeNode): string {
  if (node.kind === 'fold') return 'edge';
  return ['edge', node.row.birth, node.row.endNs === null ? '' : 'over', node.row.orphaned ? 'orphan' : ''].filter((part) => part !== '').join(' ');
}

/** From the parent's side to a trunk that all its children share, and along it to the child. */
function edgePath(from: Placed, to: Placed): string {
  const x1 = from.x + nodeWidth + margin;
  const y1 = from.y + nodeHeight / 2 + margin;
  const x2 = to.x + margin;
  const y2 = to.y + nodeHeight / 2 + margin;
  const trunk = (x1 + x2) / 2;
  // The same commands for every edge, or a moving edge could not be animated.
  const bend = Math.min(6, Math.abs(y2 - y1) / 2);
  const down = Math.sign(y2 - y1) * bend;
  return `M ${x1} ${y1} L ${trunk - bend} ${y1} Q ${trunk} ${y1} ${trunk} ${y1 + down} L ${trunk} ${y2 - down} Q ${trunk} ${y2} ${trunk + bend} ${y2} L ${x2} ${y2}`;
}

function scrollTo(box: HTMLElement, { x, y }: Placed): void {
  const air = 12;
  if (x < box.scrollLeft) box.scrollLeft = Math.max(0, x - air);
  else if (x + nodeWidth + 2 * margin > box.scrollLeft + box.clientWidth) box.scrollLeft = x + nodeWidth + 2 * margin - box.clientWidth;
  if (y < box.scrollTop) box.scrollTop = Math.max(0, y - air);
  else if (y + nodeHeight + 2 * margin > box.scrollTop + box.clientHeight) box.scrollTop = y + nodeHeight + 2 * margin - box.clientHeight;
}
