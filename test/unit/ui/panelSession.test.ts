/** A panel that nobody sees is told nothing and asks for nothing, and has all of it when it is shown again. */
import { expect, it, vi } from 'vitest';

vi.mock('vscode', () => ({ l10n: { bundle: undefined, t: (text: string) => text }, env: { language: 'en' } }));

import type { FromPanel, ToPanel } from '../../../src/protocol/panel';
import type { RowsUpdate } from '../../../src/protocol/rows';
import type { EngineHost, OpenRun, RunSink } from '../../../src/ui/engineHost';
import { PanelSession, type PanelContext, type PanelSurface } from '../../../src/ui/panelSession';
import { Runs } from '../../../src/ui/runs';

const tile: Extract<FromPanel, { type: 'tile' }> = { type: 'tile', request: { fromNs: 0, toNs: 1e9, width: 10, rows: ['p1'] } as never };

function rows(events: number, reset: boolean): RowsUpdate {
  const info = {
    title: 'server.py', command: [], directory: '/', startedAt: '', state: 'running' as const, nowNs: events * 1e6, exit: null, complete: true,
    events, lostEvents: 0, droppedBytes: 0, processes: 0, threads: 0, connections: 0,
  };
  return { reset, info, rows: [], removed: [], edges: [] };
}

/** A session in front of a live run, with everything that goes to the page and to the engine. @param answer the engine's, to every question. */
async function panel(answer: unknown = null): Promise<{
  session: PanelSession; sink: RunSink; posted: ToPanel[]; asked: string[];
  say(message: FromPanel): Promise<void>; show(visible: boolean): void;
}> {
  const posted: ToPanel[] = [];
  const asked: string[] = [];
  let sink: RunSink | null = null;
  let listener: (message: FromPanel) => void = () => undefined;
  const opened: OpenRun = {
    dispose: () => undefined,
    moved: () => undefined,
    request: (name) => {
      asked.push(name);
      return Promise.resolve(answer as never);
    },
  };
  const open: EngineHost['open'] = (_, to) => {
    sink = to;
    return Promise.resolve(opened);
  };
  const runs = new Runs({ open } as unknown as EngineHost);
  const run = runs.add(null, { kind: 'folder', path: '/run' }, '/run.forkscope', 'running');
  await run.read(run.source);
  const surface = {
    visible: true,
    viewColumn: 1,
    webview: {
      onDidReceiveMessage: (heard: typeof listener) => ((listener = heard), { dispose: () => undefined }),
      postMessage: (message: ToPanel) => (posted.push(message), Promise.resolve(true)),
    },
  };
  const session = new PanelSession(surface as unknown as PanelSurface, { runs } as unknown as PanelContext);
  session.follow(run);
  return {
    session, sink: sink!, posted, asked,
    say: async (message) => {
      listener(message);
      await new Promise((resolve) => setImmediate(resolve));
    },
    show: (visible) => {
      surface.visible = visible;
      session.visibilityChanged();
    },
  };
}

/** What a live run does to its viewers in a while. */
function lives(sink: RunSink, from: number): void {
  for (let events = from; events < from + 10; events++) {
    sink.onChanged(events * 1e6);
    sink.onRows(rows(events, events === from));
    sink.onFindings({ findings: [], failed: [] } as never);
  }
}
const types = (posted: readonly ToPanel[]): string[] => posted.map(({ type }) => type);

it('posts nothing to a hidden page and asks the engine nothing, and begins anew with all there is', async () => {
  const { sink, posted, asked, say, show } = await panel();
  lives(sink, 1);
  expect(posted).toEqual([]); // Its scripts do not run yet.
  await say({ type: 'ready' });
  expect(types(posted)).toEqual(['snapshot', 'findings']);
  sink.onChanged(11e6);
  sink.onRows(rows(11, false));
  await say(tile);
  // It is not the counting that finds nothing.
  expect(types(posted).slice(2)).toEqual(['changed', 'rows']);
  expect(asked).toEqual(['follow']);

  show(false);
  posted.length = asked.length = 0;
  lives(sink, 20);
  await say(tile);
  expect(posted).toEqual([]);
  expect(asked).toEqual([]);

  // VS Code makes the page again, which says so; until then it could not hear anything.
  show(true);
  lives(sink, 40);
  expect(posted).toEqual([]);
  await say({ type: 'ready' });
  expect(types(posted)).toEqual(['snapshot', 'findings']);
  const [snapshot] = posted;
  expect(snapshot?.type === 'snapshot' && [snapshot.update.reset, snapshot.update.info.events]).toEqual([true, 49]);
  await say(tile);
  expect(asked).toEqual(['follow']);
});

it('passes packed rows on as they came, and does not say the present to whom a picture has just told it', async () => {
  const { sink, posted, say } = await panel({ head: '{}', data: new ArrayBuffer(0) });
  lives(sink, 1);
  await say({ type: 'ready' });
  posted.length = 0;
  const packed = { head: JSON.stringify(rows(11, false).info), body: new ArrayBuffer(0) };
  sink.onRows(packed);
  expect(posted).toEqual([{ type: 'rowsText', ...packed }]);
  sink.onChanged(12e6);
  await say(tile);
  sink.onChanged(13e6);
  sink.onNews(-1, { head: '{}', data: new ArrayBuffer(0) }); // Another panel's.
  expect(types(posted)).toEqual(['rowsText', 'changed', 'patch']);
});

it('keeps what is to be selected for a page that is only on its way', async () => {
  const { session, sink, posted, say, show } = await panel();
  lives(sink, 1);
  await say({ type: 'ready' });
  show(false);
  posted.length = 0;
  // The sidebar: the panel is brought to the front, and a row of it selected.
  session.select('t1', true);
  show(true);
  await say({ type: 'ready' });
  expect(posted.at(-1)).toEqual({ type: 'select', row: 't1', reveal: true });
});

it('is not sent all of it again by the focus that comes and goes', async () => {
  const { session, sink, posted, say } = await panel();
  lives(sink, 1);
  await say({ type: 'ready' });
  posted.length = 0;
  session.visibilityChanged();
  expect(posted).toEqual([]);
});
