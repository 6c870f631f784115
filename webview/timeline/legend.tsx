/** The legend: the states that this recording has shown so far, each with the fill that the lanes use. */
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { stateCode, type SpanState } from '../../src/protocol/states';
import { stateName, stateSentence } from '../stateWords';
import { t } from '../words';
import type { Store } from '../store';
import type { TimelineController } from './controller';
import { legendOrder, looks } from './looks';
import { Patterns } from './patterns';
import { density, palette } from './theme';

const patterns = new Patterns();
const swatchWidth = 18;
const swatchHeight = 12;

/** A sample of a state's fill, painted as the lanes are. */
export function Swatch({ state, owner }: { state: SpanState; owner: number }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const colors = palette.value;
  const dense = density.value;
  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d') ?? null;
    if (element === null || context === null) return;
    element.width = Math.round(swatchWidth * dense);
    element.height = Math.round(swatchHeight * dense);
    context.setTransform(dense, 0, 0, dense, 0, 0);
    const fill = colors.fill(state, owner);
    const height = Math.min(fill.height, swatchHeight);
    const top = (swatchHeight - height) / 2;
    context.fillStyle = fill.base;
    context.fillRect(0, top, swatchWidth, height);
    const pattern = patterns.get(fill.pattern, fill.stroke, dense);
    if (pattern !== null) {
      context.fillStyle = pattern;
      context.fillRect(0, top, swatchWidth, height);
    }
    if (colors.outline !== null) {
      context.strokeStyle = colors.outline;
      context.strokeRect(0.5, top + 0.5, swatchWidth - 1, height - 1);
    }
  }, [state, owner, colors, dense]);
  return <canvas class="swatch" ref={canvas} aria-hidden="true" />;
}

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
