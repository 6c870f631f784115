/**
 * The engine's worker thread: wiring only. Requests come in, each is answered once; sessions publish by themselves.
 *
 * It has no vscode import and no state beyond the open sessions, so the extension can start it again after a crash.
 */
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { ForkscopeError } from '../base/errors';
import type { EngineRequests, FromEngine, RequestName, ToEngine } from '../protocol/engine';
import type { RowsUpdate } from '../protocol/rows';
import { packRows } from '../protocol/rowsText';
import type { Tile } from '../protocol/tile';
import { packPatch, type PackedPatch, type TilePatch } from '../protocol/tilePatch';
import { toEngineError } from './engineError';
import { packRecording } from './files';
import { Notes } from './notes';
import { ReadingThread } from './readingThread';
import { Session } from './session';
import { nodeClock } from './clock';

const port = parentPort;
if (port === null) throw new Error('the engine runs in a worker thread');

// What it throws ends this thread: whoever started it starts both again.
const reading = new ReadingThread(join(__dirname, 'reading.js'), (error) => {
  throw error;
});
const sessions = new Map<number, Session>();
let nextRun = 1;

const notes = new Map<number, Notes>();

function notesOf(run: number): Notes {
  const session = opened(run);
  let known = notes.get(run);
  if (known === undefined) notes.set(run, (known = new Notes(() => session.source, () => session.originNs)));
  return known;
}

function post(message: FromEngine, transfer: ArrayBuffer[] = []): void {
  port!.postMessage(message, transfer);
}

function tellRows(run: number, update: RowsUpdate, moved: ReadonlySet<string>): void {
  if (update.reset) {
    post({ type: 'rows', run, update });
    return;
  }
  const { head, body } = packRows(update, (id) => moved.has(id));
  const { buffer } = new TextEncoder().encode(body);
  post({ type: 'rowsText', run, head, body: buffer }, [buffer]);
}

/** What a panel gets, as it goes there. */
function crossing(news: Tile | TilePatch): Tile | PackedPatch {
  return 'base' in news ? packPatch(news) : news;
}

function opened(run: number): Session {
  const session = sessions.get(run);
  if (session === undefined) throw new ForkscopeError('internal', `Run ${run} is not open in the engine.`);
  return session;
}

type Handlers = { [K in RequestName]: (ask: EngineRequests[K]['ask']) => EngineRequests[K]['answer'] | Promise<EngineRequests[K]['answer']> };

const handlers: Handlers = {
  async open({ source }) {
    const reader = await reading.open(source);
    const run = nextRun++;
    const session = new Session(reader, nodeClock, {
      rows: (update, moved) => tellRows(run, update, moved),
      findings: (update) => post({ type: 'findings', run, update }),
      changed: (nowNs) => post({ type: 'changed', run, nowNs }),
      news: (panel, news) => {
        const packed = crossing(news);
        post({ type: 'news', run, panel, news: packed }, buffersOf('follow', packed));
      },
      failed: (error) => post({ type: 'broken', run, error: toEngineError(error) }),
    }, (again) => reading.open(again));
    sessions.set(run, session);
    return { run };
  },
  close({ run }) {
    sessions.get(run)?.dispose();
    sessions.delete(run);
    notes.delete(run);
    return null;
  },
  tile: ({ run, request }) => opened(run).tile(request),
  async follow({ run, panel, request }) {
    const followed = await opened(run).follow(panel, request);
    return followed === null ? null : crossing(followed);
  },
  query: ({ run, query }) => (query.name === 'notes' ? notesOf(run).answer(query.ask) : opened(run).query(query)),
  cancelIndexing({ run }) {
    opened(run).cancelIndexing();
    return null;
  },
  report: ({ run, allWaits }) => opened(run).report(allWaits, notesOf(run).all),
  save: ({ run, path }) => packRecording(opened(run).source, path),
};

/** Buffers of a tile or of an answer's top level are moved, not copied. */
function buffersOf(name: RequestName, answer: unknown): ArrayBuffer[] {
  if ((name !== 'tile' && name !== 'follow' && name !== 'query') || typeof answer !== 'object' || answer === null) return [];
  return Object.values(answer).filter((value): value is ArrayBuffer => value instanceof ArrayBuffer);
}

async function answer(message: ToEngine): Promise<void> {
  try {
    const handle = handlers[message.name] as (ask: unknown) => unknown;
    const result = await handle(message.ask);
    post({ type: 'answer', id: message.id, answer: result }, buffersOf(message.name, result));
  } catch (error) {
    post({ type: 'failed', id: message.id, error: toEngineError(error) });
  }
}

port.on('message', (message: ToEngine) => void answer(message));
