/**
 * The panel: header, problem, then tree over timeline with a splitter between them.
 */
import { useComputed } from '@preact/signals';
import type { JSX } from 'preact';
import type { Row } from '../src/protocol/rows';
import { Boundary } from './boundary';
import { Banner } from './parts/banner';
import { EmptyState, WaitingState } from './parts/empty';
import { FindingsList } from './parts/findings';
import { Indexing } from './parts/indexing';
import { Header } from './parts/header';
import { Summary } from './parts/summary';
import { Splitter } from './splitter';
import { TimelineView } from './timeline/timelineView';
import { TreeView } from './tree/treeView';
import { t } from './words';
import type { Slot } from './feature';
import type { Panel } from './panel';

/** Until a person moves the splitter the tree is as high as it needs, at most so much of the panel. */
const automaticShare = 0.36;

export function App({ panel }: { panel: Panel }): JSX.Element {
  const { store, viewport, bridge } = panel;
  const state = useComputed(() => (store.info.value === null ? 'empty' : store.shown.value.length === 0 && store.filter.value === null ? 'waiting' : 'shown'));
  const select = (row: string | null, spanBeginNs: number | null = null): void => panel.select(row, spanBeginNs);
  const openRow = (row: Row): void => panel.openRow(row);
  const split = panel.split.value;
  const share = panel.treeShare.value;
  return (
    <main class="panel" data-view={state.value} onKeyDown={panel.panelKey}>
      <Header store={store} viewport={viewport} tools={<InSlot panel={panel} slot="toolbar" />} command={(command) => bridge.send({ type: 'command', command })} />
      <FindingsList store={store} choose={(row) => { select(row); store.show(row); }} />
      <Banner store={store} command={(command) => bridge.send({ type: 'command', command })} />
      <Indexing store={store} cancel={() => bridge.send({ type: 'cancelIndexing' })} />
      {state.value === 'empty' ? <EmptyState command={(command) => bridge.send({ type: 'command', command })} /> : null}
      {state.value === 'waiting' ? <WaitingState ended={store.info.value?.state === 'ended'} /> : null}
      {state.value === 'shown' ? (
        <div class="parts" style={{ gridTemplateRows: `${split === 0 ? `fit-content(${automaticShare * 100}%)` : `${split * 100}%`} minmax(0, 1fr)` }}>
          <Boundary failed={(error) => panel.failed(error)}>
            <TreeView store={store} layout={panel.layout} select={(row) => { select(row); if (row !== null) store.show(row); }} openRow={openRow} measured={(height, room) => (panel.treeShare.value = height / room)} />
          </Boundary>
          <div class="stage">
            <InSlot panel={panel} slot="above" />
            <div class="stage-middle">
              <TimelineView
                store={store} controller={panel.timeline} host={panel} select={select} openRow={openRow} openMoment={(row, atNs) => panel.openMoment(row, atNs)}
                onKey={panel.laneKey} press={panel.press} over={<InSlot panel={panel} slot="lanes" />}
              />
              <InSlot panel={panel} slot="side" />
            </div>
            <InSlot panel={panel} slot="below" />
          </div>
          <Splitter
            axis="y" label={t('Height of the process tree')} value={split === 0 ? share : split} min={0.08} max={0.85} step={0.04}
            change={(value) => (panel.split.value = value)} measure={(event, box) => (event.clientY - box.top) / box.height}
          />
        </div>
      ) : null}
      <InSlot panel={panel} slot="overlay" />
      <Summary store={store} />
    </main>
  );
}

/** What the features have for a place; each is a component, so that it is drawn again only when its own signals change. */
function InSlot({ panel, slot }: { panel: Panel; slot: Slot }): JSX.Element {
  return (
    <>
      {panel.inSlot(slot).map(({ name, slots }) => {
        const Part = slots?.[slot];
        return Part === undefined ? null : <Boundary key={name} failed={(error) => panel.failed(error)}><Part /></Boundary>;
      })}
    </>
  );
}
