/**
 * The column of row headers beside the lanes: a tree of HTML elements, so that it can be read aloud, focused and tested.
 * A busy server has thousands of rows, so only those in sight exist; the focused one always does, or the focus would be lost.
 */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { Row } from '../../src/protocol/rows';
import { Icon } from '../icons';
import { bytes, connectionsWords, count, elapsed, place } from '../format';
import { isNativeFold } from '../foldEnded';
import { follow } from '../follow';
import { programRow, type GroupRow, type NumberRow, type PanelRow } from '../panelRows';
import type { ShownRow } from '../rowOrder';
import { kindIcon, kindName, ownerNumber, pausedWord, rowFact, rowAside, rowLabel, unfollowedSentence } from '../rowWords';
import type { Store } from '../store';
import { t } from '../words';
import type { TimelineController } from './controller';
import { HeaderSlots } from './headerSlots';
import { rowHeight } from './metrics';
import { palette } from './theme';

/** Rows that come at once as one scrolls, and as many are there beyond the edge: a frame in which headers come costs a third more than one in which none does. */
const atOnce = 4;

export interface RowHeadersProps {
  store: Store;
  controller: TimelineController;
  select(row: string | null): void;
  open(row: Row): void;
}

export function RowHeaders({ store, controller, select, open }: RowHeadersProps): JSX.Element {
  const focused = useSignal<string | null>(null);
  const host = useRef<HTMLDivElement>(null);
  // Numbers, which stay the same through most of a scroll: then no header is even looked at.
  const first = useComputed(() => Math.max(0, Math.floor(controller.scrollTop.value / rowHeight / atOnce) - 1) * atOnce);
  const end = useComputed(() => (Math.ceil((controller.scrollTop.value + controller.size.value.height) / rowHeight / atOnce) + 1) * atOnce);
  const visible = useComputed(() => {
    const [from, to] = [first.value, end.value];
    const places: number[] = [];
    for (let at = from; at < Math.min(to, store.shown.value.length); at++) places.push(at);
    const focusedAt = focused.value === null ? undefined : store.shownAt.value.get(focused.value);
    if (focusedAt !== undefined && (focusedAt < from || focusedAt >= to)) places.push(focusedAt);
    return places;
  });
  const focusSoon = (row: string): void => {
    requestAnimationFrame(() => host.current?.querySelector<HTMLElement>(`[data-row-id="${CSS.escape(row)}"]`)?.focus({ preventScroll: true }));
  };
  // What is selected elsewhere is where the keyboard goes on.
  useSignalEffect(() => {
    const selected = store.selection.value?.row;
    if (selected === undefined || !store.shownAt.value.has(selected)) return;
    focused.value = selected;
    // Where the keyboard is with these rows it goes along: what is read aloud and what Enter opens must be the same.
    if (host.current?.contains(document.activeElement) === true) focusSoon(selected);
  });

  const shown = store.shown.value;
  const entry = focused.value !== null && store.shownAt.value.has(focused.value) ? focused.value : shown[0]?.row.id ?? null;

  const go = (at: number): void => {
    const target = shown[Math.min(Math.max(at, 0), shown.length - 1)];
    if (target === undefined) return;
    focused.value = target.row.id;
    select(target.row.id);
    store.show(target.row.id);
    focusSoon(target.row.id);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = entry === null ? undefined : store.shownAt.value.get(entry);
    const current = at === undefined ? undefined : shown[at];
    if (at === undefined || current === undefined) return;
    const { row, children, collapsed } = current;
    switch (event.key) {
      case 'ArrowDown': go(at + 1); break;
      case 'ArrowUp': go(at - 1); break;
      case 'Home': go(0); break;
      case 'End': go(shown.length - 1); break;
      case 'PageDown': go(at + 10); break;
      case 'PageUp': go(at - 10); break;
      case 'ArrowRight':
        if (collapsed) store.setCollapsed(row.id, false);
        else if (children > 0) go(at + 1);
        break;
      case 'ArrowLeft':
        if (children > 0 && !collapsed) store.setCollapsed(row.id, true);
        else go(store.shownAt.value.get(store.index.above(row.id) ?? '') ?? at);
        break;
      case ' ':
      case 'Enter':
        if (current.fold !== null) store.setCollapsed(row.id, !collapsed);
        else if (event.key === ' ') select(row.id);
        else if (programRow(row) !== undefined) open(programRow(row)!);
        else store.setCollapsed(row.id, !collapsed);
        break;
      case 'Escape': select(null); break;
      default: return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  // One object for all headers, for as long as the panel: a header whose properties are the same is not drawn again.
  const acts = useMemo<HeaderActs>(() => ({
    focus: (id) => (focused.value = id),
    select: (id, fold, collapsed) => (fold ? store.setCollapsed(id, !collapsed) : select(id)),
    open: (row, isFold, children, collapsed) => openOrFold(store, row, isFold, children, collapsed, open),
    hover: (id) => (controller.hoverRow.value = id),
  }), [store, controller, select, open]);

  const slots = useMemo(() => new HeaderSlots(), []);
  const inSight = visible.value.flatMap((at) => (shown[at] === undefined ? [] : [{ item: shown[at], id: shown[at].row.id, kind: looks(shown[at]), at }]));
  const slotOf = slots.assign(inSight, focused.value);

  return (
    <div class="headers" role="tree" aria-label={t('Processes, threads and connections')} ref={host} onKeyDown={onKeyDown} style={{ height: `${shown.length * rowHeight}px` }}>
      {inSight.map(({ item, at }, index) => {
        const { row, depth, children, collapsed, position, siblings } = item;
        return (
          <RowHeader
            key={slotOf[index]} store={store} acts={acts} row={row} depth={depth} childCount={children} collapsed={collapsed} fold={item.fold !== null} position={position} siblings={siblings} at={at}
            selected={store.selection.value?.row === row.id && item.fold === null} hovered={controller.hoverRow.value === row.id} entry={entry === row.id}
          />
        );
      })}
    </div>
  );
}

function foldTitle(id: string): string {
  if (isNativeFold(id)) return t("They run none of the program's JavaScript: libuv's pool, V8's and the inspector's helpers, or an add-on's. Show each of them, or fold them");
  return t('Show each of these ended rows, or fold them');
}

/** Headers of which this is the same have the same elements. */
function looks({ row, fold }: ShownRow): string {
  return fold === null ? row.kind : 'fold';
}

/** What is nothing of the program's has no line: a group opens and folds. */
function openOrFold(store: Store, row: PanelRow, fold: boolean, children: number, collapsed: boolean, open: (row: Row) => void): void {
  const own = programRow(row);
  if (own === undefined && children > 0) store.setCollapsed(row.id, !collapsed);
  else if (own !== undefined && !fold) open(own);
}

/** What a header may do. */
interface HeaderActs {
  focus(id: string): void;
  select(id: string, fold: boolean, collapsed: boolean): void;
  open(row: PanelRow, fold: boolean, children: number, collapsed: boolean): void;
  hover(id: string | null): void;
}

/** A shown row's parts and not itself: it is changed in place, and a header that gets the same again would not know. */
interface RowHeaderProps {
  store: Store;
  acts: HeaderActs;
  row: PanelRow;
  depth: number;
  childCount: number;
  collapsed: boolean;
  /** It stands for many ended rows. */
  fold: boolean;
  position: number;
  siblings: number;
  at: number;
  selected: boolean;
  hovered: boolean;
  /** The one header that Tab reaches. */
  entry: boolean;
}

function RowHeader({ store, acts, row: given, depth, childCount: children, collapsed, fold, position, siblings, at, selected, hovered, entry }: RowHeaderProps): JSX.Element {
  const { id } = given;
  const over = useSignal(false);
  const within = useSignal(false);
  const near = over.value || within.value;
  // Its facts change far more often than its place: then only this header is drawn again.
  const row = (fold ? undefined : store.live(id).value) ?? given;
  const label = rowLabel(row, (other) => store.live(other).value?.label);
  const owner = fold ? 0 : row.kind === 'thread' ? ownerNumber(row.id) : row.kind === 'connection' ? ownerNumber(row.owner) : 0;
  const classes = ['row-header', row.kind];
  if (fold) classes.push('fold');
  if (selected) classes.push('selected');
  if (hovered) classes.push('hovered');
  if (store.marked.value.has(row.id)) classes.push('marked');
  if (row.endNs !== null) classes.push('over');
  return (
    <div
      class={classes.join(' ')} role="treeitem" data-row-id={row.id} data-kind={row.kind} data-state={row.state} data-bytes-in={row.kind === 'connection' && !fold ? row.bytesIn : undefined} data-bytes-out={row.kind === 'connection' ? row.bytesOut : undefined}
      aria-level={depth + 1} aria-setsize={siblings} aria-posinset={position} aria-selected={selected}
      aria-expanded={children > 0 ? !collapsed : undefined} tabIndex={entry ? 0 : -1}
      style={{ top: `${at * rowHeight}px`, paddingLeft: `${4 + depth * 12}px` }}
      onFocus={() => acts.focus(id)} onClick={() => acts.select(id, fold, collapsed)} onDblClick={() => acts.open(given, fold, children, collapsed)} onPointerEnter={() => { over.value = true; acts.hover(id); }} onPointerMove={() => acts.hover(id)} onPointerLeave={() => { over.value = false; acts.hover(null); }}
      onFocusIn={() => (within.value = true)} onFocusOut={() => (within.value = false)}
      title={fold ? foldTitle(id) : headerTitle(row, label)}
    >
      <span class={`twistie${children > 0 ? '' : ' none'}${collapsed ? '' : ' open'}`} onClick={(event) => { event.stopPropagation(); store.setCollapsed(id, !collapsed); }}>
        {children > 0 ? <Icon name="chevron" /> : null}
      </span>
      <span class="owner" style={owner > 0 ? { background: palette.value.owner(owner) } : {}} />
      <Icon name={kindIcon(row)} />
      <span class="for-screen-readers">{`${kindName(row.kind)} `}</span>
      <Label text={label} />
      {collapsed && !fold ? <span class="badge">{children}</span> : null}
      {fold ? null : <Fact store={store} row={row} />}
      {fold ? null : <span class="for-screen-readers">{rowAside(row)}</span>}
      {fold || !near ? null : <PinButton store={store} id={row.id} />}
      {row.site === null || !near ? null : (
        <button type="button" class="goto" tabIndex={-1} aria-hidden="true" title={t('Open {0}', place(row.site))} onClick={(event) => { event.stopPropagation(); acts.open(given, fold, children, collapsed); }}>
          <Icon name="goto" />
        </button>
      )}
    </div>
  );
}

/** There while the pointer is over the header or the focus is in it, as the way to its line: of thirty headers that change nobody compares what nobody sees. Who uses keys presses P. */
function PinButton({ store, id }: { store: Store; id: string }): JSX.Element {
  const pinned = store.pinned.value.includes(id);
  return (
    <button
      type="button" class="goto pin" tabIndex={-1} aria-hidden="true" title={pinned ? t('Unpin (P)') : t('Pin to the top (P)')} data-testid="pin"
      onClick={(event) => { event.stopPropagation(); store.togglePinned(id); }} onDblClick={(event) => event.stopPropagation()}
    >
      <Icon name={pinned ? 'pinned' : 'pin'} />
    </button>
  );
}

/** A component of its own: while somebody is queued it reads the clock, and the rest of the header does not. */
export function Fact({ store, row }: { store: Store; row: PanelRow }): JSX.Element {
  if (row.kind === 'group') return <GroupFact store={store} row={row} />;
  if (row.kind === 'number') return <span class="fact">{presentNumber(store, row)}</span>;
  const queue = row.kind === 'listener' ? store.queues.value.get(row.id) : undefined;
  if (pausedWord(row) !== null) return <span class="fact paused" data-testid="paused"><Icon name="pause" size={12} />{rowFact(row)}</span>;
  if (row.kind === 'process' && row.endNs === null && store.unfollowed.value.has(row.id)) return <span class="fact unfollowed" title={unfollowedSentence()} data-testid="unfollowed"><Icon name="warning" size={12} />{t('not debugged')}</span>;
  if (queue === undefined) return <span class="fact">{rowFact(row)}</span>;
  return <span class="fact queued">{t('{0} queued · oldest {1}', count(queue.length), elapsed(store.clock.value - queue.oldestNs))}</span>;
}

/** How many connections a client has, how many of them are open and queued, and what they carried. */
function GroupFact({ store, row }: { store: Store; row: GroupRow }): JSX.Element {
  if (row.of === 'counters') return <span class="fact" />;
  follow(store.facts);
  const connections = store.index.childrenOf(row.id, 'connection');
  const open = connections.filter((each) => each.endNs === null);
  const queued = open.filter((each) => each.state === 'queued').length;
  const sum = (of: 'bytesIn' | 'bytesOut'): number => connections.reduce((total, each) => total + each[of], 0);
  const parts = [
    connectionsWords(connections.length), t('{0} open', count(open.length)), ...(queued > 0 ? [t('{0} queued', count(queued))] : []), `↓${bytes(sum('bytesIn'))} ↑${bytes(sum('bytesOut'))}`,
  ];
  // The name needs the room: all of it is in the tooltip.
  const short = [t('{0} of {1} open', count(open.length), count(connections.length)), ...(queued > 0 ? [t('{0} queued', count(queued))] : [])];
  return <span class={queued > 0 ? 'fact queued' : 'fact'} title={parts.join(' · ')}>{short.join(' · ')}</span>;
}

/** While the program runs, what it is now: the lane shows the rest. */
function presentNumber(store: Store, { name, listener }: NumberRow): string {
  const info = store.info.value;
  if (info === null || info.state === 'ended') return '';
  switch (name) {
    case 'connections':
    case 'threads':
    case 'processes': return count(info[name]);
    case 'queue': return count(store.queues.value.get(listener ?? '')?.length ?? 0);
    default: return '';
  }
}

/** Where room is short, `Thread-1 (handle)` loses its brackets and `127.0.0.1:50412` its host: the port tells clients apart. */
export function Label({ text }: { text: string }): JSX.Element {
  const address = /^(.+)(:\d+)$/.exec(text);
  if (address !== null) {
    return (
      <>
        <span class="label host">{address[1]}</span>
        <span class="label port">{address[2]}</span>
      </>
    );
  }
  const parts = /^(.+?)\s+(\(.+\))$/.exec(text);
  if (parts === null) return <span class="label">{text}</span>;
  return (
    <>
      <span class="label fixed">{parts[1]}</span>
      <span class="label aside">{parts[2]}</span>
    </>
  );
}

function headerTitle(row: PanelRow, label: string): string {
  const lines = [label];
  if (row.kind === 'process' && row.command.length > 0) lines.push(row.command.join(' '));
  if (row.kind === 'thread' && row.target !== null) lines.push(row.target);
  if (row.kind === 'task' && row.awaits !== null) lines.push(`${t('Awaits')}: ${row.awaits}`);
  if (row.kind === 'connection' && row.local !== null && row.peer !== null) lines.push(`${row.peer} → ${row.local}`);
  if (row.site !== null) lines.push(place(row.site));
  return lines.join('\n');
}
