/** What the panel says when there is nothing to show: before the first run, and in the first moments of one. */
import type { JSX } from 'preact';
import { t } from '../words';
import { Icon } from '../icons';
import type { PanelCommand } from './header';

export function EmptyState({ command }: { command(command: PanelCommand): void }): JSX.Element {
  return (
    <div class="empty" data-testid="empty">
      <Picture />
      <h1>{t('See what your server really does')}</h1>
      <p>{t('Trace a program: its processes, its threads and every connection appear here while it runs, and each wait with its reason.')}</p>
      <div class="empty-actions">
        <button type="button" class="button" data-testid="trace" onClick={() => command('trace')}><Icon name="play" />{t('Trace Active File')}</button>
        <button type="button" class="button secondary" data-testid="open" onClick={() => command('openRecording')}><Icon name="open" />{t('Open Recording…')}</button>
      </div>
      <p class="hint">{t('Open a Python server in the editor first, then connect a few clients to it.')}</p>
    </div>
  );
}

export function WaitingState({ ended }: { ended: boolean }): JSX.Element {
  return (
    <div class="empty small" data-testid="waiting">
      <p>{ended ? t('The program ended before anything was recorded. Its output in the terminal says why.') : t('The program starts; its first process appears in a moment.')}</p>
    </div>
  );
}

/** A sketch of what will be here: a root, three children, their lanes. */
function Picture(): JSX.Element {
  return (
    <svg class="empty-picture" width="220" height="92" viewBox="0 0 220 92" aria-hidden="true" fill="none">
      <path class="sketch-line" d="M52 46h14c8 0 6-32 16-32h10M66 46h26M66 46c8 0 6 32 16 32h10" />
      <rect class="sketch-box" x="4" y="34" width="48" height="24" rx="3" />
      <rect class="sketch-a" x="92" y="8" width="70" height="12" rx="2" />
      <rect class="sketch-b" x="166" y="8" width="34" height="12" rx="2" />
      <rect class="sketch-b" x="92" y="40" width="24" height="12" rx="2" />
      <rect class="sketch-a" x="120" y="40" width="58" height="12" rx="2" />
      <rect class="sketch-a" x="92" y="72" width="44" height="12" rx="2" />
      <rect class="sketch-c" x="140" y="72" width="76" height="12" rx="2" />
    </svg>
  );
}
