/**
 * The menu of a row: its own line and its pin, and while its run is debugged what the debugger can do with it. By the right button on a row's name, lane or
 * node, or by the keyboard's menu key. It opens at once; what the editor has to be asked for stands below what is there already, so that nothing moves under
 * the pointer.
 */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { RowAction } from '../../../src/protocol/rowActions';
import type { Row } from '../../../src/protocol/rows';
import type { MakeFeature } from '../../feature';
import { isFoldId } from '../../foldEnded';
import { place } from '../../format';
import type { Panel } from '../../panel';
import { kindName } from '../../rowWords';
import { axisHeight, rowHeight } from '../../timeline/metrics';
import { t } from '../../words';
import './rowMenu.css';

interface Item {
  readonly id: string;
  readonly title: string;
  readonly key: string | null;
  readonly note: string | null;
  readonly hindered: string | null;
  run(): void;
}

interface Opened {
  readonly row: Row;
  /** CSS pixels in the window. */
  readonly x: number;
  readonly y: number;
  /** Gets the focus back. */
  readonly from: HTMLElement | null;
  /** What the editor offers; null until it has answered. */
  readonly offered: readonly RowAction[] | null;
}

/** From the edges of the window, CSS pixels. */
const margin = 4;

function Menu({ opened, own, offered, close }: { opened: Opened; own: readonly Item[]; offered: readonly Item[]; close(back: boolean): void }): JSX.Element {
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = menu.current;
    if (element === null) return;
    const { width, height } = element.getBoundingClientRect();
    element.style.left = `${Math.max(margin, Math.min(opened.x, innerWidth - width - margin))}px`;
    element.style.top = `${Math.max(margin, Math.min(opened.y, innerHeight - height - margin))}px`;
  });
  useLayoutEffect(() => {
    itemsOf(menu.current)[0]?.focus({ preventScroll: true });
  }, [opened.row.id, opened.x, opened.y]);
  const move = (to: (at: number, count: number) => number): void => {
    const items = itemsOf(menu.current);
    const at = items.indexOf(document.activeElement as HTMLElement);
    items[(to(at, items.length) + items.length) % items.length]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // Keys mean nothing to the lanes behind it.
    event.stopPropagation();
    switch (event.key) {
      case 'ArrowDown': move((at) => at + 1); break;
      case 'ArrowUp': move((at) => at - 1); break;
      case 'Home': move(() => 0); break;
      case 'End': move((_, count) => count - 1); break;
      case 'Escape':
      case 'Tab': close(true); break;
      default: return;
    }
    event.preventDefault();
  };
  const line = ({ id, title, key, note, hindered, run }: Item): JSX.Element => (
    <button
      key={id} type="button" role="menuitem" class="row-menu-item" data-item={id} aria-disabled={hindered !== null} tabIndex={-1} onPointerMove={(event) => event.currentTarget.focus({ preventScroll: true })}
      onClick={() => {
        if (hindered !== null) return;
        close(true);
        run();
      }}
    >
      <span class="row-menu-title">{title}</span>
      {key === null ? null : <kbd>{key}</kbd>}
      {hindered === null && note === null ? null : <span class="row-menu-note">{hindered ?? note}</span>}
    </button>
  );
  return (
    <div class="row-menu-behind" onPointerDown={(event) => event.target === event.currentTarget && close(true)} onContextMenu={(event) => event.preventDefault()}>
      <div class="row-menu" role="menu" ref={menu} data-testid="row-menu" aria-label={`${kindName(opened.row.kind)} ${opened.row.label}`} onKeyDown={onKeyDown}>
        {own.map(line)}
        {offered.length === 0 ? null : <div class="row-menu-line" role="separator" />}
        {offered.map(line)}
      </div>
    </div>
  );
}

function itemsOf(menu: HTMLElement | null): HTMLElement[] {
  return [...(menu?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
}

export const rowMenu: MakeFeature = (panel) => {
  const opened = signal<Opened | null>(null);
  const open = (id: string | null, x: number, y: number, from: HTMLElement | null): boolean => {
    const row = id === null || isFoldId(id) ? undefined : panel.store.row(id);
    if (row === undefined) return false;
    const now: Opened = { row, x, y, from, offered: null };
    opened.value = now;
    panel.rowActions(row.id).then((offered) => {
      if (opened.peek() === now) opened.value = { ...now, offered };
    }, () => undefined);
    return true;
  };
  const close = (back: boolean): void => {
    const { from } = opened.peek() ?? {};
    opened.value = null;
    if (back) from?.focus({ preventScroll: true });
  };
  const onContextMenu = (event: MouseEvent): void => {
    if (opened.peek() !== null || event.defaultPrevented || !(event.target instanceof HTMLElement)) return;
    // Of a key the event stands at the element's edge, not at a row of the lanes.
    const isKey = event.button !== 2 && event.detail === 0;
    const id = event.target.matches('canvas.lanes') ? (isKey ? selected(panel) : (panel.timeline.hit(event.offsetX, event.offsetY)?.shown.row.id ?? null)) : rowAt(event.target);
    const [x, y] = isKey ? besideRow(panel, event.target, id) : [event.clientX, event.clientY];
    if (open(id, x, y, focusable(event.target))) event.preventDefault();
  };
  document.addEventListener('contextmenu', onContextMenu);
  return {
    name: 'rowMenu',
    actions: [{
      id: 'rowMenu', keys: ['ContextMenu', 'Shift+F10'], title: () => t('Open the row\'s menu'), group: 'rows', where: 'panel',
      run() {
        const focused = document.activeElement instanceof HTMLElement ? document.activeElement : null;
        const id = (focused === null ? null : rowAt(focused)) ?? selected(panel);
        open(id, ...besideRow(panel, focused, id), focused);
      },
    }],
    slots: {
      overlay: () => {
        const now = opened.value;
        if (now === null) return null;
        return <Menu opened={now} own={ownItems(panel, now.row)} offered={(now.offered ?? []).map((action) => offeredItem(panel, now.row, action))} close={close} />;
      },
    },
    reset: () => close(false),
    dispose: () => document.removeEventListener('contextmenu', onContextMenu),
  };
};

function ownItems(panel: Panel, row: Row): Item[] {
  const { store } = panel;
  const item = (id: string, title: string, key: string, run: () => void): Item => ({ id, title, key, note: null, hindered: null, run });
  return [
    ...(row.site === null ? [] : [item('open', t('Open {0}', place(row.site)), '↵', () => panel.openRow(row))]),
    item('pin', store.pinned.value.includes(row.id) ? t('Unpin') : t('Pin to the Top'), 'P', () => store.togglePinned(row.id)),
  ];
}

function offeredItem(panel: Panel, row: Row, { name, title, note, hindered }: RowAction): Item {
  return { id: name, title, key: null, note, hindered, run: () => panel.rowAction(row.id, name) };
}

function selected({ store }: Panel): string | null {
  return store.selection.peek()?.row ?? null;
}

/** The row that an element belongs to: a header, a pinned one, a node of the tree. */
function rowAt(element: HTMLElement): string | null {
  const { rowId, pinnedId, nodeId } = element.closest<HTMLElement>('[data-row-id], [data-pinned-id], [data-node-id]')?.dataset ?? {};
  return rowId ?? pinnedId ?? nodeId ?? null;
}

/** Below the element; below the row's lane where the lanes have the focus. */
function besideRow({ timeline, store }: Panel, element: HTMLElement | null, id: string | null): [number, number] {
  if (element === null) return [margin, margin];
  const { left, top, bottom, width } = element.getBoundingClientRect();
  if (!element.matches('canvas.lanes')) return [left + Math.min(24, width / 2), Math.min(bottom, top + 2 * axisHeight)];
  const at = store.shownAt.peek().get(id ?? '') ?? 0;
  const below = timeline.pinnedHeight.peek() + (at + 1) * rowHeight - timeline.scrollTop.peek();
  return [left + 24, Math.max(top, Math.min(bottom, top + below))];
}

function focusable(element: HTMLElement): HTMLElement | null {
  return element.closest<HTMLElement>('[tabindex], button');
}
