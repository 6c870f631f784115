/** Where the lanes show nothing there are words for it, and a way back. */
import type { JSX } from 'preact';
import type { MakeFeature } from '../../feature';
import { Icon } from '../../icons';
import type { Panel } from '../../panel';
import type { Trouble } from '../../timeline/trouble';
import { t } from '../../words';
import './trouble.css';

export const trouble: MakeFeature = (panel) => ({
  name: 'trouble',
  slots: {
    lanes: () => {
      const found = panel.timeline.trouble.value;
      return found === null ? null : <Words trouble={found} panel={panel} />;
    },
  },
});

function Words({ trouble: found, panel }: { trouble: Trouble; panel: Panel }): JSX.Element {
  const { viewport, timeline } = panel;
  const again = (): void => timeline.paintAgain();
  switch (found) {
    case 'empty':
      return (
        <Notice kind={found} words={t('None of these rows lived in this part of time.')}>
          <button type="button" class="button secondary" onClick={() => viewport.fit()}>{t('Show the whole recording')}</button>
          {viewport.running.value ? <button type="button" class="button secondary" onClick={() => viewport.follow()}>{t('Follow the present')}</button> : null}
        </Notice>
      );
    case 'lost':
      return (
        <Notice kind={found} words={t('The editor took back the memory of this picture, most likely because the graphics process ended. Nothing of the recording is lost.')}>
          <button type="button" class="button secondary" onClick={again}>{t('Draw Again')}</button>
        </Notice>
      );
    case 'failed':
      return (
        <Notice kind={found} words={t('This picture could not be drawn because of an error in Forkscope; the log has details. Nothing of the recording is lost.')}>
          <button type="button" class="button secondary" onClick={again}>{t('Draw Again')}</button>
          <button type="button" class="button secondary" onClick={() => viewport.fit()}>{t('Show the whole recording')}</button>
        </Notice>
      );
  }
}

function Notice({ kind, words, children }: { kind: Trouble; words: string; children: JSX.Element | (JSX.Element | null)[] }): JSX.Element {
  return (
    <div class="trouble" role="status" data-testid="trouble" data-kind={kind}>
      <p>{kind === 'empty' ? null : <Icon name="warning" />}{words}</p>
      <div class="trouble-actions">{children}</div>
    </div>
  );
}
