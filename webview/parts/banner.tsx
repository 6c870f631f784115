/** A problem in one sentence, with what can be done about it where there is something. */
import type { JSX } from 'preact';
import type { ErrorCode } from '../../src/base/errors';
import { Icon } from '../icons';
import type { Store } from '../store';
import { t } from '../words';
import type { PanelCommand } from './header';

function actionFor(code: ErrorCode | undefined): { label: string; command: PanelCommand } | null {
  switch (code) {
    case 'recording-missing':
    case 'recording-empty':
    case 'recording-corrupt':
    case 'recording-newer':
      return { label: t('Open Another Recording…'), command: 'openRecording' };
    case 'interpreter-missing':
    case 'program-missing':
    case 'program-not-executable':
    case 'recording-folder-unwritable':
      return { label: t('Try Again'), command: 'restart' };
    case 'disk-full':
      return { label: t('Save As…'), command: 'saveAs' };
    case 'engine-stopped':
    case 'internal':
    case undefined:
      return null;
  }
}

export function Banner({ store, command }: { store: Store; command(command: PanelCommand): void }): JSX.Element | null {
  const problem = store.problem.value;
  if (problem === null) return null;
  const action = actionFor(problem.error?.code);
  return (
    <div class="banner" role="alert" data-testid="problem">
      <Icon name="error" />
      <span class="banner-text">{problem.message}</span>
      {action === null ? null : <button type="button" class="button secondary" onClick={() => command(action.command)}>{action.label}</button>}
      <button type="button" class="tool" aria-label={t('Close')} title={t('Close')} onClick={() => (store.problem.value = null)}><Icon name="close" /></button>
    </div>
  );
}
