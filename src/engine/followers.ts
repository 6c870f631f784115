/**
 * Panels that follow the present of a run: each has at most one question here, which waits until there is something new.
 *
 *     panel  ── follow ──►            ◄── patch ── │ ── follow ──►
 *     engine             waits … news              the next question says that the last answer has come
 *
 * So news goes to the panel in one way instead of three (told, asked, answered), and a slow panel gets fewer and not older pictures: one that
 * has not had the last answer yet gets no news, and of other windows that it asks for meanwhile one.
 */
import { Follower } from '../lanes/follower';
import type { Model } from '../model/model';
import type { Tile, TileRequest } from '../protocol/tile';
import type { TilePatch } from '../protocol/tilePatch';

export type Followed = Tile | TilePatch | null;

/** News is told at most so often, and that there is none at least so often: a question that is never answered counts as lost. */
const leastMs = 16;
const mostMs = 1000;
/** A panel that has not asked again for so long after an answer does not follow any more. */
const goneMs = 2000;
/** Answers that a panel may be behind and still gets another window: a wheel turns faster than a busy editor passes on. */
const mostUnderWay = 2;
/** Panels that went say nothing. */
const mostPanels = 8;

interface Panel {
  readonly follower: Follower;
  waiting: { request: TileRequest; since: number; resolve: (answer: Followed) => void } | null;
  answeredAt: number;
}

export class Followers {
  private readonly panels = new Map<number, Panel>();

  /** @param milliseconds a clock. */
  constructor(private readonly milliseconds: () => number) {}

  /** Answers at once what is not there; else when there is news. Null where the panel asks anew meanwhile, or the run is closed. */
  ask(id: number, request: TileRequest, model: Model, nowNs: number): Followed | Promise<Followed> {
    const panel = this.panelOf(id);
    panel.waiting?.resolve(null);
    panel.waiting = null;
    const now = this.milliseconds();
    const { follower } = panel;
    const behind = follower.underWay(request);
    const hears = follower.has(model, request, nowNs) ? behind === 0 && follower.lacks(model) && now - panel.answeredAt >= leastMs : behind < mostUnderWay;
    if (hears) return this.answer(panel, request, model, nowNs);
    return new Promise((resolve) => (panel.waiting = { request, since: now, resolve }));
  }

  /** Tells those who wait. What the panel has not had yet may be lost: that is not waited for longer than for news. */
  tell(model: Model, nowNs: number): void {
    const now = this.milliseconds();
    for (const panel of this.panels.values()) {
      const { waiting, follower } = panel;
      if (waiting === null) continue;
      const hears = follower.lacks(model) && follower.underWay(waiting.request) === 0;
      if (!hears && now - waiting.since < mostMs) continue;
      panel.waiting = null;
      waiting.resolve(this.answer(panel, waiting.request, model, nowNs));
    }
  }

  /** Whether somebody follows. */
  get some(): boolean {
    const since = this.milliseconds() - goneMs;
    for (const { waiting, answeredAt } of this.panels.values()) if (waiting !== null || answeredAt >= since) return true;
    return false;
  }

  /** The model that was shown is another one from now on: nothing is kept of it. */
  forget(): void {
    for (const { follower } of this.panels.values()) follower.forget();
  }

  dispose(): void {
    for (const { waiting } of this.panels.values()) waiting?.resolve(null);
    this.panels.clear();
  }

  private answer(panel: Panel, request: TileRequest, model: Model, nowNs: number): Followed {
    panel.answeredAt = this.milliseconds();
    return panel.follower.answer(model, request, nowNs);
  }

  private panelOf(id: number): Panel {
    const panel = this.panels.get(id) ?? { follower: new Follower(this.milliseconds), waiting: null, answeredAt: -Infinity };
    // The one that was heard of last stands last.
    this.panels.delete(id);
    this.panels.set(id, panel);
    const [oldest] = this.panels;
    if (this.panels.size > mostPanels && oldest !== undefined) {
      oldest[1].waiting?.resolve(null);
      this.panels.delete(oldest[0]);
    }
    return panel;
  }
}
