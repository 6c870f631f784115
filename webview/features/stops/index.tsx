/**
 * A debugger's stops: bands over the lanes that they stalled, and the switch *Without Stopped Time*, which takes that time off every length
 * of time that the panel shows. The switch is there where something was stopped.
 */
import type { JSX } from 'preact';
import type { MakeFeature } from '../../feature';
import { Icon } from '../../icons';
import type { Panel } from '../../panel';
import { t } from '../../words';
import { paintBands } from './paint';
import './stops.css';

function Switch({ panel }: { panel: Panel }): JSX.Element | null {
  const { withoutStops, stopsSeen } = panel.store;
  if (!stopsSeen.value && !withoutStops.value) return null;
  return (
    <button
      type="button" class={`tool stops-switch${withoutStops.value ? ' on' : ''}`} aria-pressed={withoutStops.value} data-testid="without-stops"
      title={`${withoutStops.value ? t('Lengths of time are shown without what the debugger\'s stops took. Show them whole again.') : t('Take the time of the debugger\'s stops off all lengths of time')} (B)`}
      aria-label={t('Without Stopped Time')} onClick={() => (withoutStops.value = !withoutStops.peek())}
    >
      <Icon name="pause" />
    </button>
  );
}

export const stops: MakeFeature = (panel) => {
  const { store } = panel;
  const toggle = (): void => void (store.withoutStops.value = !store.withoutStops.peek());
  const end = store.withoutStops.subscribe(() => panel.timeline.repaint());
  return {
    name: 'stops',
    actions: [{
      id: 'withoutStops', keys: ['b'], title: () => t('Without stopped time: take the debugger\'s stops off all lengths of time'), group: 'show', where: 'panel',
      enabled: () => store.stopsSeen.peek() || store.withoutStops.peek(), run: toggle,
    }],
    slots: { toolbar: () => <Switch panel={panel} /> },
    layers: [{
      over: 'spans',
      paint: (surface, scene) => paintBands(surface, scene),
    }],
    remember: () => store.withoutStops.value,
    restore: (memory) => (store.withoutStops.value = memory === true),
    reset() {
      store.withoutStops.value = false;
      store.stopsSeen.value = false;
    },
    dispose: () => end(),
  };
};
