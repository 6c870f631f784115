/**
 * The sheet of keys (`?`): what can be done here, from the actions themselves, so that none is missing and none is wrong; and what the
 * mouse does. A modal dialog of the browser's own: it keeps the focus inside, Escape closes it, and the focus goes back. The browser says
 * that it has closed in a task of its own, which on a busy machine comes late: a `?` until then would open nothing, or what it opened would
 * be closed. So what is open is told by `cancel`, which comes with the key itself, and a dialog that has gone says nothing any more.
 */
import { signal, type Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Action, ActionGroup, Actions } from '../../actions';
import type { MakeFeature } from '../../feature';
import { Icon } from '../../icons';
import { t } from '../../words';
import { keyCaps, mouseGestures } from './words';
import './keySheet.css';

const groups: readonly { readonly group: ActionGroup; readonly title: () => string }[] = [
  { group: 'time', title: () => t('Time') },
  { group: 'rows', title: () => t('Rows') },
  { group: 'selection', title: () => t('Selection') },
  { group: 'find', title: () => t('Find') },
  { group: 'show', title: () => t('Show') },
  { group: 'panel', title: () => t('Panel') },
];

function Sheet({ actions, open }: { actions: Actions; open: Signal<boolean> }): JSX.Element | null {
  return open.value ? <Dialog actions={actions} close={() => (open.value = false)} /> : null;
}

function Dialog({ actions, close }: { actions: Actions; close(): void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    // Keys mean nothing to the lanes behind it; `?` closes what it opened.
    event.stopPropagation();
    if (event.key === '?') close();
  };
  return (
    <dialog
      class="key-sheet" ref={dialog} data-testid="key-sheet" aria-labelledby="key-sheet-title" onCancel={close} onClose={(event) => event.currentTarget.isConnected && close()} onKeyDown={onKeyDown}
      onClick={(event) => event.target === event.currentTarget && close()}
    >
      <div class="key-sheet-head">
        <h2 id="key-sheet-title">{t('Keys and gestures')}</h2>
        <button type="button" class="tool" aria-label={t('Close')} title={t('Close')} onClick={close}><Icon name="close" /></button>
      </div>
      <div class="key-sheet-groups" tabIndex={0} role="group" aria-labelledby="key-sheet-title">
        {groups.map(({ group, title }) => <Group key={group} title={title()} actions={actions.all.filter((action) => action.group === group && action.keys.length > 0)} />)}
        <section>
          <h3>{t('Mouse and touchpad')}</h3>
          <dl>
            {mouseGestures().map(({ gesture, meaning }) => <Line key={gesture} caps={<span class="gesture">{gesture}</span>} meaning={meaning} />)}
          </dl>
        </section>
      </div>
      <p class="key-sheet-note">{t('Letters count while the lanes have the focus: click them, or press Tab until they have it.')}</p>
    </dialog>
  );
}

function Group({ title, actions }: { title: string; actions: readonly Action[] }): JSX.Element | null {
  if (actions.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {actions.map((action) => <Line key={action.id} caps={action.keys.map((key) => <Caps key={key} name={key} />)} meaning={action.title()} />)}
      </dl>
    </section>
  );
}

function Line({ caps, meaning }: { caps: JSX.Element | JSX.Element[]; meaning: string }): JSX.Element {
  return (
    <div class="key-line">
      <dt>{caps}</dt>
      <dd>{meaning}</dd>
    </div>
  );
}

/** `Shift+Backspace` as two caps that belong together. */
function Caps({ name }: { name: string }): JSX.Element {
  return <span class="caps">{keyCaps(name).map((cap) => <kbd key={cap}>{cap}</kbd>)}</span>;
}

export const keySheet: MakeFeature = (panel) => {
  const open = signal(false);
  return {
    name: 'keySheet',
    actions: [{ id: 'keys', keys: ['?'], title: () => t('Show the keys'), group: 'panel', where: 'panel', run: () => (open.value = true) }],
    slots: {
      toolbar: () => (
        <button type="button" class="tool" data-testid="keys" aria-label={t('Keys')} title={t('Show the keys (?)')} onClick={() => (open.value = true)}>
          <Icon name="keys" />
        </button>
      ),
      overlay: () => <Sheet actions={panel.actions} open={open} />,
    },
  };
};
