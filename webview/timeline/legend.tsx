/** The legend: the states that this recording has shown so far, each with the fill that the lanes use. */
import type { JSX } from 'preact';
import { stateCode, type SpanState } from '../../src/protocol/states';
import { stateName, stateSentence } from '../stateWords';
import { t } from '../words';
import type { Store } from '../store';
import type { TimelineController } from './controller';
import { legendOrder, looks } from './looks';
import { Swatch } from './swatch';

export function Legend({ store, controller }: { store: Store; controller: TimelineController }): JSX.Element {
  const seen = controller.seenStates.value;
  const states = legendOrder.filter((state) => seen.has(stateCode[state]));
  const ofThreads = states.filter((state) => looks[state].hue !== 'owner');
  const ofOwners = states.filter((state) => looks[state].hue === 'owner');
  return (
    <div class="legend" role="group" aria-label={t('Legend')}>
      {ofThreads.map((state) => <Entry key={state} state={state} owner={0} />)}
      {ofOwners.length === 0 ? null : <span class="legend-title" title={t('A connection has the colour of the thread that owns it.')}>{t("in its thread's colour:")}</span>}
      {ofOwners.map((state) => <Entry key={state} state={state} owner={0} />)}
      <IpcEntry store={store} />
    </div>
  );
}

/** The tree's lines between processes that talk. */
function IpcEntry({ store }: { store: Store }): JSX.Element | null {
  const { drawn, hidden } = store.ipc.value;
  if (drawn + hidden === 0) return null;
  return (
    <span class="legend-entry legend-ipc" title={t('Pipes, queues, socket pairs and connections between two traced processes. A head shows where bytes arrived.')}>
      <svg class="swatch" width="26" height="12" viewBox="0 0 26 12" aria-hidden="true">
        <path class="ipc-line" d="M 2 6 L 21 6" />
        <path class="ipc-sample" d="M 18 2 L 24 6 L 18 10" />
      </svg>
      {t('processes that talk')}
      {hidden === 0 ? null : <em>{t('{0} lines hidden: select a process to see its own', hidden)}</em>}
    </span>
  );
}

function Entry({ state, owner }: { state: SpanState; owner: number }): JSX.Element {
  return (
    <span class="legend-entry" title={stateSentence(state)}>
      <Swatch state={state} owner={owner} />
      {stateName(state)}
    </span>
  );
}
