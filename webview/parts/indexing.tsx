/** How far a recording has been read: a large one takes seconds, and its first part is shown meanwhile. */
import type { JSX } from 'preact';
import { count } from '../format';
import type { Store } from '../store';
import { t } from '../words';

export function Indexing({ store, cancel }: { store: Store; cancel(): void }): JSX.Element | null {
  const info = store.info.value;
  const indexing = info?.indexing;
  if (info === null || indexing === undefined || indexing.cancelled) return null;
  const percent = Math.floor(indexing.share * 100);
  return (
    <div class="indexing" data-testid="indexing">
      <div class="indexing-bar" role="progressbar" aria-label={t('Reading the recording')} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100}>
        <div style={{ width: `${percent}%` }} />
      </div>
      <span class="indexing-words">{t('Reading: {0} % · {1} events so far', percent, count(info.events))}</span>
      <button type="button" class="link" data-testid="cancel-indexing" title={t('Stop reading here: what was read stays.')} onClick={cancel}>{t('Cancel')}</button>
    </div>
  );
}
