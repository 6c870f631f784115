/** Headers of the pinned rows, beside their lanes at the top. The rows are in their place in the tree below too, where they can be opened and collapsed. */
import type { JSX } from 'preact';
import type { Row } from '../../src/protocol/rows';
import { Icon } from '../icons';
import { count } from '../format';
import { kindIcon, kindName, ownerNumber } from '../rowWords';
import type { Store } from '../store';
import { t } from '../words';
import type { TimelineController } from './controller';
import { programRow } from '../panelRows';
import { Fact, Label } from './rowHeaders';
import { palette } from './theme';

export interface PinnedHeadersProps {
  store: Store;
  controller: TimelineController;
  select(row: string | null): void;
  open(row: Row): void;
}

export function PinnedHeaders({ store, controller, select, open }: PinnedHeadersProps): JSX.Element | null {
  const pinned = controller.pinned.value;
  if (pinned.length === 0) return null;
  const hidden = pinned[0]!.siblings - pinned.length;
  return (
    <ul class="pinned-headers" aria-label={t('Pinned rows')}>
      {pinned.flatMap(({ row }) => programRow(row) ?? []).map((row, at) => (
        <PinnedHeader key={row.id} store={store} controller={controller} row={row} hidden={at === pinned.length - 1 ? hidden : 0} select={() => select(row.id)} open={() => open(row)} />
      ))}
    </ul>
  );
}

interface PinnedHeaderProps {
  store: Store;
  controller: TimelineController;
  row: Row;
  /** Pinned rows that have no room. */
  hidden: number;
  select(): void;
  open(): void;
}

function PinnedHeader({ store, controller, row, hidden, select, open }: PinnedHeaderProps): JSX.Element {
  const owner = row.kind === 'thread' ? ownerNumber(row.id) : row.kind === 'connection' ? ownerNumber(row.owner) : 0;
  const classes = ['row-header', row.kind];
  if (store.selection.value?.row === row.id) classes.push('selected');
  if (controller.hoverRow.value === row.id) classes.push('hovered');
  if (row.endNs !== null) classes.push('over');
  const hover = (over: boolean) => (): void => void (controller.hoverRow.value = over ? row.id : null);
  return (
    <li class={classes.join(' ')} data-pinned-id={row.id} onClick={select} onDblClick={open} onPointerEnter={hover(true)} onPointerLeave={hover(false)}>
      <button
        type="button" class="goto pin" title={t('Unpin (P)')} aria-label={t('Unpin {0}', `${kindName(row.kind)} ${row.label}`)}
        onClick={(event) => { event.stopPropagation(); store.togglePinned(row.id); controller.focus(); }} onDblClick={(event) => event.stopPropagation()}
      >
        <Icon name="pinned" />
      </button>
      <span class="owner" style={owner > 0 ? { background: palette.value.owner(owner) } : {}} />
      <Icon name={kindIcon(row)} />
      <Label text={row.label} />
      {hidden > 0 ? <span class="pinned-more" title={t('More rows are pinned than have room here.')}>{`+${count(hidden)}`}</span> : null}
      <Fact store={store} row={row} />
    </li>
  );
}
