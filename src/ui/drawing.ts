/**
 * Whether VS Code draws the sidebar: because it was told of something, because the view came into sight, because a person opens an element. It asks for children, then
 * for theirs, level by level. What it is told meanwhile makes it lose track: the elements that it asks by were taken back, and it says in its log that there are none
 * of these ids. It keeps what it is told by itself until that is drawn, but not where the view was hidden: then it draws when the view comes back, beside
 * what it is told next. So it is told when it has come to an end:
 *
 *     begins ─► asks for an element that is open: it is awaited ─► asks for what is below it ─► … ─► none is awaited, and it was quiet for a while: the end
 *
 * Nobody says that it has come to an end: that is found out when somebody asks.
 */

/** It is at its end when it has asked for nothing for so long. Two levels follow each other sooner than this, also where nobody has heard yet that it began. */
const quietMs = 500;
/** The same where it was told: who told it waits until it has begun (refreshPace.ts), and has the levels' time to wait for alone. */
const toldQuietMs = 150;
/** An open element whose children it has not asked for is waited for no longer: VS Code may show it closed, as after *Collapse All*. */
const patienceMs = 3000;

export class Drawing<T extends object> {
  private isDrawing = false;
  private quietMs = quietMs;
  private lastAsked = 0;
  /** Elements that were shown open, since when (ms): it will ask for what is below. */
  private readonly awaited = new Map<T, number>();
  /** Elements that stand closed though they are shown open: it will ask for nothing below them. */
  private readonly closed = new WeakSet<T>();

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** It was told of something. */
  told(): void {
    if (this.isDrawing) return;
    this.begin();
    this.quietMs = toldQuietMs;
  }

  /** It begins now by itself, or may begin from now on. */
  begin(): void {
    this.isDrawing = true;
    this.quietMs = quietMs;
    this.lastAsked = this.nowMs();
  }

  /** It asks for an element, and is told whether that is open. */
  element(element: T, open: boolean): void {
    if (!this.isDrawing) return;
    this.lastAsked = this.nowMs();
    if (open && !this.closed.has(element)) this.awaited.set(element, this.lastAsked);
    else this.awaited.delete(element);
  }

  /** It asks for an element's children, or for the top. */
  children(element: T | undefined): void {
    this.lastAsked = this.nowMs();
    if (element === undefined) return;
    this.awaited.delete(element);
    this.closed.delete(element);
  }

  /** A person opens it: its children are asked for next. */
  opens(element: T): void {
    this.closed.delete(element);
    this.begin();
  }

  /** A person closes it. */
  closes(element: T): void {
    this.closed.add(element);
    this.awaited.delete(element);
  }

  /** Whether it draws, as far as is known now. */
  get goesOn(): boolean {
    if (!this.isDrawing) return false;
    const now = this.nowMs();
    for (const [element, since] of this.awaited) if (now - since > patienceMs) this.closes(element);
    if (now - this.lastAsked < this.quietMs || this.awaited.size > 0) return true;
    this.isDrawing = false;
    return false;
  }
}
