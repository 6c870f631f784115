/** The table of totals below the lanes: sortable by each column, a state's rows open below it, the longest is a way to it. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { count, duration } from '../../format';
import { Icon } from '../../icons';
import type { Panel } from '../../panel';
import { reach } from '../../reach';
import { stateName, stateSentence } from '../../stateWords';
import { Swatch } from '../../timeline/swatch';
import { t } from '../../words';
import { rangeLength, type RangeModel } from './range';
import { cells, columns, csv, meanNs, sorted, tsv, type Column, type Line, type Order, type StateLine } from './table';

/** More rows of one state are not shown one by one; all of them are saved. */
const mostRows = 200;

function columnName(column: Column): string {
  switch (column) {
    case 'state': return t('State');
    case 'total': return t('Total');
    case 'share': return t('Share');
    case 'count': return t('Count');
    case 'longest': return t('Longest');
    case 'mean': return t('Mean');
  }
}

export function rangeWords(panel: Panel, model: RangeModel): string {
  const range = model.range.value;
  if (range === null) return '';
  const length = duration(rangeLength(panel, range));
  if (range.rows === null) return t('{0} of all rows', length);
  const [only] = range.rows;
  return range.rows.length === 1 ? t('{0} of {1}', length, panel.store.row(only!)?.label ?? only!) : t('{0} of {1} rows', length, count(range.rows.length));
}

export function TotalsTable({ panel, model }: { panel: Panel; model: RangeModel }): JSX.Element | null {
  const order = useSignal<Order>({ by: 'total', down: true });
  const open = useSignal<ReadonlySet<string>>(new Set());
  const copied = useSignal(false);
  const range = model.range.value;
  if (range === null) return null;
  const { lines, partial, failed } = model.totals.value;
  const rowName = (id: string): string => panel.store.row(id)?.label ?? id;
  const shown = sorted(lines, order.value, (line) => stateName(line.state)).map((line) => ({ ...line, rows: sorted(line.rows, order.value, (each) => rowName(each.row ?? '')) }));
  const words = rangeWords(panel, model);
  const text = (): string[][] => [
    [t('State'), t('Row'), t('Total (ms)'), t('Share (%)'), t('Count'), t('Longest (ms)'), t('Mean (ms)')],
    ...cells(shown, { state: stateName, row: rowName, all: t('all rows') }),
  ];
  const copy = (): void => {
    void navigator.clipboard.writeText(tsv(text())).then(() => {
      copied.value = true;
      setTimeout(() => (copied.value = false), 1500);
    });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    event.preventDefault();
    model.clear();
    panel.timeline.focus();
  };
  const sortBy = (by: Column): void => {
    order.value = { by, down: order.value.by === by ? !order.value.down : by !== 'state' };
  };
  const toggle = (state: string): void => {
    const next = new Set(open.value);
    if (!next.delete(state)) next.add(state);
    open.value = next;
  };
  return (
    <section class="totals" aria-label={t('Totals of the range')} onKeyDown={onKeyDown}>
      <div class="totals-head">
        <h2 aria-live="polite" data-testid="range">{words}</h2>
        {partial ? <span class="note">{t('summing up…')}</span> : null}
        {failed ? <span class="note">{t('The engine gave no answer; choose the range again.')}</span> : null}
        <span class="spring" />
        <button type="button" class="tool" data-testid="copy-totals" title={t('Copy the table (TSV)')} onClick={copy}><Icon name={copied.value ? 'ended' : 'copy'} />{copied.value ? t('Copied') : t('Copy')}</button>
        <button type="button" class="tool" data-testid="save-totals" title={t('Save the table as CSV…')} onClick={() => panel.bridge.send({ type: 'saveFile', name: 'totals.csv', content: csv(text()) })}><Icon name="save" />{t('CSV…')}</button>
        <button type="button" class="tool" title={t('Clear the range (Escape)')} aria-label={t('Clear the range (Escape)')} onClick={() => { model.clear(); panel.timeline.focus(); }}><Icon name="close" /></button>
      </div>
      <div class="totals-scroller" tabIndex={-1}>
        <table>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col" class={column} aria-sort={order.value.by !== column ? 'none' : order.value.down ? 'descending' : 'ascending'}>
                  <button type="button" title={column === 'share' ? t('Of the time of all chosen rows of that kind') : undefined} onClick={() => sortBy(column)}>
                    {columnName(column)}
                    <span class="sort" aria-hidden="true">{order.value.by !== column ? '' : order.value.down ? '▾' : '▴'}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((line) => <StateRows key={line.state} panel={panel} line={line} open={open.value.has(line.state)} toggle={() => toggle(line.state)} rowName={rowName} />)}
          </tbody>
        </table>
        {lines.length === 0 && !partial && !failed ? <p class="hint">{t('Nothing was recorded in this range.')}</p> : null}
      </div>
    </section>
  );
}

function StateRows({ panel, line, open, toggle, rowName }: { panel: Panel; line: StateLine; open: boolean; toggle(): void; rowName(id: string): string }): JSX.Element {
  return (
    <>
      <tr data-state={line.state}>
        <th scope="row">
          <button type="button" class="totals-state" aria-expanded={open} title={stateSentence(line.state)} onClick={toggle}>
            <span class={`twistie${open ? ' open' : ''}`}><Icon name="chevron" /></span>
            <Swatch state={line.state} owner={0} />
            {stateName(line.state)}
          </button>
        </th>
        <Numbers panel={panel} line={line} rowName={rowName} />
      </tr>
      {open ? line.rows.slice(0, mostRows).map((each) => (
        <tr key={each.row} class="totals-row" data-row={each.row}>
          <th scope="row"><button type="button" class="totals-name" onClick={() => reach(panel, each.row ?? '', null)}>{rowName(each.row ?? '')}</button></th>
          <Numbers panel={panel} line={each} rowName={rowName} />
        </tr>
      )) : null}
      {open && line.rows.length > mostRows ? <tr class="totals-row"><td colSpan={columns.length}>{t('{0} more are not listed', count(line.rows.length - mostRows))}</td></tr> : null}
    </>
  );
}

function Numbers({ panel, line, rowName }: { panel: Panel; line: Line; rowName(id: string): string }): JSX.Element {
  const title = t('Go to the longest, in {0}', rowName(line.longestRow));
  return (
    <>
      <td>{duration(line.totalNs)}</td>
      <td class="share"><span class="share-bar" aria-hidden="true"><span style={{ width: `${line.share * 100}%` }} /></span>{`${(line.share * 100).toFixed(1)} %`}</td>
      <td>{count(line.count)}</td>
      <td><button type="button" class="link" title={title} onClick={() => reach(panel, line.longestRow, line.longestAtNs)}>{duration(line.longestNs)}</button></td>
      <td>{duration(meanNs(line))}</td>
    </>
  );
}
