/**
 * The only user of acquireVsCodeApi and postMessage. The host says everything through one listener; questions with an
 * answer (`query`) are promises that always settle, so that a lost message never leaves a tooltip waiting.
 */
import type { FromPanel, PanelState, ToPanel } from '../src/protocol/panel';
import type { Answer, Ask, Query, QueryName } from '../src/protocol/queries';
import type { RowAction } from '../src/protocol/rowActions';
import { RowsText } from '../src/protocol/rowsText';
import type { Tile } from '../src/protocol/tile';
import { unpackPatch, type TilePatch } from '../src/protocol/tilePatch';
import { RowsAfterPicture } from './rowsAfterPicture';
import { TileFlow, type TileWish } from './tileFlow';

/** What VS Code gives every webview. */
export interface VsCodeApi {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: PanelState): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** Messages that are not answers to a question. */
export type HostMessage = Exclude<ToPanel, { type: 'rowsText' } | { type: 'answer' } | { type: 'failed' } | { type: 'tile' } | { type: 'patch' }>;

export interface BridgeHandlers {
  message(message: HostMessage): void;
  tile(tile: Tile): void;
  patch(patch: TilePatch): void;
}

/** Totals of a large range take a second or two; a message that was lost never comes. */
const answerWithinMs = 15_000;

interface Pending {
  resolve(answer: unknown): void;
  reject(error: Error): void;
  timer: ReturnType<typeof setTimeout>;
}

export class Bridge {
  private readonly flow: TileFlow;
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;
  private handlers: BridgeHandlers | null = null;
  private readonly rows = new RowsText();
  private readonly decoder = new TextDecoder();
  private readonly rowsLater = new RowsAfterPicture();

  constructor(private readonly api: VsCodeApi) {
    this.flow = new TileFlow((request) => this.send({ type: 'tile', request }), () => performance.now(), (ms, run) => void setTimeout(run, ms));
  }

  /** Listens and says `ready`. */
  start(handlers: BridgeHandlers): void {
    this.handlers = handlers;
    window.addEventListener('message', (event: MessageEvent<ToPanel>) => this.receive(event.data));
    this.send({ type: 'ready' });
  }

  send(message: FromPanel): void {
    this.api.postMessage(message);
  }

  askTile(wish: TileWish): void {
    this.flow.ask(wish);
  }

  /** Another run is shown: nothing asked before counts. */
  resetTiles(): void {
    this.flow.reset();
  }

  /** Asks the engine; rejects where it fails, or nobody answers in time. */
  query<K extends QueryName>(name: K, ask: Ask<K>): Promise<Answer<K>> {
    const query: unknown = { name, ask };
    return this.ask(name, (id) => this.send({ type: 'query', id, query: query as Query })) as Promise<Answer<K>>;
  }

  /** Asks the editor what a row's menu has while its run is debugged. */
  rowActions(row: string): Promise<readonly RowAction[]> {
    return this.ask('rowActions', (id) => this.send({ type: 'rowActions', id, row })) as Promise<readonly RowAction[]>;
  }

  private ask(name: string, send: (id: number) => void): Promise<unknown> {
    const id = this.nextId++;
    return new Promise<unknown>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.pending.delete(id);
        reject(new Error(`no answer to ${name}`));
      }, answerWithinMs);
      this.pending.set(id, { resolve, reject, timer });
      send(id);
    });
  }

  /** What was saved before a reload; null where there is nothing, or it is of another version. */
  restore(): PanelState | null {
    const state = this.api.getState();
    return isPanelState(state) ? state : null;
  }

  save(state: PanelState): void {
    this.api.setState(state);
  }

  log(level: 'info' | 'warn' | 'error', message: string): void {
    this.send({ type: 'log', level, message });
  }

  private receive(message: ToPanel): void {
    switch (message.type) {
      case 'tile':
        if (this.flow.receive(message)) this.handlers?.tile(message);
        this.rowsLater.pictured();
        return;
      case 'patch': {
        const patch = unpackPatch(message);
        if (this.flow.receive(patch, true)) this.handlers?.patch(patch);
        this.rowsLater.pictured();
        return;
      }
      case 'rowsText':
        this.rowsLater.add(() => this.handlers?.message({ type: 'rows', update: this.rows.unpack({ head: message.head, body: this.decoder.decode(message.body) }) }));
        return;
      default:
        this.rowsLater.release();
        this.receiveOther(message);
    }
  }

  private receiveOther(message: Exclude<ToPanel, { type: 'tile' } | { type: 'patch' } | { type: 'rowsText' }>): void {
    switch (message.type) {
      case 'answer':
        this.settle(message.id)?.resolve(message.answer);
        return;
      case 'failed':
        this.settle(message.id)?.reject(new Error(message.error.message));
        return;
      default:
        if (message.type === 'rows' || message.type === 'snapshot') this.rows.learn(message.update);
        this.handlers?.message(message);
    }
  }

  private settle(id: number): Pending | undefined {
    const waiting = this.pending.get(id);
    if (waiting === undefined) return undefined;
    this.pending.delete(id);
    clearTimeout(waiting.timer);
    return waiting;
  }
}

function isPanelState(state: unknown): state is PanelState {
  return typeof state === 'object' && state !== null && 'version' in state && state.version === 2;
}

/** May be called once: VS Code refuses a second acquireVsCodeApi. */
export function openBridge(): Bridge {
  return new Bridge(acquireVsCodeApi());
}
