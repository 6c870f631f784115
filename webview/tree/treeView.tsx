/** The process tree: cards, the lines of birth and of talk between them, from left to right. Keys walk it as a tree; the selection is the timeline's. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Row } from '../../src/protocol/rows';
import { AfterFrame } from '../afterFrame';
import { follow } from '../follow';
import type { LayoutClient } from '../layout/client';
import type { Store } from '../store';
import { t } from '../words';
import { Anchor } from './anchor';
import { edgeClass, edgePath, margin } from './edges';
import { ipcLines } from './ipcLines';
import { IpcHead, IpcLineView } from './ipcView';
import { holds, treeNodes, type TreeNode } from './model';
import { stepFrom, type Step } from './moves';
import { AdopterCard, FoldCard, ProcessCard, type CardProps } from './nodeCard';
import { Placing, type Placed } from './placing';
import { inSight, scrollTo } from './sight';

export interface TreeProps {
  store: Store;
  layout: LayoutClient;
  select(row: string | null): void;
  openRow(row: Row): void;
  /** Its height, and that of the parts together. */
  measured(height: number, room: number): void;
}

const steps: Readonly<Record<string, Step>> = { ArrowDown: 'down', ArrowUp: 'up', ArrowRight: 'in', ArrowLeft: 'out', Home: 'first', End: 'last' };

/** The process that a row belongs to: selecting a thread marks its process. */
function processOf(store: Store, id: string | null): string | null {
  follow(store.structure);
  return [id, ...(id === null ? [] : store.index.ancestors(id))].find((each) => each !== null && store.index.row(each)?.kind === 'process') ?? null;
}

export function TreeView({ store, layout, select, openRow, measured }: TreeProps): JSX.Element {
  const open = useSignal<ReadonlySet<string>>(new Set());
  const focused = useSignal<string | null>(null);
  const host = useRef<HTMLDivElement>(null);
  const sight = useSignal({ left: 0, top: 0, width: 0, height: 0 });
  const present = useComputed(() => (store.info.value?.state === 'ended' && store.headNs.value === null ? Infinity : store.clock.value));
  const aged = useSignal(0);
  const grown = useSignal({ index: store.index, family: store.family.peek() });
  const nodes = useComputed(() => {
    follow(grown);
    follow(aged);
    return treeNodes(store.index, open.value, present.peek());
  });
  // The headers of the rows that came are seen a frame earlier. Of another recording nothing is left standing.
  const later = useMemo(() => new AfterFrame(), []);
  useSignalEffect(() => {
    const now = { index: store.index, family: store.family.value };
    const { index, family } = grown.peek();
    const grow = (): void => void (grown.value = { index: store.index, family: store.family.peek() });
    if (now.index !== index) grow();
    else if (now.family !== family) later.ask(grow);
  });
  useEffect(() => () => later.cancel(), [later]);
  // A child that is still silent when it is young no longer has a card of its own from then on.
  useSignalEffect(() => {
    const nowNs = present.value;
    if (nodes.value.some((node) => node.kind === 'fold' && node.untilNs !== null && node.untilNs <= nowNs)) aged.value = nowNs;
  });
  const placing = useMemo(() => new Placing(nodes, layout), [nodes, layout]);
  const anchor = useMemo(() => new Anchor(), [placing]);
  useEffect(() => () => placing.dispose(), [placing]);
  const look = (): void => {
    const box = host.current;
    if (box === null) return;
    const seen = { left: box.scrollLeft, top: box.scrollTop, width: box.clientWidth, height: box.clientHeight };
    const { left, top, width, height } = sight.peek();
    if (seen.left !== left || seen.top !== top || seen.width !== width || seen.height !== height) sight.value = seen;
  };
  useEffect(() => {
    const box = host.current;
    if (box === null) return;
    const observer = new ResizeObserver(() => {
      look();
      const room = box.parentElement?.clientHeight ?? 0;
      if (room > 0) measured(box.offsetHeight, room);
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  const selectedProcess = useComputed(() => processOf(store, store.selection.value?.row ?? null));

  const brought = useRef<string | null>(null);
  /** A process that is selected elsewhere comes into view, once: as soon as the tree has it. */
  const bring = (): void => {
    const process = selectedProcess.peek();
    if (process === brought.current) return;
    const found = process === null ? undefined : placing.placed.peek().find(({ node }) => holds(node, process));
    const box = host.current;
    brought.current = found === undefined || box === null ? null : process;
    if (found === undefined || box === null) return;
    focused.value = found.node.id;
    scrollTo(box, found);
    look();
  };
  useSignalEffect(() => {
    follow(selectedProcess);
    bring();
  });

  const placed = placing.placed.value;
  // What a person looks at stays where it is, whatever comes above it.
  useLayoutEffect(() => {
    if (host.current === null) return;
    if (anchor.hold(host.current, sight.peek(), placed, selectedProcess.peek())) look();
    bring();
  }, [placed]);

  const ipc = useComputed(() => {
    const process = selectedProcess.value;
    const marked = process === null ? undefined : placing.placed.value.find(({ node }) => holds(node, process));
    return ipcLines(store.edges.value.values(), placing.placed.value, marked?.node.id ?? null, margin);
  });
  useSignalEffect(() => {
    const { lines, hidden } = ipc.value;
    const { drawn, hidden: before } = store.ipc.peek();
    if (drawn !== lines.length || before !== hidden) store.ipc.value = { drawn: lines.length, hidden };
  });

  const byId = useMemo(() => new Map(placed.map((item) => [item.node.id, item])), [placed]);
  const entry = focused.value !== null && byId.has(focused.value) ? focused.value : placed[0]?.node.id ?? null;
  const seen = inSight(placed, sight.value, new Set(entry === null ? [] : [entry]));

  const setOpen = (id: string, isOpen: boolean): void => {
    const next = new Set(open.value);
    if (isOpen) next.add(id);
    else next.delete(id);
    open.value = next;
  };
  const go = (target: Placed | undefined): void => {
    if (target === undefined) return;
    focused.value = target.node.id;
    if (target.node.kind === 'process') select(target.node.id);
    if (host.current !== null) scrollTo(host.current, target);
    look();
    requestAnimationFrame(() => host.current?.querySelector<HTMLElement>(`[data-node-id="${CSS.escape(target.node.id)}"]`)?.focus({ preventScroll: true }));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const current = entry === null ? undefined : byId.get(entry);
    if (current === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const { node } = current;
    const step = steps[event.key];
    if (node.kind === 'fold' && !node.open && step === 'in') setOpen(node.id, true);
    else if (node.kind === 'fold' && node.open && step === 'out') setOpen(node.id, false);
    else if (step !== undefined) go(stepFrom(placed, current, step));
    else if (event.key === 'Escape') select(null);
    else if (event.key !== 'Enter' && event.key !== ' ') return;
    else if (node.kind === 'fold') setOpen(node.id, !node.open);
    else if (node.kind === 'process') {
      if (event.key === 'Enter') openRow(store.row(node.id) ?? node.row);
      else select(node.id);
    }
    event.preventDefault();
  };

  const { height } = placing.size.value;
  const width = placing.size.value.width + ipc.value.room;
  const cardOf = (node: TreeNode, x: number, y: number): CardProps => ({
    store, x: x + margin, y: y + margin, entry: node.id === entry, selected: holds(node, selectedProcess.value), onFocus: () => (focused.value = node.id),
    onClick: () => node.kind === 'process' && select(node.id), onExpand: () => store.setCollapsed(node.id, false),
  });
  return (
    <section class="tree" ref={host} data-layout={placing.by.value} data-nodes={placed.length} aria-label={t('Process tree')} onScroll={look}>
      <div class="tree-canvas" role="tree" aria-label={t('Process tree')} onKeyDown={onKeyDown} style={{ width: `${width + 2 * margin}px`, height: `${height + 2 * margin}px` }}>
        <svg class="tree-edges" width={width + 2 * margin} height={height + 2 * margin} aria-hidden="true">
          {seen.lines.map((item) => {
            const parent = byId.get(item.node.parent ?? '');
            return parent === undefined ? null : <path key={item.node.id} class={edgeClass(item.node)} style={{ d: `path("${edgePath(parent, item)}")` }} />;
          })}
          <IpcHead />
          {ipc.value.lines.map((line) => <IpcLineView key={line.id} line={line} select={() => line.from.kind === 'process' && select(line.from.id)} />)}
        </svg>
        {seen.cards.map(({ node, x, y }) => {
          const card = cardOf(node, x, y);
          switch (node.kind) {
            case 'process': return <ProcessCard key={node.id} {...card} node={node} />;
            case 'adopter': return <AdopterCard key={node.id} {...card} node={node} />;
            // Of a double-click the first click has opened or closed it: in the end it is open.
            case 'fold': return <FoldCard key={node.id} {...card} node={node} onClick={({ detail }) => detail < 2 && setOpen(node.id, !node.open)} onExpand={() => setOpen(node.id, true)} />;
          }
        })}
      </div>
    </section>
  );
}
