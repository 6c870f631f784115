/** The one owner of animation frames: any number of asks before a frame make one paint; actions run before the paint. */
export class Frame {
  private asked = false;
  private actions: (() => void)[] = [];

  constructor(
    private readonly paint: () => void,
    private readonly request: (run: () => void) => void = (run) => void requestAnimationFrame(run),
  ) {}

  /** Paint soon. */
  ask(): void {
    if (this.asked) return;
    this.asked = true;
    this.request(() => this.run());
  }

  /** Run this before the next paint. */
  before(action: () => void): void {
    this.actions.push(action);
    this.ask();
  }

  private run(): void {
    this.asked = false;
    const actions = this.actions;
    this.actions = [];
    for (const action of actions) action();
    this.paint();
  }
}
