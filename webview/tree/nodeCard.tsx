/**
 * One node of the process tree as a card of two lines:
 *
 *   ┌──────────────────────────────┐
 *   │ ● server.py             4711 │   state icon, name, pid
 *   │ alive · 12 s   5 threads · 3 │   state in a word, age, what it has
 *   └──────────────────────────────┘
 *
 * A card reads its own row and the clock by itself: a thread more or a second more draws no other card.
 */
import type { HTMLAttributes, JSX } from 'preact';
import { gapSentence } from '../../src/protocol/coverageWords';
import type { ProcessRow, Row } from '../../src/protocol/rows';
import { connectionsWords, count, elapsed, exitWords, threadsWords } from '../format';
import { Icon } from '../icons';
import { coverageTag, processState, unfollowedSentence } from '../rowWords';
import type { Store } from '../store';
import { talksClause } from '../talks';
import { t } from '../words';
import { countFold, type AdopterNode, type FoldNode, type ProcessNode, type TreeNode } from './model';

export interface CardProps {
  store: Store;
  x: number;
  y: number;
  selected: boolean;
  /** The one card that Tab reaches. */
  entry: boolean;
  onClick(event: MouseEvent): void;
  onExpand(): void;
  onFocus(): void;
}

/** What all cards have as elements. */
function frame({ x, y, selected, entry, onClick, onExpand, onFocus }: CardProps, node: TreeNode): HTMLAttributes<HTMLDivElement> & { 'data-node-id': string } {
  return {
    role: 'treeitem', 'data-node-id': node.id, tabIndex: entry ? 0 : -1, 'aria-level': node.level, 'aria-posinset': node.position, 'aria-setsize': node.siblings, 'aria-selected': selected,
    style: { transform: `translate(${x}px, ${y}px)` }, onClick, onDblClick: onExpand, onFocus,
  };
}

const listed = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(' · ');

export function ProcessCard({ node, ...card }: CardProps & { node: ProcessNode }): JSX.Element {
  const { store } = card;
  const live = store.live(node.id).value;
  const row = live?.kind === 'process' ? live : node.row;
  const state = processState(row);
  const over = row.endNs !== null;
  const zombie = row.state === 'zombie';
  const classes = ['node', `tone-${state.tone}`];
  if (card.selected) classes.push('selected');
  if (over && !zombie) classes.push('over');
  if (zombie) classes.push('hatched');
  if (row.orphaned) classes.push('orphan');
  const has = over || zombie ? (zombie ? exitWords(row.exit) : '') : listed([row.threads > 0 ? threadsWords(row.threads) : '', row.connections > 0 ? connectionsWords(row.connections) : '']);
  const talks = talksClause(store, row.id);
  return (
    <div {...frame(card, node)} class={classes.join(' ')} data-state={row.state} title={cardTitle(store, row)}>
      <div class="node-line">
        <Icon name={state.icon} size={14} />
        <span class="node-name">{row.exec === undefined ? null : <span class="node-exec">{'exec → '}</span>}{row.label}</span>
        <span class="node-pid">{row.pid}</span>
      </div>
      <div class="node-line second">
        <span class="node-state">{state.word}</span>
        <Age store={store} row={row} />
        <span class="node-has">{has}</span>
        {row.orphaned ? <span class="tag orphan">{orphanTag(store, row)}</span> : null}
        {store.unfollowed.value.has(row.id) && !over ? <span class="tag unfollowed" data-testid="unfollowed">{t('not debugged')}</span> : null}
        {row.gaps.length === 0 ? null : <span class="tag">{coverageTag(row)}</span>}
        {talks === '' ? null : <span class="for-screen-readers">{talks}</span>}
      </div>
    </div>
  );
}

/** Only this is drawn again while time passes. */
function Age({ store, row }: { store: Store; row: ProcessRow }): JSX.Element {
  return <span class="node-age">{elapsed(store.lengths.length([row.id], row.startNs, row.endNs, store.clock.value))}</span>;
}

function processAt(store: Store, id: string | null): ProcessRow | null {
  const row: Row | undefined = id === null ? undefined : store.live(id).value;
  return row?.kind === 'process' ? row : null;
}

function orphanTag(store: Store, { parent }: ProcessRow): string {
  const former = processAt(store, parent);
  return former === null ? t('orphan') : t('orphan of {0}', former.pid);
}

/** Everything that a card has no room for. */
function cardTitle(store: Store, row: ProcessRow): string {
  const lines = [row.command.length === 0 ? row.label : row.command.join(' ')];
  if (row.exec !== undefined) lines.push(row.exec.times === 1 ? t('It replaced its program by exec: {0} before.', row.exec.before) : t('It replaced its program by exec, {0} times: {1} before.', count(row.exec.times), row.exec.before));
  if (row.orphaned) {
    const former = processAt(store, row.parent);
    lines.push(former === null ? t('Its parent ended first.') : t('Its parent {0} ended first.', `${former.label} (${former.pid})`));
    if (row.adopter !== undefined) lines.push(t('Its parent is {0} now.', adopterName(store, row.adopter)));
  }
  if (row.endNs === null && store.unfollowed.value.has(row.id)) lines.push(unfollowedSentence());
  lines.push(...row.gaps.map((gap) => gapSentence(gap, t)));
  return lines.join('\n');
}

function adopterName(store: Store, { pid, process }: NonNullable<ProcessRow['adopter']>): string {
  return `${processAt(store, process)?.label ?? outsiderName(pid)} (${pid})`;
}

/** Process 1 is init whatever it is called; else the kernel gives orphans to the nearest subreaper. */
export function outsiderName(pid: number): string {
  return pid === 1 ? 'init' : t('subreaper');
}

export function AdopterCard({ node, ...card }: CardProps & { node: AdopterNode }): JSX.Element {
  return (
    <div {...frame(card, node)} class="node outside" title={t('It is no part of the run: orphans became its children.')}>
      <div class="node-line">
        <Icon name="process" size={14} />
        <span class="node-name">{outsiderName(node.pid)}</span>
        <span class="node-pid">{node.pid}</span>
      </div>
      <div class="node-line second">
        <span class="node-age">{node.adopted === 1 ? t('adopted 1 orphan') : t('adopted {0} orphans', count(node.adopted))}</span>
      </div>
    </div>
  );
}

export function FoldCard({ node, ...card }: CardProps & { node: FoldNode }): JSX.Element {
  const counts = countFold(node.all);
  const first = node.all[0]!;
  const words = listed([
    node.open && node.rows.length > 0 ? t('{0} more', count(node.rows.length)) : '',
    counts.alive > 0 ? t('{0} alive', count(counts.alive)) : '', counts.zombie > 0 ? t('{0} zombies', count(counts.zombie)) : '',
    counts.failed > 0 ? t('{0} failed', count(counts.failed)) : '', counts.ended > 0 ? t('{0} ended', count(counts.ended)) : '',
  ]);
  const title = node.open ? t('Fold these alike processes into one node') : t('Show each of these alike processes');
  return (
    <div {...frame(card, node)} class={`node fold${card.selected ? ' selected' : ''}`} aria-expanded={node.open} title={`${first.label}\n${words}\n${title}`}>
      <div class="node-line">
        <Icon name="stack" size={14} />
        <span class="node-name">{nodeName(node)}</span>
        <span class="node-of">{first.label}</span>
        <span class={`twistie${node.open ? ' open' : ''}`}><Icon name="chevron" size={14} /></span>
      </div>
      <div class="node-line second">
        <span class="node-age">{words}</span>
      </div>
    </div>
  );
}

export function nodeName(node: TreeNode): string {
  switch (node.kind) {
    case 'process': return node.row.label;
    case 'fold': return `${node.all[0]?.birth ?? 'fork'} × ${count(node.all.length)}`;
    case 'adopter': return outsiderName(node.pid);
  }
}
