/**
 * Panels that follow the present of a run: each has at most one question here, which waits until there is something new, and goes on after that.
 *
 *     panel  ── follow ──►            ◄── patch ── ◄── patch ── ◄── patch ──   ── follow ──►
 *     engine             waits … news         news         news                 says that they have come
 *
 * So news goes to the panel in one way instead of three (told, asked, answered), and what has come is acknowledged for several at once: each
 * message is work for the editor's one thread. A slow panel gets fewer and not older pictures: of news no more is under way to it than it said,
 * and of other windows that it asks for meanwhile one.
 */
import { Follower } from '../lanes/follower';
import type { Model } from '../model/model';
import type { Tile, TileRequest } from '../protocol/tile';
import type { TilePatch } from '../protocol/tilePatch';

export type Followed = Tile | TilePatch | null;

/** News is told at most so often, ms, where no panel says how often it wants it. */
const usualMs = 40;
/** It comes as often as the run is read, which is not to the ms: a little too early is right, or it would wait for the next time. */
const early = 0.5;
/** That there is none is told at least so often: a question that is never answered counts as lost. */
const mostMs = 1000;
/** A panel that has not asked again for so long after an answer does not follow any more. */
const goneMs = 2000;
/** Answers that a panel may be behind and still gets another window: a wheel turns faster than a busy editor passes on. */
const mostUnderWay = 2;
/** Panels that went say nothing. */
const mostPanels = 8;

/** A question that stands. */
interface Standing {
  readonly request: TileRequest;
  /** Since when nothing was said to it. */
  since: number;
  /** How many answers it has had. */
  given: number;
  /** Null once it is answered: what comes then is news. */
  resolve: ((answer: Followed) => void) | null;
}

interface Panel {
  readonly follower: Follower;
  standing: Standing | null;
  answeredAt: number;
}

export class Followers {
  private readonly panels = new Map<number, Panel>();

  /**
   * @param milliseconds a clock.
   * @param news what goes to a panel whose question is answered already.
   */
  constructor(
    private readonly milliseconds: () => number,
    private readonly news: (panel: number, news: Tile | TilePatch) => void = () => undefined,
  ) {}

  /** Answers at once what is not there; else when there is news. Null where the panel asks anew meanwhile, or the run is closed. */
  ask(id: number, request: TileRequest, model: Model, nowNs: number): Followed | Promise<Followed> {
    const panel = this.panelOf(id);
    panel.standing?.resolve?.(null);
    const { follower } = panel;
    const since = this.milliseconds();
    const standing: Standing = (panel.standing = { request, since, given: 0, resolve: null });
    const hears = follower.has(model, request, nowNs) ? this.hears(panel, standing, model) : follower.underWay(request).asked < mostUnderWay;
    if (hears) return this.answer(panel, standing, model, nowNs);
    return new Promise((resolve) => (standing.resolve = resolve));
  }

  /** Tells those who wait. What the panel has not had yet may be lost: that is not waited for longer than for news. */
  tell(model: Model, nowNs: number): void {
    const now = this.milliseconds();
    for (const [id, panel] of this.panels) {
      const { standing } = panel;
      if (standing === null || (now - standing.since < mostMs && !this.hears(panel, standing, model))) continue;
      const { resolve } = standing;
      standing.resolve = null;
      const answer = this.answer(panel, standing, model, nowNs);
      if (resolve === null) this.news(id, answer);
      else resolve(answer);
    }
  }

  /** Ms between two pieces of news to who wants them most often. */
  get everyMs(): number {
    const wishes = [...this.panels.values()].flatMap(({ standing }) => standing?.request.everyMs ?? []);
    return wishes.length === 0 ? usualMs : Math.min(mostMs, ...wishes);
  }

  /** Whether somebody follows. */
  get some(): boolean {
    const since = this.milliseconds() - goneMs;
    for (const { standing, answeredAt } of this.panels.values()) if (standing !== null || answeredAt >= since) return true;
    return false;
  }

  /** The model that was shown is another one from now on: nothing is kept of it. */
  forget(): void {
    for (const panel of this.panels.values()) {
      panel.follower.forget();
      panel.answeredAt = -Infinity;
    }
  }

  dispose(): void {
    for (const { standing } of this.panels.values()) standing?.resolve?.(null);
    this.panels.clear();
  }

  /** Whether there is news for it, and it may have it. */
  private hears({ follower, answeredAt }: Panel, { request }: Standing, model: Model): boolean {
    return follower.lacks(model) && follower.underWay(request).all < (request.patches ?? 1) && this.milliseconds() - answeredAt >= early * (request.everyMs ?? usualMs);
  }

  private answer(panel: Panel, standing: Standing, model: Model, nowNs: number): Tile | TilePatch {
    const { request, given } = standing;
    standing.since = panel.answeredAt = this.milliseconds();
    standing.given++;
    const answer = panel.follower.answer(model, { ...request, sequence: request.sequence + given }, nowNs, given === 0);
    // Who gets all anew asks again.
    if (!('base' in answer) || standing.given >= (request.patches ?? 1)) panel.standing = null;
    return answer;
  }

  private panelOf(id: number): Panel {
    const panel = this.panels.get(id) ?? { follower: new Follower(this.milliseconds), standing: null, answeredAt: -Infinity };
    // The one that was heard of last stands last.
    this.panels.delete(id);
    this.panels.set(id, panel);
    const [oldest] = this.panels;
    if (this.panels.size > mostPanels && oldest !== undefined) {
      oldest[1].standing?.resolve?.(null);
      this.panels.delete(oldest[0]);
    }
    return panel;
  }
}
