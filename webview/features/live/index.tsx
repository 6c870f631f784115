/**
 * Whoever scrolls away from the present of a running program stays where they are, and may forget that it goes on: a chip at the right
 * edge says how far behind the window is, and leads back.
 */
import { useComputed } from '@preact/signals';
import type { JSX } from 'preact';
import type { MakeFeature } from '../../feature';
import { elapsed } from '../../format';
import type { Store } from '../../store';
import type { Viewport } from '../../timeline/viewport';
import { t } from '../../words';
import './live.css';

/** Less than that nobody notices. */
const leastNs = 1e9;

function JumpToLive({ store, viewport }: { store: Store; viewport: Viewport }): JSX.Element | null {
  const away = useComputed(() => viewport.running.value && !viewport.live.value);
  const behind = useComputed(() => {
    const behindNs = store.clock.value - viewport.view.value.toNs;
    return behindNs < leastNs ? '' : t('{0} behind', elapsed(Math.floor(behindNs / 1e9) * 1e9));
  });
  if (!away.value) return null;
  return (
    <button type="button" class="jump-to-live" data-testid="jump-to-live" title={t('Follow the present again (L)')} onClick={() => viewport.follow()}>
      <span class="live-dot" />
      {t('Jump to live')}
      {behind.value === '' ? null : <span class="jump-behind">{behind.value}</span>}
    </button>
  );
}

export const live: MakeFeature = ({ store, viewport }) => ({ name: 'live', slots: { lanes: () => <JumpToLive store={store} viewport={viewport} /> } });
