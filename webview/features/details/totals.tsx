/** How long the row was in which state, all its life: the longest first; a click on a longest goes there. */
import type { JSX } from 'preact';
import type { StateTotal } from '../../../src/protocol/inspection';
import { count, duration } from '../../format';
import { stateName, stateSentence } from '../../stateWords';
import { Swatch } from '../../timeline/swatch';
import { t } from '../../words';

export interface TotalsProps {
  totals: readonly StateTotal[];
  lifeNs: number;
  /** Number of the thread whose colour the lane has; 0 for none. */
  owner: number;
  go(atNs: number): void;
}

export function Totals({ totals, lifeNs, owner, go }: TotalsProps): JSX.Element | null {
  if (totals.length === 0) return null;
  // A client's wait in the queue comes before the life of its connection.
  const wholeNs = Math.max(lifeNs, totals.reduce((sum, { totalNs }) => sum + totalNs, 0));
  return (
    <table class="details-totals">
      <caption>{t('All its life')}</caption>
      <thead>
        <tr><th scope="col">{t('state')}</th><th scope="col" class="number">{t('time')}</th><th scope="col" class="number">{t('share')}</th><th scope="col" class="number times">{t('times')}</th><th scope="col" class="number">{t('longest')}</th></tr>
      </thead>
      <tbody>
        {totals.map(({ state, totalNs, count: times, longestNs, longestAtNs }) => (
          <tr key={state} title={stateSentence(state)}>
            <th scope="row"><span class="details-state"><Swatch state={state} owner={owner} />{stateName(state)}</span></th>
            <td class="number">{duration(totalNs)}</td>
            <td class="number">{share(totalNs, wholeNs)}</td>
            <td class="number times">{count(times)}</td>
            <td class="number"><button type="button" class="link" title={t('Go to the longest')} onClick={() => go(longestAtNs)}>{duration(longestNs)}</button></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function share(part: number, whole: number): string {
  if (whole <= 0) return '';
  const percent = (part / whole) * 100;
  return percent > 0 && percent < 1 ? '<1 %' : `${Math.round(percent)} %`;
}
