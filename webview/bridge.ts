/**
 * The only user of acquireVsCodeApi and postMessage. The host says everything through one listener; questions with an
 * answer (`details`) are promises that always settle, so that a lost message never leaves a tooltip waiting.
 */
import type { FromPanel, PanelState, ToPanel } from '../src/protocol/panel';
import type { Details, DetailsRequest, Tile } from '../src/protocol/tile';
import { TileFlow, type TileWish } from './tileFlow';

/** What VS Code gives every webview. */
export interface VsCodeApi {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: PanelState): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** Messages that are not answers to a question. */
export type HostMessage = Exclude<ToPanel, { type: 'details' } | { type: 'tile' }>;

export interface BridgeHandlers {
  message(message: HostMessage): void;
  tile(tile: Tile): void;
}

const answerWithinMs = 3000;

interface Pending {
  resolve(details: Details): void;
  reject(error: Error): void;
  timer: ReturnType<typeof setTimeout>;
}

export class Bridge {
  private readonly flow: TileFlow;
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;
  private handlers: BridgeHandlers | null = null;

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

  /** Rejects where the host does not answer in time. */
  details(request: DetailsRequest): Promise<Details> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.pending.delete(id);
        reject(new Error('no answer to details'));
      }, answerWithinMs);
      this.pending.set(id, { resolve, reject, timer });
      this.send({ type: 'details', id, request });
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
        return;
      case 'details': {
        const waiting = this.pending.get(message.id);
        if (waiting === undefined) return;
        this.pending.delete(message.id);
        clearTimeout(waiting.timer);
        waiting.resolve(message.details);
        return;
      }
      default:
        this.handlers?.message(message);
    }
  }
}

function isPanelState(state: unknown): state is PanelState {
  return typeof state === 'object' && state !== null && 'version' in state && state.version === 1;
}

/** May be called once: VS Code refuses a second acquireVsCodeApi. */
export function openBridge(): Bridge {
  return new Bridge(acquireVsCodeApi());
}
