/**
 * The extension host as the page sees it: `acquireVsCodeApi`, and a scripted other side that answers. Injected before the
 * webview's script; tests drive it as `window.fakeHost`.
 */
import type { FromPanel, PanelState, ToPanel } from '../../../src/protocol/panel';
import type { Answer, Ask, Query, QueryName } from '../../../src/protocol/queries';
import type { RowAction } from '../../../src/protocol/rowActions';
import type { RunInfo } from '../../../src/protocol/rows';
import type { TileRequest } from '../../../src/protocol/tile';
import { readNumber } from './numbers';
import { buildDetails, buildInspection, buildTile, type Scenario } from './scenario';
import { neighbourOf, overviewOf, statesOf, stoppedOf } from './navigateAnswers';
import { scenarios, type ScenarioName } from './scenarios';

export interface HostSettings {
  scenario: ScenarioName | null;
  words: Record<string, string> | null;
  state: PanelState | null;
  /** How long a tile takes. */
  tileDelayMs: number;
}

export class FakeHost {
  readonly received: FromPanel[] = [];
  readonly tileRequests: TileRequest[] = [];
  state: PanelState | null;
  /** Tiles asked for and not yet answered: never more than one. */
  outstanding = 0;
  mostOutstanding = 0;
  private givesWay: ReturnType<typeof setTimeout> | undefined;
  private scenario: Scenario | null = null;
  private nowNs = 0;
  private isBlank = false;
  /** A question that waits for news, and what the last answer was. */
  private parked: TileRequest | null = null;
  private answered: { sequence: number; nowNs: number; rows: string; toNs: number } | null = null;

  constructor(private readonly settings: HostSettings) {
    this.state = settings.state;
    if (settings.scenario !== null) this.use(settings.scenario);
  }

  receive(message: FromPanel): void {
    this.received.push(message);
    switch (message.type) {
      case 'ready':
        this.announce();
        return;
      case 'tile':
        this.answerTile(message.request);
        return;
      case 'query':
        this.answerQuery(message.id, message.query);
        return;
      case 'rowActions':
        this.post({ type: 'answer', id: message.id, answer: this.rowActions });
        return;
      default:
    }
  }

  /** What the editor's debugger can do with any row. */
  rowActions: RowAction[] = [];

  /** By a query's name; tests put others in. */
  readonly answers: { [K in QueryName]?: (ask: Ask<K>) => Answer<K> } = {
    details: (ask) => {
      if (this.scenario === null) throw new Error('no scenario is shown');
      return buildDetails(this.scenario, ask);
    },
    number: (ask) => readNumber(this.scenario!, ask),
    inspect: (ask) => {
      if (this.scenario === null) throw new Error('no scenario is shown');
      return buildInspection(this.scenario, ask);
    },
    arrowsOf: ({ rows, fromNs, toNs }) => ({
      arrows: this.shown.arrows.filter(({ from, to, atNs }) => (rows.includes(from) || rows.includes(to)) && atNs >= fromNs && atNs <= toNs), more: false,
    }),
    overview: ({ width }) => overviewOf(this.shown, width, this.nowNs),
    neighbour: (ask) => neighbourOf(this.shown, ask),
    stopped: (ask) => stoppedOf(this.shown, ask),
    statesAt: (ask) => statesOf(this.shown, ask),
  };

  private get shown(): Scenario {
    if (this.scenario === null) throw new Error('no scenario is shown');
    return this.scenario;
  }

  private answerQuery(id: number, query: Query): void {
    const own = this.answers[query.name] as ((ask: unknown) => unknown) | undefined;
    if (own !== undefined) this.post({ type: 'answer', id, answer: own(query.ask) });
    else this.post({ type: 'failed', id, error: { code: 'internal', message: `the fake host has no answer to ${query.name}`, values: [] } });
  }

  post(message: ToPanel): void {
    window.postMessage(structuredClone(message), '*');
  }

  show(name: ScenarioName): void {
    this.use(name);
    this.announce();
  }

  /** A recording of which so much is read by now is opened. */
  showReading(name: ScenarioName, share: number): void {
    this.use(name);
    this.nowNs *= share;
    if (this.scenario !== null) this.scenario.info = { ...this.scenario.info, state: 'ended', nowNs: this.nowNs, indexing: { share, cancelled: false } };
    this.announce();
  }

  /** The recording's present moves on. */
  tick(byNs: number): void {
    this.nowNs += byNs;
    if (this.scenario !== null) this.scenario.info = { ...this.scenario.info, nowNs: this.nowNs };
    this.post({ type: 'changed', nowNs: this.nowNs });
    this.news();
  }

  update(removed: string[] = []): void {
    if (this.scenario === null) return;
    this.post({ type: 'rows', update: { info: this.scenario.info, reset: false, rows: [...this.scenario.rows.values()], removed, edges: this.scenario.edges } });
  }

  /** How much of the recording is read. */
  indexing(state: RunInfo['indexing']): void {
    if (this.scenario === null) return;
    this.scenario.info = { ...this.scenario.info };
    delete this.scenario.info.indexing;
    if (state !== undefined) this.scenario.info.indexing = state;
    this.update();
  }

  /** Tiles have nothing in them from now on. */
  blank(on: boolean): void {
    this.isBlank = on;
  }

  endRun(): void {
    if (this.scenario === null) return;
    this.scenario.info = { ...this.scenario.info, state: 'ended', exit: { code: 0, signal: null }, nowNs: this.nowNs };
    this.update();
    this.news();
  }

  messages<T extends FromPanel['type']>(type: T): Extract<FromPanel, { type: T }>[] {
    return this.received.filter((message): message is Extract<FromPanel, { type: T }> => message.type === type);
  }

  private use(name: ScenarioName): void {
    this.scenario = scenarios[name]();
    this.nowNs = this.scenario.lengthNs;
  }

  private announce(): void {
    const { words } = this.settings;
    const locale = words === null ? 'en' : 'zh-cn';
    if (this.scenario === null) this.post({ type: 'empty', words, locale });
    else {
      const update = { info: this.scenario.info, reset: true, rows: [...this.scenario.rows.values()], removed: [], edges: this.scenario.edges };
      this.post({ type: 'snapshot', update, source: `/recordings/${this.scenario.info.title}`, words, locale });
    }
  }

  /** A question waits for news. */
  get isStanding(): boolean {
    return this.parked !== null;
  }

  private news(): void {
    const request = this.parked;
    if (request !== null) this.answerTile({ ...request, base: -1 }, false);
  }

  private answerTile(request: TileRequest, isAsked = true): void {
    if (isAsked) this.tileRequests.push(request);
    this.parked = null;
    const { base } = request;
    // It has all that it asks for: as the engine does, that waits for news.
    if (base !== undefined && this.answered?.sequence === base && this.answered.nowNs === this.nowNs && this.answered.rows === request.rows.join() && this.answered.toNs >= Math.min(request.toNs, this.nowNs)) {
      this.parked = request;
      return;
    }
    // A question that goes on from a tile gives way to the next one, as at the engine.
    if (this.givesWay !== undefined) {
      clearTimeout(this.givesWay);
      this.outstanding--;
    }
    this.outstanding++;
    this.mostOutstanding = Math.max(this.mostOutstanding, this.outstanding);
    const timer = setTimeout(() => {
      this.outstanding--;
      if (this.givesWay === timer) this.givesWay = undefined;
      this.answered = { sequence: request.sequence, nowNs: this.nowNs, rows: request.rows.join(), toNs: request.toNs };
      if (this.scenario !== null) this.post({ type: 'tile', ...buildTile(this.scenario, this.isBlank ? { ...request, rows: [] } : request, this.nowNs) });
    }, this.settings.tileDelayMs);
    this.givesWay = base === undefined ? undefined : timer;
  }
}

declare global {
  interface Window {
    fakeHost: FakeHost;
    fakeHostSettings: HostSettings;
    acquireVsCodeApi: () => unknown;
  }
}

window.fakeHost = new FakeHost(window.fakeHostSettings);
let acquired = false;
window.acquireVsCodeApi = () => {
  if (acquired) throw new Error('An instance of the VS Code API has already been acquired');
  acquired = true;
  return {
    postMessage: (message: FromPanel) => window.fakeHost.receive(structuredClone(message)),
    getState: () => window.fakeHost.state ?? undefined,
    setState: (state: PanelState) => (window.fakeHost.state = state),
  };
};
