/**
 * Asks for the arrows of what is selected and of its chain of causes, for what is in sight and as much beside it: a move within that
 * asks nothing. One question is under way at a time.
 */
import type { ArrowsOfRequest } from '../../../src/protocol/arrowsOf';
import type { Panel } from '../../panel';
import { spanOf, type TimeView } from '../../timeline/geometry';

interface Asked extends ArrowsOfRequest {
  /** There were more than were told. */
  more: boolean;
}

/** Of an incomplete answer a closer look gets a better one. */
const closer = 0.25;
/** A run that goes on: so much later it has new ones. Each question costs the editor's thread as much as a piece of news. */
const againAfterNs = 1e9;

export class SelectionArrows {
  private asked: Asked | null = null;
  private wanted: ArrowsOfRequest | null = null;
  private underWay = false;

  constructor(private readonly panel: Panel) {}

  /** @param rows empty: nothing is selected. @param nowNs the recording's present. */
  follow(rows: readonly string[], view: TimeView, nowNs: number): void {
    const { timeline } = this.panel;
    if (rows.length === 0) {
      this.asked = this.wanted = null;
      timeline.selectionArrows.value = null;
      return;
    }
    const { asked } = this;
    const sameRows = asked !== null && asked.rows.join() === rows.join();
    if (!sameRows) timeline.selectionArrows.value = null;
    const inside = sameRows && asked.fromNs <= Math.max(0, view.fromNs) && asked.toNs >= Math.min(view.toNs, nowNs - againAfterNs);
    if (inside && !(asked.more && spanOf(view) < (asked.toNs - asked.fromNs) * closer)) return;
    const wide = spanOf(view);
    const [fromNs, toNs] = [Math.max(0, Math.floor(view.fromNs - wide)), Math.max(0, Math.min(Math.ceil(view.toNs + wide), Math.ceil(nowNs)))];
    this.wanted = { rows: [...rows], fromNs, toNs, nearNs: Math.round((view.fromNs + view.toNs) / 2) };
    this.asked = { ...this.wanted, more: false };
    if (!this.underWay) this.ask();
  }

  private ask(): void {
    const { wanted } = this;
    if (wanted === null) return;
    this.wanted = null;
    this.underWay = true;
    const settled = (): void => {
      this.underWay = false;
      this.ask();
    };
    this.panel.query('arrowsOf', wanted).then(
      ({ arrows, more }) => {
        if (this.asked?.rows.join() === wanted.rows.join()) {
          this.asked.more = more;
          this.panel.timeline.selectionArrows.value = arrows;
        }
        settled();
      },
      settled, // Without them, until something else is selected or the window has moved on: asked again at once it would fail again.
    );
  }
}
