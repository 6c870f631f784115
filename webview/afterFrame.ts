/**
 * What can wait for one frame waits, so that one update of rows is not one long frame: what was done before is seen first.
 *
 *     rows ─► headers ─► frame ─► tree ─► frame
 */
export class AfterFrame {
  private frame: number | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Once the next frame's picture is made; any number of asks before that are one. */
  ask(run: () => void): void {
    this.frame ??= requestAnimationFrame(() => {
      this.timer = setTimeout(() => {
        this.frame = null;
        run();
      }, 0);
    });
  }

  cancel(): void {
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    this.frame = null;
  }
}
