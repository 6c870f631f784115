/**
 * What can wait waits for the lanes' first picture: the layout worker has two megabytes of ELK to compile, on a core that the page, the compositor or who
 * reads the recording wants just then. The tree stands as the tidy tree until its layout has come anyway.
 */
import type { Disposable } from '../src/base/disposable';
import { AfterFrame } from './afterFrame';

/** A recording without anything to draw has a tree too. */
const withinMs = 1000;

export class FirstPicture implements Disposable {
  private readonly drawn: Promise<void>;
  private readonly frame = new AfterFrame();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private hasTile = false;
  private settle: () => void = () => undefined;

  constructor() {
    this.drawn = new Promise((settle) => (this.settle = settle));
  }

  /** Settles once it is drawn, or a second after the first call. */
  wait(): Promise<void> {
    this.timer ??= setTimeout(this.settle, withinMs);
    return this.drawn;
  }

  /** A tile has come: it is drawn with the next frame. The first one counts. */
  tileCame(): void {
    if (this.hasTile) return;
    this.hasTile = true;
    this.frame.ask(this.settle);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.frame.cancel();
  }
}
