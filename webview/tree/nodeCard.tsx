/**
 * One node of the process tree as a card of two lines:
 *
 *   ┌──────────────────────────────┐
 *   │ ● server.py             4711 │   state icon, name, pid
 *   │ alive · 12 s   5 threads · 3 │   state in a word, age, what it has
 *   └──────────────────────────────┘
 */
import type { JSX } from 'preact';
import { gapSentence } from '../../src/protocol/coverageWords';
import type { ProcessRow } from '../../src/protocol/rows';
import { connectionsWords, elapsed, exitWords, threadsWords } from '../format';
import { Icon } from '../icons';
import { coverageTag, processState } from '../rowWords';
import { t } from '../words';
import { countFold, type FoldNode } from './model';

export interface CardProps {
  x: number;
  y: number;
  selected: boolean;
  /** The one card that Tab reaches. */
  entry: boolean;
  level: number;
  onClick(): void;
  onOpen(): void;
  onFocus(): void;
}

/** @param talks with whom it talks, for a screen reader: the lines between the cards are seen only. */
export function ProcessCard({ row, clockNs, talks, ...card }: CardProps & { row: ProcessRow; clockNs: number; talks: string }): JSX.Element {
  const state = processState(row);
  const over = row.endNs !== null;
  const age = elapsed((row.endNs ?? clockNs) - row.startNs);
  const classes = ['node', `tone-${state.tone}`];
  if (card.selected) classes.push('selected');
  if (over && row.state !== 'zombie') classes.push('over');
  if (row.state === 'zombie') classes.push('hatched');
  const has = over ? (row.state === 'zombie' ? exitWords(row.exit) : '') : [row.threads > 0 ? threadsWords(row.threads) : '', row.connections > 0 ? connectionsWords(row.connections) : ''].filter((part) => part !== '').join(' · ');
  return (
    <div
      class={classes.join(' ')} role="treeitem" data-node-id={row.id} data-state={row.state} tabIndex={card.entry ? 0 : -1} aria-level={card.level}
      aria-selected={card.selected} title={row.command.join(' ')}
      style={{ transform: `translate(${card.x}px, ${card.y}px)` }} onClick={card.onClick} onDblClick={card.onOpen} onFocus={card.onFocus}
    >
      <div class="node-line">
        <Icon name={state.icon} size={14} />
        <span class="node-name">{row.label}</span>
        <span class="node-pid">{row.pid}</span>
      </div>
      <div class="node-line second">
        <span class="node-state">{state.word}</span>
        <span class="node-age">{age}</span>
        <span class="node-has">{has}</span>
        {row.orphaned ? <span class="tag" title={t('Its parent ended first.')}>{t('orphan')}</span> : null}
        {row.gaps.length === 0 ? null : <span class="tag" title={row.gaps.map((gap) => gapSentence(gap, t)).join('\n')}>{coverageTag(row)}</span>}
        {talks === '' ? null : <span class="for-screen-readers">{talks}</span>}
      </div>
    </div>
  );
}

export function FoldCard({ node, ...card }: CardProps & { node: FoldNode }): JSX.Element {
  const counts = countFold(node.all);
  const name = `${node.all[0]?.birth ?? 'fork'} × ${node.all.length}`;
  const hidden = node.open && node.rows.length > 0 ? t('{0} more', node.rows.length) : '';
  const parts = [
    hidden,
    counts.alive > 0 ? t('{0} alive', counts.alive) : '', counts.zombie > 0 ? t('{0} zombies', counts.zombie) : '',
    counts.failed > 0 ? t('{0} failed', counts.failed) : '', counts.ended > 0 ? t('{0} ended', counts.ended) : '',
  ].filter((part) => part !== '');
  const classes = ['node', 'fold'];
  if (card.selected) classes.push('selected');
  return (
    <div
      class={classes.join(' ')} role="treeitem" data-node-id={node.id} tabIndex={card.entry ? 0 : -1} aria-level={card.level} aria-selected={card.selected}
      aria-expanded={node.open} title={node.open ? t('Fold these alike processes into one node') : t('Show each of these alike processes')}
      style={{ transform: `translate(${card.x}px, ${card.y}px)` }} onClick={card.onClick} onFocus={card.onFocus}
    >
      <div class="node-line">
        <Icon name="stack" size={14} />
        <span class="node-name">{name}</span>
        <span class={`twistie${node.open ? ' open' : ''}`}><Icon name="chevron" size={14} /></span>
      </div>
      <div class="node-line second">
        <span class="node-age">{parts.join(' · ')}</span>
      </div>
    </div>
  );
}
