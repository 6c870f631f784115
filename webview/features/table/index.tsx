/**
 * The lanes as a table, for whoever reads better than they see: a row for each row of the timeline, with what it does now, since when,
 * and where. The lanes' canvas says nothing to a screen reader; this says all of it.
 */
import { signal, useComputed } from '@preact/signals';
import type { JSX } from 'preact';
import type { MakeFeature } from '../../feature';
import type { Row } from '../../../src/protocol/rows';
import { bytes, count, duration, elapsed, place } from '../../format';
import { Icon } from '../../icons';
import type { Panel } from '../../panel';
import { programRow } from '../../panelRows';
import { kindName, processState } from '../../rowWords';
import { stateName } from '../../stateWords';
import { t } from '../../words';
import './table.css';

/** More are counted: a table of thousands can't be listened to, and a filter finds more. */
const mostRows = 200;
const tableId = 'rows-table';

export const table: MakeFeature = (panel) => {
  // Who listens needs it from the start.
  const open = signal(document.body.classList.contains('vscode-using-screen-reader'));
  const toggle = (): void => {
    open.value = !open.peek();
    if (open.peek()) requestAnimationFrame(() => document.getElementById(tableId)?.focus());
    else panel.timeline.focus();
  };
  return {
    name: 'table',
    actions: [{ id: 'table', keys: ['t'], title: () => t('Show the rows as a table'), group: 'show', where: 'panel', run: toggle }],
    slots: { below: () => (open.value ? <Table panel={panel} close={toggle} /> : null) },
    remember: () => open.value,
    restore: (memory) => (open.value = memory === true),
  };
};

function Table({ panel, close }: { panel: Panel; close(): void }): JSX.Element {
  const { store } = panel;
  const rows = useComputed(() => store.shown.value.flatMap(({ row, fold }) => (fold === null ? (programRow(row) ?? []) : [])));
  // Once a second: a table that changes under the reader can't be read.
  const second = useComputed(() => Math.floor(store.clock.value / 1e9) * 1e9);
  const nowNs = second.value;
  const listed = rows.value.slice(0, mostRows);
  return (
    <section class="rows-table" id={tableId} tabIndex={-1} aria-label={t('Rows as a table')} data-testid="rows-table">
      <div class="rows-table-head">
        <h2>{t('Rows as a table')}</h2>
        <button type="button" class="tool" title={`${t('Close')} (T)`} aria-label={t('Close')} onClick={close}><Icon name="close" /></button>
      </div>
      <div class="rows-table-scroll" tabIndex={0} role="group" aria-label={t('Rows as a table')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('name')}</th><th scope="col">{t('kind')}</th><th scope="col">{t('state')}</th><th scope="col" class="number">{t('for')}</th><th scope="col">{t('part of')}</th>
              <th scope="col" class="number">{t('bytes')}</th><th scope="col">{t('line')}</th>
            </tr>
          </thead>
          <tbody>
            {listed.map((row) => (
              <tr key={row.id} class={store.selection.value?.row === row.id ? 'selected' : ''} aria-current={store.selection.value?.row === row.id ? 'true' : undefined}>
                <th scope="row"><button type="button" class="link" onClick={() => { panel.select(row.id); store.show(row.id); }}>{row.label}</button></th>
                <td>{kindName(row.kind)}</td>
                <td>{stateOf(row)}</td>
                <td class="number">{row.endNs === null ? elapsed(store.lengths.length([row.id], row.stateSinceNs, null, nowNs)) : duration(store.lengths.length([row.id], row.startNs, row.endNs, nowNs))}</td>
                <td>{store.row(row.parent ?? '')?.label ?? ''}</td>
                <td class="number">{row.kind === 'connection' ? `↓${bytes(row.bytesIn)} ↑${bytes(row.bytesOut)}` : ''}</td>
                <td>{row.site === null ? '' : <button type="button" class="link" title={`${row.site.file}:${row.site.line}`} onClick={() => panel.openRow(row)}>{place(row.site)}</button>}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {rows.value.length <= mostRows ? null : <p class="rows-table-more">{t('{0} more rows are not listed', count(rows.value.length - mostRows))}</p>}
      </div>
    </section>
  );
}

function stateOf(row: Row): string {
  if (row.kind === 'process') return processState(row).word;
  if (row.endNs !== null) return row.kind === 'connection' ? t('closed') : t('ended');
  return stateName(row.state);
}
