/** The details of what is selected, in a pane beside the timeline: what it does and why, its waits, its events, and where one can go from it. */
import { effect, signal } from '@preact/signals';
import type { Inspection } from '../../../src/protocol/inspection';
import type { Action } from '../../actions';
import type { MakeFeature } from '../../feature';
import { Icon } from '../../icons';
import { t } from '../../words';
import { Inspector } from './inspector';
import { Pane, paneId, usualWidth } from './pane';
import './details.css';

/** Narrower than this the lanes need all the room: the pane opens when it is asked for. */
const roomyPx = 900;

interface Memory {
  open: boolean;
  width: number;
}

function isMemory(value: unknown): value is Memory {
  return typeof value === 'object' && value !== null && 'open' in value && typeof value.open === 'boolean' && 'width' in value && typeof value.width === 'number';
}

export const details: MakeFeature = (panel) => {
  /** null: open where there is room. */
  const wanted = signal<boolean | null>(null);
  const width = signal(usualWidth);
  const room = signal(window.innerWidth);
  const isOpen = (): boolean => wanted.value ?? room.value >= roomyPx;
  const shown = signal<Inspection | null>(null);
  const inspector = new Inspector(panel, shown);
  const stop = effect(() => {
    inspector.follow(isOpen() ? panel.store.selection.value : null, panel.store.clock.value);
  });
  const resized = (): void => void (room.value = window.innerWidth);
  window.addEventListener('resize', resized);

  const toggle = (): void => {
    wanted.value = !isOpen();
    if (wanted.peek() === true) requestAnimationFrame(() => document.getElementById(paneId)?.focus());
    else panel.timeline.focus();
  };
  const actions: readonly Action[] = [
    { id: 'details', keys: ['i'], title: () => t('Show or hide the details'), group: 'show', where: 'panel', run: toggle },
  ];
  return {
    name: 'details',
    actions,
    slots: {
      toolbar: () => (
        <button
          type="button" class={`tool${isOpen() ? ' on' : ''}`} data-testid="details-toggle" aria-pressed={isOpen()} title={`${t('Show or hide the details')} (I)`} aria-label={t('Details')}
          onClick={toggle}
        >
          <Icon name="info" />
        </button>
      ),
      side: () => (isOpen() ? <Pane panel={panel} inspection={shown.value} width={width} close={toggle} more={() => inspector.showMore()} /> : null),
    },
    remember: (): Memory | null => (wanted.value === null ? null : { open: wanted.value, width: width.value }),
    restore(memory) {
      if (!isMemory(memory)) return;
      wanted.value = memory.open;
      width.value = memory.width;
    },
    reset: () => (shown.value = null),
    dispose() {
      stop();
      inspector.dispose();
      window.removeEventListener('resize', resized);
    },
  };
};
